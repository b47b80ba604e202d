/** What deliver's start evaluates does work, and reaches what it is there for. */
import { expect, test } from 'vitest';
import { compileText } from '../../../core/mapping/compileText.ts';
import { createEngine } from '../../../core/mapping/engine.ts';
import { warmUp } from '../../../core/mapping/warmUp.ts';
import { WARM_UP_TEXT } from '../../../core/mapping/warmUpText.ts';

const textOf = (text: string) => {
  const source = { file: 'the warm-up', text, line: 1 };
  const compiled = compileText(source);
  if (!compiled.ok) throw new Error(compiled.error.message);
  return { ...source, program: compiled.program };
};

test('each key of the warm-up has a value', () => {
  const engine = createEngine();
  let output: unknown;
  warmUp(
    {
      ...engine,
      evaluate: (text, input) => {
        const evaluation = engine.evaluate(text, input);
        if (evaluation.kind === 'value') output = evaluation.value;
        return evaluation;
      },
    },
    textOf(WARM_UP_TEXT),
  );
  expect(output).toEqual({
    ...{ text: 'Pqa', parts: 'a-b-a', total: 4, groups: { a: 4, b: 2 }, sorted: [3, 2, 1], mapped: [4, 6] },
    ...{ reduced: 6, last: true, before: 'a', date: '2026-01-02' },
    lines: [
      { n: '1', t: 'ab c', sum: 3, round: 1.5, found: 1, count: 3 },
      { n: '3', t: 'no-3', sum: 3, count: 2 },
    ],
  });
});

test('a warm-up that fails is told', () => {
  expect(() => warmUp(createEngine(), textOf('payload.nothing'))).toThrow('the warm-up gives undefined');
});
