/** Whether our engine does with a case of the suite what the suite expects. */
import { isDeepStrictEqual } from 'node:util';
import jsonata from 'jsonata';
import type { AstNode } from '../../../../core/jsonata/ast.ts';
import { BUILTINS } from '../../../../core/jsonata/builtins/table.ts';
import { compile } from '../../../../core/jsonata/compile.ts';
import { Fault } from '../../../../core/jsonata/fault.ts';
import { link } from '../../../../core/jsonata/link.ts';
import type { Program } from '../../../../core/jsonata/program.ts';
import { Pattern } from '../../../../core/jsonata/regex/pattern.ts';
import type { Value } from '../../../../core/jsonata/values.ts';
import type { SuiteCase } from './suiteCases.ts';

/** What came out instead of what was expected; undefined where the case passes. */
export function judgeCase(suiteCase: SuiteCase): string | undefined {
  const { expected, isUnordered } = suiteCase;
  const got = outcomeOf(suiteCase);
  if (expected === 'nothing') return got === 'nothing' ? undefined : told(got);
  if ('code' in expected) {
    return got !== 'nothing' && 'code' in got && got.code === expected.code ? undefined : told(got);
  }
  if (got === 'nothing' || 'code' in got) return told(got);
  const [a, b] = isUnordered ? [inOrder(got.value), inOrder(expected.value)] : [got.value, expected.value];
  return isDeepStrictEqual(a, b) ? undefined : told(got);
}

type Outcome = { readonly value: unknown } | { readonly code: string } | 'nothing';

function outcomeOf({ text, data, bindings }: SuiteCase): Outcome {
  try {
    const compiled = compile(jsonata(text).ast() as unknown as AstNode);
    // As a configuration carries it.
    const program = JSON.parse(JSON.stringify(compiled)) as Program;
    const linked = link(program, {
      builtins: BUILTINS,
      pattern: (source, flags, budget) => new Pattern(source, flags, budget),
      bindings: bindings as Readonly<Record<string, Value>>,
    });
    const value = linked.evaluate(data as Value, { now: Date.now(), random: Math.random });
    return value === undefined ? 'nothing' : { value: JSON.parse(JSON.stringify(value)) };
  } catch (error) {
    if (error instanceof Fault) return { code: error.code };
    const { code } = error as { code?: unknown };
    if (typeof code === 'string') return { code };
    throw error;
  }
}

const inOrder = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(item => JSON.stringify(item)).sort() : value;

const told = (outcome: Outcome): string =>
  outcome === 'nothing' ? 'nothing' : 'code' in outcome ? outcome.code : JSON.stringify(outcome.value);
