/**
 * The main job, shown: for each shipped integration a real payload is signed as its provider would, posted to the front
 * door, and followed to the inbox.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Project } from '../core/files/compileProject.ts';
import type { Example } from '../core/files/exampleFiles.ts';
import type { Route } from '../core/files/routeFile.ts';
import { exampleType } from '../core/files/runExample.ts';
import { deliveryId } from '../core/ids.ts';
import { postWebhook } from './postWebhook.ts';
import { readSigningSecret } from './signingSecret.ts';
import type { Stage } from './stage.ts';

export interface DemoStep {
  readonly source: string;
  readonly eventType: string;
  readonly example: string;
  readonly status: number;
  readonly acceptedAfterMs: number;
  readonly eventId: string | undefined;
  readonly input: string;
  readonly deliveries: readonly DemoDelivery[];
}

export interface DemoDelivery {
  readonly route: string;
  readonly destination: string;
  /** Undefined when nothing arrived in time. */
  readonly deliveredAfterMs: number | undefined;
  readonly output: string | undefined;
}

/** How long a delivery may take before the demo says that it did not come. */
const ARRIVES_WITHIN_MS = 10_000;
const POLL_MS = 15;

/** One webhook for each source and event type; routes that share one are shown together. */
export async function* runDemo(project: Project, stage: Stage, inboxUrl: string): AsyncGenerator<DemoStep> {
  const shown = new Set<string>();
  for (const route of project.routes) {
    const example = route.examples.find(({ expectation }) => expectation.kind === 'output');
    const source = project.sources[route.from];
    if (example === undefined || source === undefined) continue;
    const eventType = example.context.type ?? exampleType(route.events);
    const key = `${route.from}/${eventType}`;
    if (shown.has(key)) continue;
    shown.add(key);
    const startedAt = Date.now();
    const posted = await postWebhook({
      frontDoor: stage.frontDoor ?? '',
      source,
      secret: await readSigningSecret(stage, source, {}),
      body: Buffer.from(example.body),
      contentType: 'application/json',
      eventType,
      eventId: randomUUID(),
      headers: example.context.headers ?? {},
    });
    const eventId = /"event":"(evt_[0-9a-f]+)"/.exec(posted.answer)?.[1] as `evt_${string}` | undefined;
    const siblings = project.routes.filter(candidate => sharesEvent(candidate, route.from, example));
    const deliveries = await Promise.all(
      (eventId === undefined ? [] : siblings).map(async (sibling): Promise<DemoDelivery> => {
        const id = deliveryId(eventId ?? 'evt_', sibling.name);
        const arrived = await waitForArrival(inboxUrl, sibling.to, id, startedAt);
        return {
          route: sibling.name,
          destination: sibling.to,
          deliveredAfterMs: arrived === undefined ? undefined : arrived.receivedAt - startedAt,
          output: arrived?.body,
        };
      }),
    );
    yield {
      source: source.name,
      eventType,
      example: example.file,
      status: posted.status,
      acceptedAfterMs: posted.durationMs,
      eventId,
      input: example.body,
      deliveries,
    };
  }
}

/** Another route gets the same event when it has the same example as one of its own, and expects an output of it. */
const sharesEvent = (route: Route, from: string, example: Example): boolean =>
  route.from === from &&
  route.examples.some(({ body, expectation }) => body === example.body && expectation.kind === 'output');

async function waitForArrival(
  inboxUrl: string,
  destination: string,
  webhookId: string,
  sinceMs: number,
): Promise<{ receivedAt: number; body: string } | undefined> {
  const deadline = Date.now() + ARRIVES_WITHIN_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`${inboxUrl}/${destination}?limit=20`);
    const records = (await answer.json()) as readonly {
      webhookId: string | null;
      receivedAt: string;
      body: string;
    }[];
    const found = records.find(
      record => record.webhookId === webhookId && Date.parse(record.receivedAt) >= sinceMs,
    );
    if (found !== undefined) return { receivedAt: Date.parse(found.receivedAt), body: found.body };
    await sleep(POLL_MS);
  }
  return undefined;
}

const SHOWN_CHARACTERS = 160;

export function describeStep(step: DemoStep): string {
  const lines = [
    `${step.source} ${step.eventType}: ${step.status} after ${step.acceptedAfterMs.toFixed(0)} ms ${step.eventId ?? ''}`,
    `  in   ${shorten(step.input)}  (${step.example})`,
  ];
  for (const { route, destination, deliveredAfterMs, output } of step.deliveries) {
    lines.push(
      deliveredAfterMs === undefined
        ? `  out  ${route} → ${destination}: NOT delivered within ${ARRIVES_WITHIN_MS / 1000} s; hookwright events ${step.eventId ?? ''}`
        : `  out  ${route} → ${destination}, delivered after ${deliveredAfterMs} ms`,
    );
    if (output !== undefined) lines.push(`       ${shorten(output)}`);
  }
  return lines.join('\n');
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const kilobytes = (Buffer.byteLength(text) / 1024).toFixed(1);
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)}…  ${kilobytes} KB`;
}
