/**
 * What happened to each delivery, as those saw it who stand around the relay: the fault layer, the caller of the
 * functions and the destinations. Nothing of it comes from the relay's own account, which the ledger holds against it.
 */

/** One receive of one message, as the poller got it. */
export interface Handing {
  readonly deliveryId: string;
  readonly messageId: string;
  readonly receipt: string;
  readonly at: number;
  /** When the engine gave it out: from here its visibility counts. */
  readonly leasedAt: number;
  /** Why there is a message to hand out here. */
  readonly cause: 'received' | 'handed twice';
  /** How the invocation that got it ended for it. */
  ended?: { readonly as: HandingEnd; readonly at: number };
  changedVisibilityAt?: number;
  deletedAt?: number;
}

/** `finished` and `kept` are the function's own words; the others are the end of an invocation without any. */
export type HandingEnd = 'finished' | 'kept' | 'crashed' | 'timed out' | 'throttled';

/** What a destination did with a request. */
export interface Arrival {
  readonly deliveryId: string;
  readonly destination: string;
  readonly at: number;
  /** `taken unanswered`: it did its work, and its 2xx never came or came too late. */
  readonly as: 'taken' | 'taken unanswered' | 'refused';
}

export interface SentMessage {
  readonly deliveryId: string;
  readonly at: number;
  /** The sender was not told. */
  readonly replyLost: boolean;
  /** The sender was killed with the answer. */
  readonly senderKilled: boolean;
}

export class Journal {
  readonly sent = new Map<string, SentMessage[]>();
  readonly deadLettersSent = new Map<string, SentMessage[]>();
  readonly handings = new Map<string, Handing[]>();
  readonly arrivals = new Map<string, Arrival[]>();
  /** How often each fault was played. */
  readonly played = new Map<string, number>();
  readonly #byReceipt = new Map<string, Handing>();

  play(fault: string): void {
    this.played.set(fault, (this.played.get(fault) ?? 0) + 1);
  }

  messageSent(message: SentMessage, isDeadLetter: boolean): void {
    add(isDeadLetter ? this.deadLettersSent : this.sent, message);
  }

  handed(handing: Handing): void {
    add(this.handings, handing);
    this.#byReceipt.set(handing.receipt, handing);
  }

  handing(receipt: string): Handing | undefined {
    return this.#byReceipt.get(receipt);
  }

  arrived(arrival: Arrival): void {
    add(this.arrivals, arrival);
  }

  /** All that is known of a delivery, in its order: what a person looks at when something is wrong. */
  trace(deliveryId: string): string {
    const steps: (readonly [number | undefined, string])[] = [
      ...(this.sent.get(deliveryId) ?? []).map(one => [one.at, `sent${fateOf(one)}`] as const),
      ...(this.deadLettersSent.get(deliveryId) ?? []).map(one => [one.at, `dead${fateOf(one)}`] as const),
      ...(this.arrivals.get(deliveryId) ?? []).map(({ at, as }) => [at, as] as const),
      ...(this.handings.get(deliveryId) ?? []).flatMap((handing, index) => {
        const name = `#${index + 1} ${handing.messageId.slice(0, 4)}`;
        return [
          [handing.at, `${name} ${handing.cause}`] as const,
          [handing.ended?.at, `${name} ${handing.ended?.as}`] as const,
          [handing.changedVisibilityAt, `${name} hidden`] as const,
          [handing.deletedAt, `${name} deleted`] as const,
        ];
      }),
    ];
    const known = steps.flatMap(([at, what]) => (at === undefined ? [] : [{ at, what }]));
    known.sort((a, b) => a.at - b.at);
    const from = known[0]?.at ?? 0;
    return known.map(({ at, what }) => `${at - from} ms ${what}`).join(', ');
  }
}

const fateOf = ({ replyLost, senderKilled }: SentMessage): string =>
  replyLost ? ' (reply lost)' : senderKilled ? ' (sender killed)' : '';

function add<Entry extends { readonly deliveryId: string }>(
  entries: Map<string, Entry[]>,
  entry: Entry,
): void {
  const known = entries.get(entry.deliveryId);
  if (known === undefined) entries.set(entry.deliveryId, [entry]);
  else known.push(entry);
}
