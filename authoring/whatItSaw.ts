/** What a mapping met in a payload: for somebody who looks at an error, or at an output that lacks something. */

import { formatPath } from '../core/authoring/proof/mutation.ts';
import { collectReads, type ReadPlace } from '../core/authoring/proof/observe.ts';
import type { Example } from '../core/files/exampleFiles.ts';
import type { Route } from '../core/files/routeFile.ts';
import { exampleInput } from '../core/files/runExample.ts';
import { suggest } from '../core/files/suggest.ts';
import type { Value } from '../core/jsonata/values.ts';
import type { Engine } from '../core/mapping/engine.ts';
import { readPayload } from '../core/payload.ts';
import { watchedText } from './watchedText.ts';

export interface Sight {
  /** What the expression that failed had read, with its type there. Empty when nothing failed. */
  readonly found: readonly { readonly path: string; readonly type: string }[];
  /** What the mapping looked for and is not in this payload. */
  readonly missing: readonly {
    readonly path: string;
    /** Where the mapping asks for it; of a shared function, its file. */
    readonly file?: string;
    readonly line: number;
    readonly column: number;
    /** The name beside it that looks most like it. */
    readonly nearest?: string;
  }[];
}

const MAX_LINES = 5;

export function whatItSaw(
  engine: Engine,
  route: Route,
  example: Pick<Example, 'body' | 'context' | 'file'>,
): Sight {
  const { input, now } = exampleInput(route, example);
  const payload = readPayload(input.body, input.headers['content-type'], input.headers['content-encoding']);
  if (payload.kind === 'undecodable') return { found: [], missing: [] };
  const watched = watchedText(engine, route.mapping, () => now);
  watched.evaluate({
    payload: payload.value,
    headers: input.headers,
    event: input.event,
  } as unknown as Value);
  const { failure } = watched.watch;
  const reads = new Map<string, ReadPlace>();
  collectReads(watched, reads);
  const all = (failure?.reads ?? []).map(({ path, type }) => ({
    path: formatPath(path.map(part => (typeof part === 'number' ? '[]' : part))),
    type,
  }));
  // What was only gone through says nothing.
  const found = all
    .filter(
      ({ path }) =>
        !all.some(other => other.path.startsWith(`${path}.`) || other.path.startsWith(`${path}[`)),
    )
    .slice(-MAX_LINES);
  const missing = [...reads.values()]
    .filter(({ types }) => types.has('nothing'))
    .map(({ pattern, siblings, file, line, column }) => {
      const nearest = suggest(pattern.at(-1) ?? '', [...siblings]);
      return {
        path: formatPath(pattern),
        ...(file === route.mapping.file ? {} : { file }),
        ...{ line, column },
        ...(nearest === undefined ? {} : { nearest }),
      };
    });
  // Optional fields are missing all the time; after a failure each may be the cause.
  const told = missing.filter(({ nearest }) => failure !== undefined || nearest !== undefined);
  return { found, missing: told.slice(0, MAX_LINES) };
}

/** `payload.custmer (3:12)`, with the file where that is not the mapping. */
export const placeSeen = ({
  path,
  file,
  line,
  column,
}: {
  readonly path: string;
  readonly file?: string | undefined;
  readonly line: number;
  readonly column: number;
}): string => `${path} (${file === undefined ? '' : `${file}:`}${line}:${column})`;
