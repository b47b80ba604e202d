/**
 * What goes wrong, and where. Every decision is a hash of the seed and of what it is about (a delivery, a queue, the
 * how-manieth time), never of the order in which things happen: the same seed gives the same script, however the
 * processes of a run meet.
 */
import { hash } from 'node:crypto';

/** Shares of the calls or deliveries that are met by a fault, each from 0 to 1. */
export interface FaultRates {
  /** Of calls: SQS's own throttling error, which the SDK tries again. */
  readonly throttled: number;
  /** Of calls: 500 before anything was done. */
  readonly failed: number;
  /** Of calls: the connection is reset before the engine has heard of it. */
  readonly requestLost: number;
  /** Of calls: the engine has done it, and the connection is reset instead of the answer. */
  readonly replyLost: number;
  /** Of calls: they take up to a second longer. */
  readonly slow: number;
  /** Of messages handed out: handed out a second time. */
  readonly handedTwice: number;
  /** Of messages handed out: after those that were sent later. */
  readonly heldBack: number;
  /** Of messages handed out: no visibility change of this receive succeeds. */
  readonly changeFails: number;
  /** Of messages handed out: no delete of this receive succeeds. */
  readonly deleteFails: number;
  /** Of deliveries, once each: the process dies at this step. */
  readonly crashBeforeRequest: number;
  readonly crashAfterAnswer: number;
  readonly crashAfterLine: number;
  readonly crashAfterDeadLetter: number;
  /** Of webhooks, once each: receive dies with the message sent and the provider not answered. */
  readonly crashAfterSend: number;
}

export const DEFAULT_RATES: FaultRates = {
  throttled: 0.01,
  failed: 0.01,
  requestLost: 0.005,
  replyLost: 0.01,
  slow: 0.01,
  handedTwice: 0.01,
  heldBack: 0.03,
  changeFails: 0.01,
  deleteFails: 0.005,
  crashBeforeRequest: 0.001,
  crashAfterAnswer: 0.001,
  crashAfterLine: 0.001,
  crashAfterDeadLetter: 0.005,
  crashAfterSend: 0.001,
};

export type CallFault = 'throttled' | 'failed' | 'requestLost' | 'replyLost' | 'slow';

const CALL_FAULTS: readonly CallFault[] = ['throttled', 'failed', 'requestLost', 'replyLost', 'slow'];

export class FaultScript {
  readonly seed: number;
  readonly rates: FaultRates;

  constructor(seed: number, rates: FaultRates) {
    this.seed = seed;
    this.rates = rates;
  }

  /** A number in [0, 1), the same for the same words and seed. */
  draw(...about: readonly (string | number)[]): number {
    return Number.parseInt(hash('sha256', [this.seed, ...about].join('/')).slice(0, 8), 16) / 2 ** 32;
  }

  happens(what: keyof FaultRates, ...about: readonly (string | number)[]): boolean {
    return this.draw(what, ...about) < this.rates[what];
  }

  /** At most one fault for a call. */
  callFault(...about: readonly (string | number)[]): CallFault | undefined {
    let left = this.draw('call', ...about);
    for (const fault of CALL_FAULTS) {
      if (left < this.rates[fault]) return fault;
      left -= this.rates[fault];
    }
    return undefined;
  }
}
