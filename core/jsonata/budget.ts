/**
 * How much one evaluation may do, counted and not timed: the same mapping over the same payload ends at the same place
 * on every machine. Work that is bounded by the length of the mapping's own text is free; whatever grows with the
 * payload is charged: an iteration, a call, an item or a character that is made.
 */
import { Fault } from './fault.ts';

export interface BudgetLimits {
  /** Iterations, calls, items and characters by the shares below. */
  readonly steps: number;
  /** Calls within calls. */
  readonly depth: number;
  /** Characters of one string. */
  readonly text: number;
  /** Items of one array that the evaluation makes. */
  readonly items: number;
  /** Estimated bytes of all that the evaluation makes, whether or not it is still held. */
  readonly memory: number;
}

export const DEFAULT_LIMITS: BudgetLimits = {
  steps: 2_000_000,
  depth: 1_000,
  text: 8 * 1024 * 1024,
  items: 1_000_000,
  memory: 24 * 1024 * 1024,
};

/** Characters copied or compared for the price of one step. */
const TEXT_PER_STEP = 64;

// What V8 keeps, with the room that it leaves for growth: an array that was pushed to has places for 17 items at once
// and half as many again later, a fraction is an object of its own, and a text may need two bytes for each character.
const BYTES_PER_ITEM = 16;
/** In an array whose length nobody knows before: what it left behind when it grew counts, too. */
const BYTES_PER_PART = 20;
const BYTES_PER_ARRAY = 192;
const BYTES_PER_KEY = 24;
const BYTES_PER_OBJECT = 56;
const BYTES_PER_TEXT = 32;
const BYTES_PER_CHARACTER = 2;
/** A key's share in a table of groups: the table's entry, the group, and the key in the object that it becomes. */
const BYTES_PER_GROUP = 200;
/** A call makes a frame. */
const STEPS_PER_CALL = 2;
const STEPS_PER_GROUP = 5;
const STEPS_PER_DECIMAL = 4;
const DIGITS_PER_STEP = 32;

export class Budget {
  readonly limits: BudgetLimits;
  readonly #longest: number;
  #steps: number;
  #memory: number;
  #depth = 0;
  #deepest = 0;

  constructor(limits: BudgetLimits = DEFAULT_LIMITS) {
    this.limits = limits;
    this.#longest = limits.text;
    this.#steps = limits.steps;
    this.#memory = limits.memory;
  }

  /** For the next evaluation. */
  reset(): void {
    this.#steps = this.limits.steps;
    this.#memory = this.limits.memory;
    this.#depth = 0;
    this.#deepest = 0;
  }

  /**
   * Work that makes nothing: iterations, comparisons, calls.
   * @param at - the place in the mapping, where it is known to the caller; so for the others.
   */
  spend(steps: number, at?: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) this.#stop(at);
  }

  /** A string that is made, by its length; before it is made, where the length is known. */
  text(length: number, at?: number): void {
    if (length > this.#longest) throw exceeded('TEXT_TOO_LONG', at);
    this.#memory -= BYTES_PER_TEXT + length * BYTES_PER_CHARACTER;
    this.#steps -= 1 + length / TEXT_PER_STEP;
    if (this.#memory < 0 || this.#steps < 0) this.#stop(at);
  }

  /** A string that is read through, by its length. */
  scan(length: number, at?: number): void {
    this.#steps -= 1 + length / TEXT_PER_STEP;
    if (this.#steps < 0) this.#stop(at);
  }

  /** A number that no double carries, read digit by digit, by the length of its text. */
  decimal(length: number): void {
    this.spend(STEPS_PER_DECIMAL + length / DIGITS_PER_STEP);
  }

  /** An array that is made. */
  items(count: number, at?: number): void {
    if (count > this.limits.items) throw exceeded('D2015', at);
    this.#take(BYTES_PER_ARRAY + count * BYTES_PER_ITEM, at);
    this.spend(1 + count, at);
  }

  /** A piece of a longer text, in an array of such. V8 has each text of one Latin-1 character once. */
  part(text: string, at?: number): void {
    const isShared = text.length === 1 && text.charCodeAt(0) < 256;
    this.#take(BYTES_PER_PART + (isShared ? 0 : BYTES_PER_TEXT + text.length * BYTES_PER_CHARACTER), at);
    this.spend(1, at);
  }

  /** A group whose key was not met before. */
  group(at?: number): void {
    this.#take(BYTES_PER_GROUP, at);
    this.spend(STEPS_PER_GROUP, at);
  }

  /** An object that is made, with so many keys. */
  object(keys: number, at?: number): void {
    this.#memory -= BYTES_PER_OBJECT + keys * BYTES_PER_KEY;
    this.#steps -= 1 + keys;
    if (this.#memory < 0 || this.#steps < 0) this.#stop(at);
  }

  /** A copy of an array that the result is given, whose work is bounded by the size of the output. */
  copiedItems(count: number): void {
    this.#take(BYTES_PER_ARRAY + count * BYTES_PER_ITEM, undefined);
  }

  /** The same for an object with so many keys. */
  copiedKeys(keys: number): void {
    this.#take(BYTES_PER_OBJECT + keys * BYTES_PER_KEY, undefined);
  }

  /** A call begins; `leave` ends it. */
  enter(at?: number): void {
    this.spend(STEPS_PER_CALL, at);
    this.#depth += 1;
    if (this.#depth > this.#deepest) this.#deepest = this.#depth;
    if (this.#depth > this.limits.depth) throw exceeded('D1011', at);
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** What was used so far. */
  get used(): { readonly steps: number; readonly depth: number; readonly memory: number } {
    return {
      steps: this.limits.steps - this.#steps,
      depth: this.#deepest,
      memory: this.limits.memory - this.#memory,
    };
  }

  #take(bytes: number, at: number | undefined): void {
    this.#memory -= bytes;
    if (this.#memory < 0) this.#stop(at);
  }

  #stop(at: number | undefined): never {
    throw exceeded(this.#memory < 0 ? 'MEMORY_EXCEEDED' : 'STEPS_EXCEEDED', at);
  }
}

const exceeded = (code: string, at: number | undefined): Fault =>
  new Fault(code, at === undefined ? {} : { position: at });
