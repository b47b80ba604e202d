/**
 * Finds a program in a text as a backtracking matcher does, with one difference: no choice is taken twice at one
 * position, since it would fail as it did before. So the work grows with the text's length and not with its powers, and
 * the match is the very one that RegExp finds. A pattern with a backreference is the exception: what a choice leads to
 * depends on what was captured, and only the budget ends it.
 */
import type { Budget } from '../budget.ts';
import { Machine, type Memory } from './machine.ts';
import type { RegexProgram } from './program.ts';
import { VisitedPlaces } from './visitedPlaces.ts';

/** Steps of the matcher for one step of the budget. */
const PER_STEP = 2;
/** Characters at which no match can begin, for one step of the matcher. */
const SKIPPED_PER_STEP = 16;

export class Matcher {
  readonly #program: RegexProgram;
  readonly #text: string;
  readonly #budget: Budget;
  /** What failed in this text stays failed from match to match. */
  readonly #visited: Memory;
  #steps = 0;
  #charged = 0;

  constructor(program: RegexProgram, text: string, budget: Budget) {
    this.#program = program;
    this.#text = text;
    this.#budget = budget;
    this.#visited = this.#newMemory();
  }

  /** How many steps were taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Start and end of the match and of each group, -1 where it took no part; undefined where there is no match. */
  find(from: number): readonly number[] | undefined {
    // The choices at the place where the last match ended led to it.
    this.#visited?.forget(from);
    const { slots, groups } = this.#program;
    const machine = new Machine(this.#program, this.#text, new Array<number>(slots).fill(-1), {
      newMemory: () => this.#newMemory(),
      step: count => this.#step(count),
    });
    for (let start = this.#nextStart(from); start <= this.#text.length; start = this.#nextStart(start + 1)) {
      const end = machine.run(0, start, this.#visited);
      if (end === undefined) continue;
      this.#charge();
      return [start, end, ...machine.slots.slice(2, 2 * (groups + 1))];
    }
    this.#charge();
    return undefined;
  }

  /** The next place at which a match can begin; behind the text where there is none. */
  #nextStart(from: number): number {
    const first = this.#program.first;
    if (first === undefined) return from;
    let start = from;
    while (start < this.#text.length && !first.has(this.#text.charCodeAt(start))) start += 1;
    this.#step((start - from) / SKIPPED_PER_STEP);
    return start < this.#text.length ? start : this.#text.length + 1;
  }

  #newMemory(): Memory {
    return this.#program.hasBackreference ? undefined : new VisitedPlaces(this.#program.ids, this.#budget);
  }

  #step(count: number): void {
    this.#steps += count;
    this.#charge();
  }

  #charge(): void {
    this.#budget.spend((this.#steps - this.#charged) / PER_STEP);
    this.#charged = this.#steps;
  }
}
