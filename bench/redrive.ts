/**
 * `hookwright dlq redrive` of many dead letters, by the command itself in a process of its own: letters a second, and
 * whether its memory stays as it is however many there are. Meanwhile the relay delivers what comes back.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { queuesOf } from '../cli/stage.ts';
import { deadLetterAttributes } from '../core/delivery/deadLetter.ts';
import { messageMaker, sendAll, startDeliverOnly } from './deliverOnly.ts';
import { type BenchResult, printResult } from './figures.ts';
import { openLocalDestination } from './localDestination.ts';
import { groupMemory } from './processMemory.ts';
import { untilDrained } from './queueDepths.ts';
import { readOptions } from './readOptions.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export interface RedriveOptions {
  readonly count: number;
}

const NAME = 'local';
const SETTINGS = { concurrency: 10, timeoutSeconds: 10 };
const RATE = 1_000;
const SAMPLE_MS = 250;
const DRAINS_WITHIN_MS = 180_000;
/** Until the command has loaded and V8 has found its size. */
const SETTLES_AFTER_SHARE = 0.25;

export async function measureRedrive({ count }: RedriveOptions): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('redrive');
  const destination = await openLocalDestination();
  const relay = await startDeliverOnly(folder.path, destination.origin, [NAME], SETTINGS);
  const { deadLetterUrl } = await queuesOf(relay.stage, NAME);
  const message = await messageMaker();
  const now = new Date().toISOString();
  const attributes = deadLetterAttributes(
    { reason: 'rejected', code: 'http-404', attempts: 1, firstReceivedAt: now, deadLetteredAt: now },
    0,
  );
  const bodies = Array.from({ length: count }, () => message(NAME));
  const values = Object.entries(attributes).map(([name, StringValue]) => [
    name,
    { DataType: 'String', StringValue },
  ]);
  await sendAll(relay.stage, deadLetterUrl, bodies, Object.fromEntries(values));

  const { redriven, seconds, residentMb, said } = await redrive(relay.data);
  const left = await untilDrained(relay.stage, [NAME], DRAINS_WITHIN_MS);
  const arrived = destination.count(NAME);
  await relay.stop();
  destination.close();
  await folder.remove();

  const settled = residentMb.slice(Math.floor(residentMb.length * SETTLES_AFTER_SHARE));
  const middle = Math.floor(settled.length / 2);
  const first = Math.max(0, ...settled.slice(0, middle));
  const second = Math.max(0, ...settled.slice(middle));
  if (redriven === 0) throw new Error(`the command redrove nothing; it said: ${said}`);
  return {
    title: `hookwright dlq redrive of ${count} dead letters with 4 KB GitHub events`,
    figures: [
      {
        what: 'redriven, start of the command included',
        value: redriven / seconds,
        unit: '/s',
        limit: { atLeast: 150 },
      },
      { what: 'resident memory of the command, first half', value: first, unit: 'MB' },
      { what: 'the same, second half ÷ first', value: second / first, unit: '×', limit: { atMost: 1.15 } },
      { what: 'not redriven', value: count - redriven, unit: `of ${count}`, limit: { atMost: 0 } },
      {
        what: 'not delivered then',
        value: count - arrived + left,
        unit: `of ${count}`,
        limit: { atMost: 0 },
      },
    ],
  };
}

async function redrive(data: string) {
  const startedAt = performance.now();
  const args = ['dlq', 'redrive', NAME, '--all', '--rate', String(RATE), '--data', data, '--json'];
  const child = spawn(process.execPath, ['cli/hookwright.mjs', ...args], {
    // A group of its own, whose memory is the command's.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const closed = once(child, 'close');
  const residentMb: number[] = [];
  while (child.exitCode === null && child.signalCode === null) {
    const { totalMb } = await groupMemory(child.pid ?? 0);
    if (totalMb > 0) residentMb.push(totalMb);
    await Promise.race([closed, sleep(SAMPLE_MS)]);
  }
  await closed;
  const seconds = (performance.now() - startedAt) / 1000;
  const redriven = printed === '' ? 0 : (JSON.parse(printed) as { redriven: number }).redriven;
  return { redriven, seconds, residentMb, said };
}

if (import.meta.main) printResult(await measureRedrive(readOptions({ count: 10_000 })));
