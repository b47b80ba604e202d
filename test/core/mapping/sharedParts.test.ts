/** Functions and tables that every mapping may use by name. */
import { describe, expect, it } from 'vitest';
import type { SharedFunction, SharedParts, SourceText } from '../../../core/configuration.ts';
import { compileText } from '../../../core/mapping/compileText.ts';
import { createEngine } from '../../../core/mapping/engine.ts';
import { NOW } from '../../builders.ts';
import { errorOf, evaluate, resultOf, sourceText } from '../../mappingEngine.ts';

const NAMES = ['net', 'gross', 'rates'];
let next = { id: 100_000, at: 1_000_000 };

function sharedFunction(name: string, text: string): SharedFunction {
  const source: SourceText = { file: `lib/${name}.jsonata`, text, line: 1 };
  const made = compileText(source, NAMES, next);
  if (!made.ok) throw new Error(made.error.message);
  const from = next.at;
  next = { id: made.program.nodes, at: next.at + 1_000_000 };
  return { name, from, source: { ...source, program: made.program } };
}

const shared: SharedParts = {
  functions: [
    sharedFunction('net', 'function($amount) { $amount * $rates.factor }'),
    sharedFunction('gross', 'function($amount) {\n  $net($amount) + 1\n}'),
  ],
  tables: { rates: { factor: 2 } },
};
const engine = createEngine({ compile: text => compileText(text, NAMES), shared });

describe('shared parts', () => {
  it('are functions, which may use those before them, and tables', () => {
    expect(resultOf(evaluate(engine, '$gross(payload.a)', { a: 3 }))).toBe(7);
    expect(resultOf(evaluate(engine, '$rates.factor'))).toBe(2);
  });

  it('give way to what the mapping binds itself', () => {
    expect(resultOf(evaluate(engine, '($rates := 5; $rates)'))).toBe(5);
  });

  it('fail in their own file', () => {
    const error = errorOf(evaluate(engine, '1 + $gross(payload.a)', { a: 'x' }));
    expect(error).toMatchObject({ file: 'lib/net.jsonata', line: 1, column: 29, jsonata: 'T2001' });
  });

  it('can be watched as the mapping itself', () => {
    const { trace } = engine.trace(sourceText('$gross(payload.a)'), {
      value: { payload: { a: 3 } },
      now: NOW,
    });
    const ids = shared.functions.map(({ source }) => source.program?.root.id);
    expect(ids.every(id => id !== undefined && trace.reached.has(id))).toBe(true);
  });
});
