/** What a replay is to do, and what it needs of each event: the ids of the new delivery, and the event itself from the archive. */
import { z } from 'zod';
import type { ArchivedEvent } from '../../core/archive.ts';
import { ENVELOPE_FORMAT, type Envelope } from '../../core/envelope.ts';
import type { Route } from '../../core/files/routeFile.ts';
import { type DeliveryId, deliveryId, replayDeliveryId } from '../../core/ids.ts';
import { readArchived } from '../archive.ts';
import { type Packed, pack } from '../bodies.ts';
import type { DestinationQueues, Stage } from '../stage.ts';

/** Objects that are read at the same time. */
export const AT_ONCE = 10;

const STATES = ['would-go', 'sent', 'went-before', 'failed'] as const;

export const replayed = z.object({
  eventId: z.string(),
  eventType: z.string(),
  receivedAt: z.string(),
  deliveryId: z.string(),
  replayOf: z.string(),
  state: z.enum(STATES),
  becomes: z.string().optional(),
  problem: z.string().optional(),
});
export type Replayed = z.output<typeof replayed>;

/** What is to be done, once it is clear which events are meant. */
export interface Job {
  readonly stage: Stage;
  readonly queues: DestinationQueues;
  readonly bucket: string;
  readonly route: Route;
  readonly events: readonly ArchivedEvent[];
  readonly run: string;
  readonly by: string;
}

export function* handfuls<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

export const describe = (
  { id, type, receivedAt }: ArchivedEvent,
  { route, run }: Job,
): Omit<Replayed, 'state'> & { readonly deliveryId: DeliveryId; readonly replayOf: DeliveryId } => ({
  eventId: id,
  eventType: type,
  receivedAt: new Date(receivedAt).toISOString(),
  deliveryId: replayDeliveryId(id, route.name, run),
  replayOf: deliveryId(id, route.name),
});

type Opened = { readonly event: ArchivedEvent } & (
  | { readonly envelope: Envelope; readonly packed: Packed }
  | { readonly problem: string }
);

export async function open(event: ArchivedEvent, job: Job): Promise<Opened> {
  const decoded = await readArchived(job.stage, job.bucket, event.key);
  if (!decoded.ok) return { event, problem: decoded.problem };
  const { original } = decoded;
  if (original.event.id !== event.id || original.event.source !== event.source) {
    return { event, problem: 'the archived event is another one than its key says' };
  }
  const ids = describe(event, job);
  const envelope: Envelope = {
    format: ENVELOPE_FORMAT,
    deliveryId: ids.deliveryId,
    route: job.route.name,
    destination: job.route.to,
    replay: { of: ids.replayOf, run: job.run, by: job.by },
    ...original,
  };
  return { event, envelope, packed: pack(envelope) };
}
