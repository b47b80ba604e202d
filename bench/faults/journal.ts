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
  /** Why there is a message to hand out here. */
  readonly cause: 'received' | 'handed twice';
  /** How the invocation that got it ended for it. */
  ended?: { readonly as: HandingEnd; readonly at: number };
  changedVisibility: boolean;
  deleted: boolean;
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

  handed(handing: Omit<Handing, 'changedVisibility' | 'deleted' | 'ended'>): void {
    const whole: Handing = { ...handing, changedVisibility: false, deleted: false };
    add(this.handings, whole);
    this.#byReceipt.set(handing.receipt, whole);
  }

  handing(receipt: string): Handing | undefined {
    return this.#byReceipt.get(receipt);
  }

  arrived(arrival: Arrival): void {
    add(this.arrivals, arrival);
  }
}

function add<Entry extends { readonly deliveryId: string }>(
  entries: Map<string, Entry[]>,
  entry: Entry,
): void {
  const known = entries.get(entry.deliveryId);
  if (known === undefined) entries.set(entry.deliveryId, [entry]);
  else known.push(entry);
}
