/** A text of a route, made to run under a watch: what its examples show of it is found this way. */
import jsonata from 'jsonata';
import type { SourceText } from '../core/configuration.ts';
import type { AstNode } from '../core/jsonata/ast.ts';
import { BUILTINS } from '../core/jsonata/builtins/table.ts';
import { compile } from '../core/jsonata/compile.ts';
import { Fault } from '../core/jsonata/fault.ts';
import { link } from '../core/jsonata/link.ts';
import { Pattern } from '../core/jsonata/regex/pattern.ts';
import type { Value } from '../core/jsonata/values.ts';
import { Watch, type Watched } from '../core/proof/observe.ts';

/** @param now - milliseconds since the epoch. */
export function watchedText(source: SourceText, now: () => number): Watched {
  const program = compile(jsonata(source.text).ast() as unknown as AstNode);
  const watch = new Watch();
  const linked = link(program, {
    builtins: BUILTINS,
    pattern: (pattern, flags, budget) => new Pattern(pattern, flags, budget),
    observer: watch,
  });
  return {
    source,
    program,
    watch,
    evaluate: (input: Value) => {
      try {
        linked.evaluate(input, { now: now(), random: () => 0.5 });
      } catch (error) {
        // What fails in an example is judged where the example is; here only what was reached before counts.
        if (!(error instanceof Fault)) throw error;
      }
    },
  };
}
