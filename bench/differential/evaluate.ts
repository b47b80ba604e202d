/** One expression over one payload, by jsonata and by our engine. */
import jsonata from 'jsonata';
import type { AstNode } from '../../core/jsonata/ast.ts';
import { BUILTINS } from '../../core/jsonata/builtins/table.ts';
import { compile } from '../../core/jsonata/compile.ts';
import { Fault } from '../../core/jsonata/fault.ts';
import { link } from '../../core/jsonata/link.ts';
import { readJson } from '../../core/jsonata/numbers/readJson.ts';
import type { Program } from '../../core/jsonata/program.ts';
import { Pattern } from '../../core/jsonata/regex/pattern.ts';

export type Outcome =
  | { readonly kind: 'value'; readonly json: string }
  | { readonly kind: 'nothing' }
  /** jsonata's code or one of ours; `crash` where it threw something that is no error of the language. */
  | { readonly kind: 'error'; readonly code: string };

const NOW = Date.UTC(2026, 0, 15, 12);

/** A run that has no end in jsonata is not one that is compared. */
const JSONATA_LIMITS = { timeout: 2_000, sequence: 1_000_000, stack: 1_000_000 };

/**
 * Whether jsonata's evaluation writes into data that it reads: what it gives then may follow from that. It pushes nothing,
 * as an item, onto an empty array that it groups.
 */
export async function jsonataChanges(text: string, payload: string): Promise<boolean> {
  const { push } = Array.prototype;
  let changes = false;
  Array.prototype.push = function (this: unknown[] & { sequence?: boolean }, ...items: unknown[]): number {
    if (this.length === 0 && items.length === 1 && items[0] === undefined && !this.sequence) changes = true;
    return push.apply(this, items);
  };
  try {
    await byJsonata(text, payload);
  } finally {
    Array.prototype.push = push;
  }
  return changes;
}

export async function byJsonata(text: string, payload: string): Promise<Outcome> {
  try {
    const result: unknown = await jsonata(text, JSONATA_LIMITS as object).evaluate(JSON.parse(payload));
    if (result === undefined) return { kind: 'nothing' };
    const json = JSON.stringify(result, (_key, value: unknown) => {
      const isFunction = typeof value === 'function' || isMarked(value);
      if (isFunction) throw { code: 'NOT_DATA' };
      if (typeof value === 'number' && !Number.isFinite(value)) throw { code: 'NOT_FINITE' };
      return value;
    });
    return { kind: 'value', json };
  } catch (error) {
    const { code } = error as { code?: unknown };
    return { kind: 'error', code: typeof code === 'string' ? code : 'crash' };
  }
}

const isMarked = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('_jsonata_lambda' in value || '_jsonata_function' in value);

export function byOurEngine(text: string, payload: string): Outcome {
  try {
    const ast = jsonata(text).ast() as unknown as AstNode;
    // Through JSON, as a configuration is.
    const program = JSON.parse(JSON.stringify(compile(ast))) as Program;
    const linked = link(program, {
      builtins: BUILTINS,
      pattern: (source, flags, budget) => new Pattern(source, flags, budget),
    });
    const result = linked.evaluate(readJson(payload), { now: NOW, random: () => 0.5 });
    return result === undefined ? { kind: 'nothing' } : { kind: 'value', json: JSON.stringify(result) };
  } catch (error) {
    if (error instanceof Fault) return { kind: 'error', code: error.code };
    throw error;
  }
}
