/** A sample of the differential run; `node bench/differential.ts` is the whole of it. */
import { expect, test } from 'vitest';
import { EXPLANATIONS } from '../../../bench/differential/explanations.ts';
import { describeRun, runDifferential } from '../../../bench/differential/run.ts';

test('2,000 random expressions over damaged payloads give what jsonata gives, or an explained difference', async () => {
  const run = await runDifferential({ seed: 1, runs: 2_000 });
  expect(run.unexplained, describeRun(run)).toEqual([]);
  expect(run.same.value).toBeGreaterThan(700);
  expect(run.same.nothing).toBeGreaterThan(200);
  expect(run.same.error).toBeGreaterThan(200);
});

test('an explanation covers no two engines that disagree about a plain value', () => {
  const difference = {
    text: 'items.price',
    theirs: { kind: 'value', json: '1' },
    ours: { kind: 'value', json: '2' },
    inputChanged: false,
  } as const;
  expect(EXPLANATIONS.filter(each => each.covers(difference))).toEqual([]);
});
