import type { Problem } from '../../files/problem.ts';
import type { Route } from '../../files/routeFile.ts';
import { EXAMPLE_NOW } from '../../files/runExample.ts';

/** An expectation that holds the time which `$now()` gives only because nobody said what time it is. */
export function nowInOutput({ mapping, examples }: Pick<Route, 'mapping' | 'examples'>): Problem[] {
  if (!/\$(?:now|millis)\b/.test(mapping.text)) return [];
  return examples.flatMap(({ context, expectation, name }) => {
    if (context.now !== undefined || expectation.kind !== 'output') return [];
    const text = JSON.stringify(expectation.value);
    const isThere = text.includes(EXAMPLE_NOW) || text.includes(String(Date.parse(EXAMPLE_NOW)));
    if (!isThere) return [];
    return [
      {
        severity: 'warning' as const,
        code: 'now-in-output',
        file: expectation.file,
        message: `this holds the time of $now(), which is ${EXAMPLE_NOW} in an example that does not say otherwise`,
        hint: `say it in ${name}.context.yaml, such as now: ${EXAMPLE_NOW}; or take event.receivedAt`,
      },
    ];
  });
}
