/**
 * V8 compiles a function when it is first called, and the engine has hundreds of them. Deliver's start, where Lambda
 * gives a full processor, calls them once, so that no event's time is spent on it.
 */
import type { SourceText } from '../configuration.ts';
import type { Engine } from './engine.ts';

const INPUT = {
  payload: {
    items: [
      { n: 1, k: 'a', t: 'ab c', x: '2.5', on: true, d: '2026-01-02T03:04:05Z', in: [{ v: 1 }, { v: 2 }] },
      { n: 2, k: 'b', t: 'de f', x: '3.5', on: false, in: [] },
      { n: 3, k: 'a', t: '', on: true, in: { v: 3 } },
    ],
    one: { two: 'p:q' },
  },
};

/**
 * @param text - `WARM_UP_TEXT` with its program.
 * @throws Error where that fails, which no configuration can bring about.
 */
export function warmUp(engine: Engine, text: SourceText): void {
  const evaluation = engine.evaluate(text, { value: INPUT, now: 0 });
  if (evaluation.kind !== 'value') throw new Error(`the warm-up gives ${evaluation.kind}`);
}
