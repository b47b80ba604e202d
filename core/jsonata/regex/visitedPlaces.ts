/** Which choices were taken at which positions, a bit for each, laid out as far as the matcher comes. */
import type { Budget } from '../budget.ts';

/** Positions for which memory is taken at once. */
const STRETCH = 512;

export class VisitedPlaces {
  readonly #ids: number;
  readonly #budget: Budget;
  readonly #stretches = new Map<number, Uint32Array>();

  constructor(ids: number, budget: Budget) {
    this.#ids = ids;
    this.#budget = budget;
  }

  /** Whether it is the first time; from then on it was. */
  enter(id: number, position: number): boolean {
    const words = this.#stretch(Math.floor(position / STRETCH));
    const bit = (position % STRETCH) * this.#ids + id;
    const mask = 1 << (bit & 31);
    const word = words[bit >> 5] as number;
    if ((word & mask) !== 0) return false;
    words[bit >> 5] = word | mask;
    return true;
  }

  /** As if no choice had been taken at the position. */
  forget(position: number): void {
    const words = this.#stretches.get(Math.floor(position / STRETCH));
    if (words === undefined) return;
    const first = (position % STRETCH) * this.#ids;
    for (let bit = first; bit < first + this.#ids; bit += 1) {
      words[bit >> 5] = (words[bit >> 5] as number) & ~(1 << (bit & 31));
    }
  }

  #stretch(index: number): Uint32Array {
    const known = this.#stretches.get(index);
    if (known !== undefined) return known;
    const words = new Uint32Array(Math.ceil((STRETCH * this.#ids) / 32) + 1);
    // Eight bytes is what an item of the budget weighs.
    this.#budget.items(words.length / 2);
    this.#stretches.set(index, words);
    return words;
  }
}
