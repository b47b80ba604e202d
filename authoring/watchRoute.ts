/** What deliver watches of a route: the paths that its mapping reads, with what the examples and the baseline have there. */
import { learn, type WatchedPath } from '../core/drift/watchedPath.ts';
import type { Route } from '../core/files/routeFile.ts';
import { exampleInput } from '../core/files/runExample.ts';
import { readPayload } from '../core/payload.ts';
import { formatPath } from '../core/reads/inputPath.ts';
import { routeReads } from './routeReads.ts';

export function watchRoute(route: Route): readonly WatchedPath[] {
  const payloads = route.examples.flatMap(example => {
    // What has to fail shows what is wrong, and not what is usual.
    if (example.expectation.kind === 'error') return [];
    const { body, headers } = exampleInput(route, example).input;
    const payload = readPayload(body, headers['content-type'], headers['content-encoding']);
    return payload.kind === 'undecodable' ? [] : [payload.value];
  });
  return learn(routeReads(route), payloads, route.baseline, formatPath);
}
