/** One mapping as a function, by each of those that are compared. */
import jsonata from 'jsonata';
import { BUILTINS } from '../../core/jsonata/builtins/table.ts';
import { type Linked, link } from '../../core/jsonata/link.ts';
import type { Program } from '../../core/jsonata/program.ts';
import { Pattern } from '../../core/jsonata/regex/pattern.ts';
import type { Value } from '../../core/jsonata/values.ts';
import { compileText } from '../../core/mapping/compileText.ts';
import type { MappingCase } from './mappingCase.ts';

const NOW = Date.UTC(2026, 4, 4);

export function programOf({ name, text }: Pick<MappingCase, 'name' | 'text'>): Program {
  const compiled = compileText({ file: name, text, line: 1 });
  if (!compiled.ok) throw new Error(`${name}: ${compiled.error.message}`);
  return compiled.program;
}

export const linkedOf = (one: MappingCase): Linked =>
  link(programOf(one), {
    builtins: BUILTINS,
    pattern: (source, flags, budget) => new Pattern(source, flags, budget),
  });

export function byEngine(one: MappingCase): () => unknown {
  const linked = linkedOf(one);
  const options = { now: NOW, random: () => 0.5 };
  return () => linked.evaluate(one.input as Value, options);
}

export function byJsonata(one: MappingCase): () => Promise<unknown> {
  const expression = jsonata(one.text);
  return () => expression.evaluate(one.input);
}
