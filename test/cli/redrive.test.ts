/** The way back, on the real queue engine: nothing lost, nothing changed, whatever happens to the command. */
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { redrive } from '../../cli/deadLetters/move.ts';
import type { Stage } from '../../cli/stage.ts';
import { attemptLine, bodyOf, LEDGER, LEDGER_DEAD, quietStage, type Stored } from './quietStage.ts';
import { startCommand } from './runCommand.ts';

const bodies = (messages: readonly Stored[]): string[] => messages.map(({ body }) => body).sort();
const bodiesOf = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => bodyOf(from + index)).sort();
const text = (stored: Stored | undefined, name: string) => stored?.attributes[name]?.StringValue;

describe('a redrive', () => {
  test('takes every byte back, and what SQS will have forgotten', async () => {
    const stage = await quietStage();
    await stage.die(25);
    const { output, exitCode } = await stage.run('dlq redrive', ['ledger'], { all: true, rate: '1000' });
    expect(exitCode).toBe(0);
    expect(output).toMatchObject({
      ...{ redriven: 25, failed: 0, twice: 0, leftOut: 0, left: 0 },
      causes: { 'exhausted/http-503': 25 },
    });
    const taken = await stage.take(LEDGER);
    expect(bodies(taken)).toEqual(bodiesOf(0, 25));
    expect(text(taken[0], 'redrives')).toBe('1');
    expect(text(taken[0], 'first-received-at')).toBe('2026-01-15T12:00:00.000Z');
    expect(taken[0]?.attributes).not.toHaveProperty('cause');
  });

  test('leaves every other attribute as it was, and counts on', async () => {
    const stage = await quietStage();
    await stage.put(LEDGER_DEAD, [{ body: bodyOf(1), attributes: { redrives: '2', 'replay-of': 'dlv_1' } }]);
    await stage.run('dlq redrive', ['ledger'], { cause: 'moved-by-sqs' });
    const [taken] = await stage.take(LEDGER);
    expect([text(taken, 'redrives'), text(taken, 'replay-of')]).toEqual(['3', 'dlv_1']);
  });

  test.each([
    ['reason', { reason: 'rejected' }, 3],
    ['code', { code: 'http-503' }, 2],
    ['cause', { cause: 'rejected/http-404' }, 3],
    ['class', { class: 'network' }, 4],
    ['since', { since: '2026-03-01T00:00:00Z' }, 3],
    ['until', { until: '2026-03-01' }, 6],
    ['two together', { class: 'theirs', until: '2026-03-01' }, 2],
  ])('chooses by %s, and gives the others back at once', async (_, options, count) => {
    const stage = await quietStage();
    await stage.die(2);
    await stage.die(
      3,
      { reason: 'rejected', code: 'http-404', deadLetteredAt: '2026-03-02T00:00:00.000Z' },
      2,
    );
    await stage.die(4, { code: 'connect-timeout' }, 5);
    const { output } = await stage.run('dlq redrive', ['ledger'], options);
    expect(output).toMatchObject({ redriven: count, left: 9 - count });
    expect(await stage.depth(LEDGER)).toMatchObject({ visible: count });
    expect(await stage.depth(LEDGER_DEAD)).toEqual({ visible: 9 - count, hidden: 0 });
  });

  test('leaves out what arrived since it died, and says so, unless told otherwise', async () => {
    const stage = await quietStage();
    await stage.die(3);
    stage.log(attemptLine(0, { at: '2026-02-01T00:00:00.000Z' }));
    stage.log(attemptLine(1, { at: '2026-01-16T11:59:59.000Z' }));
    stage.log(attemptLine(2, { at: '2026-02-01T00:00:00.000Z', state: 'dead', outcome: 'rejected' }));
    const first = await stage.run('dlq redrive', ['ledger'], { all: true });
    expect(first.output).toMatchObject({ redriven: 2, leftOut: 1, leftOutIsComplete: true, left: 1 });
    expect(first.text).toContain('1 left out: the log shows them as delivered since');
    const second = await stage.run('dlq redrive', ['ledger'], { all: true, includeDelivered: true });
    expect(second.output).toMatchObject({ redriven: 1, leftOut: 0, left: 0 });
  });

  test('in a dry run changes nothing, and finds what would die again', async () => {
    const stage = await quietStage();
    await stage.die(2);
    const {
      output,
      exitCode,
      text: said,
    } = await stage.run('dlq redrive', ['ledger'], { all: true, dryRun: true });
    expect(exitCode).toBe(1);
    expect(output).toMatchObject({
      ...{ dryRun: true, redriven: 2, wouldDie: 2, left: 2 },
      letters: [
        { becomes: 'dead', mapping: { file: expect.stringContaining('stripe-invoice-to-ledger') } },
        {},
      ],
    });
    expect(said).toContain('2 of them die again');
    expect(await stage.depth(LEDGER_DEAD)).toEqual({ visible: 2, hidden: 0 });
    expect(await stage.depth(LEDGER)).toEqual({ visible: 0, hidden: 0 });
  });

  test('is on record before it begins and after it ends', async () => {
    const stage = await quietStage();
    await stage.die(2);
    await stage.run('dlq redrive', ['ledger'], { class: 'theirs' });
    const { output } = await stage.run('status', ['ledger']);
    expect(output).toMatchObject({
      operations: [
        { operation: 'redrive', phase: 'ends', who: expect.stringContaining('@') },
        { operation: 'redrive', phase: 'begins' },
      ],
    });
  });

  test('sends no batch larger than SQS takes', async () => {
    const stage = await quietStage();
    const large = (index: number) => ({ body: `${bodyOf(index)}${' '.repeat(400_000)}`, attributes: {} });
    for (const index of [0, 1, 2, 3]) await stage.put(LEDGER_DEAD, [large(index)]);
    const { output } = await stage.run('dlq redrive', ['ledger'], { all: true });
    expect(output).toMatchObject({ redriven: 4, failed: 0, left: 0 });
  });
});

describe('a canary', () => {
  const arrive = async (stage: Awaited<ReturnType<typeof quietStage>>, state: 'delivered' | 'retrying') => {
    await expect.poll(async () => (await stage.depth(LEDGER)).visible, { timeout: 20_000 }).toBe(1);
    const [sent] = await stage.take(LEDGER);
    const index = Number(/provider-(\d+)/.exec(sent?.body ?? '')?.[1]);
    stage.log(
      attemptLine(index, { state, outcome: state === 'delivered' ? 'delivered' : 'failed', redrives: 1 }),
    );
  };

  test('that arrives lets the others follow', async () => {
    const stage = await quietStage();
    await stage.die(5);
    const done = stage.run('dlq redrive', ['ledger'], { all: true, canary: '1' });
    await arrive(stage, 'delivered');
    expect((await done).output).toMatchObject({ redriven: 5, left: 0, canary: [{ outcome: 'delivered' }] });
    expect((await done).exitCode).toBe(0);
  });

  test('that fails stops there', async () => {
    const stage = await quietStage();
    await stage.die(5);
    const done = stage.run('dlq redrive', ['ledger'], { all: true, canary: '1' });
    await arrive(stage, 'retrying');
    expect(await done).toMatchObject({
      exitCode: 1,
      output: { redriven: 1, left: 4, stopped: 'canary-failed' },
    });
  });

  test('of which nothing is heard in time stops there', async () => {
    const stage = await quietStage();
    await stage.die(2);
    const done = await stage.run('dlq redrive', ['ledger'], { all: true, canary: '1', canaryWait: '1' });
    expect(done).toMatchObject({ exitCode: 1, output: { redriven: 1, left: 1, stopped: 'canary-failed' } });
  });

  test('is not sent to a paused destination', async () => {
    const stage = await quietStage();
    await stage.die(2);
    await stage.run('pause', ['ledger']);
    await expect(stage.run('dlq redrive', ['ledger'], { all: true, canary: '1' })).rejects.toThrow(
      'is paused',
    );
    expect(await stage.depth(LEDGER_DEAD)).toMatchObject({ visible: 2 });
  });
});

test.each(['SIGKILL', 'SIGINT'] as const)(
  'after %s in the middle nothing is lost, and a second call finishes',
  async signal => {
    const stage = await quietStage();
    const count = 400;
    await stage.die(count);
    const words = ['dlq', 'redrive', 'ledger', '--all', '--data', stage.data];
    const child = startCommand(...words, '--rate', '100');
    await expect
      .poll(async () => (await stage.depth(LEDGER)).visible, { timeout: 25_000 })
      .toBeGreaterThan(50);
    child.kill(signal);
    const [code] = await once(child, 'exit');
    if (signal === 'SIGINT') expect(code).toBe(1);
    const gone = await stage.take(LEDGER);
    expect(gone.length).toBeLessThan(count);
    // What the killed command had taken comes back by itself within a minute; here it need not be waited for.
    const { output } = await stage.run('dlq redrive', ['ledger'], { all: true, rate: '1000' });
    const { left } = output as { left: number };
    const second = await stage.take(LEDGER);
    expect(new Set([...bodies(gone), ...bodies(second)]).size + left).toBeGreaterThanOrEqual(count);
    if (signal === 'SIGINT') expect([left, gone.length + second.length]).toEqual([0, count]);
    // At worst the batches under way exist twice.
    else expect(gone.length + second.length + left).toBeLessThanOrEqual(count + 40);
  },
  90_000,
);

test('an entry of a batch that SQS refuses stays a dead letter, and so does one that cannot be deleted', async () => {
  const sent: string[] = [];
  const stage = {
    sqs: {
      send: async (command: { input: { Entries: { Id: string }[] } }) => {
        const { name } = command.constructor;
        sent.push(name);
        const failed = name === 'SendMessageBatchCommand' ? '1' : '0';
        const entries = command.input.Entries.filter(({ Id }) => Id === failed);
        return { Failed: entries.map(({ Id }) => ({ Id, Message: 'no' })) };
      },
    },
  } as unknown as Stage;
  const letter = { receiptHandle: 'r', body: 'b', attributes: {}, cause: undefined, envelope: undefined };
  const letters = ['a', 'b', 'c'].map(messageId => ({ ...letter, messageId, redrives: 0, sentAt: 0 }));
  const moved = await redrive(stage, { queueUrl: 'q', deadLetterUrl: 'd' }, letters);
  expect(moved).toMatchObject({ failed: [{ messageId: 'b' }], problem: 'no', twice: 1 });
  expect(moved.sent.map(({ messageId }) => messageId)).toEqual(['a', 'c']);
  // Sent before deleted; and a delete that fails is tried again.
  expect(sent).toEqual(['SendMessageBatchCommand', ...Array(4).fill('DeleteMessageBatchCommand')]);
});
