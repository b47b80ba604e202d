/** A replay: each event as a message of its own, at a rate, with who did it on record. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { ArchivedEvent } from '../../core/archive.ts';
import { attemptLinesOfReplay } from '../../core/events/queries.ts';
import { recordBegin, recordEnd } from '../audit.ts';
import { putBody } from '../bodies.ts';
import { Failure, type Terminal } from '../command.ts';
import { attemptLines } from '../logQueries.ts';
import { AT_ONCE, describe, handfuls, type Job, open, type Replayed } from './job.ts';

/** An attempt of the run is not older than a message can become. */
const RUN_LOOK_BACK_SECONDS = 14 * 86_400;

/** Nothing found is nothing done, and leaves no record. */
export async function sendOnRecord(job: Job, rate: number, terminal: Terminal): Promise<Replayed[]> {
  const { stage, route, run, events } = job;
  if (events.length === 0) return [];
  const details = { route: route.name, run };
  await recordBegin(stage, 'replay', route.to, { ...details, events: events.length });
  const done = await sendAll(job, rate, terminal);
  const sent = done.filter(({ state }) => state === 'sent').length;
  await recordEnd(stage, 'replay', route.to, {
    ...details,
    sent,
    failed: done.filter(({ state }) => state === 'failed').length,
  });
  return done;
}

async function sendAll(job: Job, rate: number, terminal: Terminal): Promise<Replayed[]> {
  const { events, run } = job;
  const wentBefore = await deliveriesOfRun(job);
  const done: Replayed[] = [];
  let sent = 0;
  const startedAt = Date.now();
  // No more at once than the rate has in a tenth of a second.
  for (const handful of handfuls(events, Math.min(AT_ONCE, Math.ceil(rate / 10)))) {
    const results = await Promise.allSettled(handful.map(event => sendOne(event, job, wentBefore)));
    done.push(...results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : [])));
    const before = sent;
    sent = done.filter(({ state }) => state === 'sent').length;
    const failed = results.find(result => result.status === 'rejected');
    if (failed !== undefined) {
      throw new Failure(
        `stopped after ${sent} of ${events.length}: ${(failed.reason as Error).message}`,
        `call it again with --run ${run}: the ids stay the same`,
      );
    }
    if (Math.floor(sent / 100) > Math.floor(before / 100)) terminal.note(`${sent} of ${events.length} sent`);
    const dueMs = (sent / rate) * 1000 - (Date.now() - startedAt);
    if (dueMs > 0) await sleep(dueMs);
  }
  return done;
}

async function sendOne(event: ArchivedEvent, job: Job, wentBefore: ReadonlySet<string>): Promise<Replayed> {
  const described = describe(event, job);
  if (wentBefore.has(described.deliveryId)) return { ...described, state: 'went-before' };
  const opened = await open(event, job);
  if ('problem' in opened) return { ...described, state: 'failed', problem: opened.problem };
  const { stage, queues } = job;
  const { message, store } = opened.packed;
  if (store !== undefined) await putBody(stage, queues, store, store.body);
  await stage.sqs.send(new SendMessageCommand({ QueueUrl: queues.queueUrl, MessageBody: message }));
  return { ...described, state: 'sent' };
}

/** What the log shows of this run: with a run's name given again, that is done already. */
async function deliveriesOfRun({ stage, route, events, run }: Job): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const lines = await attemptLines(stage, attemptLinesOfReplay(route.name, run), RUN_LOOK_BACK_SECONDS);
  return new Set(lines.map(line => line.deliveryId));
}
