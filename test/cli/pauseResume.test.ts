/** Pause, resume and status through Lambda's real wire format. */
import { expect, test } from 'vitest';
import { PAUSED_BY_TAG, PAUSED_TAG, RAMP_TAG } from '../../core/names.ts';
import { attemptLine, bodyOf, LEDGER, quietStage } from './quietStage.ts';

test('a pause stops the mapping and says who and when; a resume takes both back', async () => {
  const stage = await quietStage();
  await stage.put(LEDGER, [{ body: bodyOf(1), attributes: {} }]);
  expect((await stage.run('pause', ['ledger'])).output).toMatchObject({ paused: true, waiting: 1 });
  expect(stage.mappingState()).toBe('Disabled');
  const since = stage.tags()[PAUSED_TAG];
  expect(stage.tags()[PAUSED_BY_TAG]).toContain('@');
  // Again: it is paused since the first time.
  await stage.run('pause', ['ledger']);
  expect(stage.tags()[PAUSED_TAG]).toBe(since);
  const told = await stage.run('status', ['ledger']);
  expect(told.output).toMatchObject({ paused: true, pausedSince: since, waiting: 1 });
  expect(told.text).toContain(`PAUSED since ${since} by `);
  expect(await stage.run('resume', ['ledger'])).toMatchObject({ exitCode: 0, output: { paused: false } });
  expect([stage.mappingState(), stage.tags()]).toEqual(['Enabled', {}]);
});

test('a ramp goes in steps, and ends at the pace it began from', async () => {
  const stage = await quietStage();
  await stage.put(LEDGER, [{ body: bodyOf(1), attributes: {} }]);
  await stage.run('pause', ['ledger']);
  const done = await stage.run('resume', ['ledger'], { ramp: '1s' });
  expect(done).toMatchObject({ exitCode: 0, output: { paused: false, steps: 3, stepsDone: 3 } });
  expect(stage.paces).toEqual(['1 × 2', '2 × 2', '4 × 2', '4 × 2']);
  expect([stage.mappingState(), stage.tags()]).toEqual(['Enabled', {}]);
});

test('a ramp is called off when attempts fail, says why, and leaves it paused at its own pace', async () => {
  const stage = await quietStage();
  await stage.run('pause', ['ledger']);
  const since = stage.tags()[PAUSED_TAG];
  const done = stage.run('resume', ['ledger'], { ramp: '1h' });
  await expect.poll(() => stage.mappingState(), { timeout: 10_000 }).toBe('Enabled');
  expect(stage.tags()[RAMP_TAG]).toBe('batchSize=4 maximumConcurrency=2');
  for (let index = 0; index < 6; index += 1) {
    stage.log(attemptLine(index, { state: 'retrying', outcome: 'failed', code: 'http-503' }));
  }
  const { output, exitCode } = await done;
  expect(exitCode).toBe(1);
  expect(output).toMatchObject({
    paused: true,
    stopped: expect.stringContaining('the latest with http-503'),
  });
  expect([stage.mappingState(), stage.tags()[PAUSED_TAG]]).toEqual(['Disabled', since]);
  expect(stage.tags()).not.toHaveProperty(RAMP_TAG);
  expect(stage.paces.at(-1)).toBe('4 × 2');
});

test('a ramp that somebody else pauses ends there', async () => {
  const stage = await quietStage();
  await stage.run('pause', ['ledger']);
  const done = stage.run('resume', ['ledger'], { ramp: '1h' });
  await expect.poll(() => stage.mappingState(), { timeout: 10_000 }).toBe('Enabled');
  await stage.run('pause', ['ledger']);
  expect(await done).toMatchObject({ exitCode: 1, output: { stopped: 'somebody else paused it' } });
  expect(stage.mappingState()).toBe('Disabled');
});
