/** A text of a route, made to run under a watch: what its examples show of it is found this way. */

import { Watch, type Watched } from '../core/authoring/proof/observe.ts';
import type { SourceText } from '../core/configuration.ts';
import type { Value } from '../core/jsonata/values.ts';
import type { Engine } from '../core/mapping/engine.ts';

/**
 * @param now - milliseconds since the epoch.
 * @throws Error for a text that does not compile: nobody asks before it does.
 */
export function watchedText(engine: Engine, source: SourceText, now: () => number): Watched {
  const watch = new Watch();
  const watching = engine.watch(source, watch);
  if (watching === undefined) throw new Error(`${source.file} does not compile`);
  return {
    source,
    program: watching.program,
    watch,
    // What fails in an example is judged where the example is; here only what was reached before counts.
    evaluate: (value: Value) => void watching.run({ value, now: now() }),
  };
}
