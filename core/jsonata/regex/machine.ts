/** Runs a program from one place of a text on, and goes back to the last choice where it cannot go on. */
import { Fault } from '../fault.ts';
import type { Choice, Instruction, RegexProgram } from './program.ts';
import type { Assertion } from './tree.ts';
import type { VisitedPlaces } from './visitedPlaces.ts';

/** Undefined where a choice must be taken as often as it comes. */
export type Memory = VisitedPlaces | undefined;

type Run = Extract<Instruction, { op: 'run' }>;
type Look = Extract<Instruction, { op: 'look' }>;

interface Surroundings {
  newMemory(): Memory;
  /** So many steps were taken. May throw. */
  step(count: number): void;
}

const UNSET = -1;

/** What is left to try: a branch, a capture to restore, a run that gives back, one that takes more. Four numbers each. */
const BRANCH = 0;
const RESTORE = 1;
const GIVE_BACK = 2;
const TAKE_MORE = 3;

/** So many are counted before they are told. */
const STEPS_AT_ONCE = 1_024;

/** Of these numbers: 32 MB. */
const MAX_PENDING = 4_000_000;

export class Machine {
  /** Start and end of each group; behind them what loops remember. */
  readonly slots: number[];
  readonly #program: RegexProgram;
  readonly #text: string;
  readonly #around: Surroundings;
  readonly #pending: number[] = [];
  #visited: Memory;
  #at = 0;
  #place = 0;
  #steps = 0;

  constructor(program: RegexProgram, text: string, slots: number[], around: Surroundings) {
    this.#program = program;
    this.#text = text;
    this.slots = slots;
    this.#around = around;
  }

  /**
   * @param mustEndAt - for a look behind.
   * @returns where the match ends, with its captures in `slots`; undefined with `slots` as they were.
   */
  run(at: number, place: number, visited: Memory, mustEndAt?: number): number | undefined {
    const end = this.#run(at, place, visited, mustEndAt);
    this.#tell();
    return end;
  }

  #run(at: number, place: number, visited: Memory, mustEndAt: number | undefined): number | undefined {
    this.#at = at;
    this.#place = place;
    this.#visited = visited;
    this.#pending.length = 0;
    for (;;) {
      this.#count(1);
      const instruction = this.#program.instructions[this.#at] as Instruction;
      if (instruction.op === 'match') {
        if (mustEndAt === undefined || this.#place === mustEndAt) return this.#place;
      } else if (this.#goOn(instruction)) continue;
      if (!this.#goBack()) return undefined;
    }
  }

  #goOn(instruction: Exclude<Instruction, { op: 'match' }>): boolean {
    switch (instruction.op) {
      case 'set':
        this.#at += 1;
        return instruction.set.has(this.#text.charCodeAt(this.#place++));
      case 'split':
        if (!this.#isNew(instruction, this.#place)) return false;
        this.#push(BRANCH, instruction.second, this.#place);
        this.#at = instruction.first;
        return true;
      case 'jump':
        this.#at = instruction.to;
        return true;
      case 'run':
        return instruction.isLazy ? this.#runLazily(instruction) : this.#runGreedily(instruction);
      case 'save':
        this.#set(instruction.slot, this.#place);
        this.#at += 1;
        return true;
      case 'clear':
        for (let slot = instruction.from; slot < instruction.to; slot += 1) this.#set(slot, UNSET);
        this.#at += 1;
        return true;
      case 'moved':
        this.#at += 1;
        return this.slots[instruction.slot] !== this.#place;
      case 'assert':
        this.#at += 1;
        return this.#holds(instruction.what);
      case 'look':
        return this.#look(instruction);
      case 'backreference':
        this.#at += 1;
        return this.#repeats(instruction.group);
      default:
        return instruction satisfies never;
    }
  }

  /** To the last choice that has something left. */
  #goBack(): boolean {
    const pending = this.#pending;
    while (pending.length > 0) {
      const rest = pending.pop() as number;
      const where = pending.pop() as number;
      const what = pending.pop() as number;
      this.#count(1);
      switch (pending.pop()) {
        case RESTORE:
          this.slots[what] = where;
          break;
        case BRANCH:
          this.#at = what;
          this.#place = where;
          return true;
        case GIVE_BACK:
          if (where > rest) this.#push(GIVE_BACK, what, where - 1, rest);
          if (this.#leave(what, where)) return true;
          break;
        default:
          if (this.#takeMore(what, where, rest)) return true;
      }
    }
    return false;
  }

  #count(steps: number): void {
    this.#steps += steps;
    if (this.#steps >= STEPS_AT_ONCE) this.#tell();
  }

  #tell(): void {
    this.#around.step(this.#steps);
    this.#steps = 0;
  }

  #push(kind: number, what: number, where: number, rest = 0): void {
    if (this.#pending.length >= MAX_PENDING) throw new Fault('MEMORY_EXCEEDED');
    this.#pending.push(kind, what, where, rest);
  }

  #set(slot: number, value: number): void {
    const before = this.slots[slot] as number;
    if (before === value) return;
    this.#push(RESTORE, slot, before);
    this.slots[slot] = value;
  }

  /** Whether a choice has not been taken at the place before, with the same loops around it still to move on. */
  #isNew({ id, loops }: Choice, place: number): boolean {
    if (this.#visited === undefined) return true;
    let number = id;
    for (let index = 0; index < loops.length; index += 1) {
      if (this.slots[loops[index] as number] === place) number += 1 << index;
    }
    return this.#visited.enter(number, place);
  }

  /*
   * A run without a limit marks each place that it comes through. One that begins or arrives at a marked place stops
   * there: all that lies beyond was tried. A run with a limit marks where it was left, since what follows is the same.
   */

  #runGreedily(run: Run): boolean {
    const start = this.#place;
    const isUnlimited = run.max === Infinity;
    if (isUnlimited && !this.#isNew(run, start)) return false;
    let end = start;
    while (end - start < run.max && run.set.has(this.#text.charCodeAt(end))) {
      if (isUnlimited && !this.#isNew(run, end + 1)) break;
      end += 1;
    }
    this.#count(end - start);
    if (end > start) this.#push(GIVE_BACK, this.#at, end - 1, start);
    return this.#leave(this.#at, end);
  }

  #runLazily(run: Run): boolean {
    if (run.max === Infinity && !this.#isNew(run, this.#place)) return false;
    this.#push(TAKE_MORE, this.#at, this.#place, run.max);
    return this.#leave(this.#at, this.#place);
  }

  #takeMore(at: number, place: number, most: number): boolean {
    const run = this.#program.instructions[at] as Run;
    if (most === 0 || !run.set.has(this.#text.charCodeAt(place))) return false;
    if (run.max === Infinity && !this.#isNew(run, place + 1)) return false;
    this.#push(TAKE_MORE, at, place + 1, most - 1);
    return this.#leave(at, place + 1);
  }

  /** Goes on behind the run. */
  #leave(at: number, place: number): boolean {
    const run = this.#program.instructions[at] as Run;
    if (run.max !== Infinity && !this.#isNew(run, place)) return false;
    this.#at = at + 1;
    this.#place = place;
    return true;
  }

  #look(look: Look): boolean {
    const before = [...this.slots];
    const body = this.#at + 1;
    this.#at = look.end;
    const inner = new Machine(this.#program, this.#text, [...before], this.#around);
    let isFound = false;
    const first = look.isBehind ? Math.max(0, this.#place - look.width) : this.#place;
    for (let start = this.#place; start >= first && !isFound; start -= 1) {
      const end = look.isBehind ? this.#place : undefined;
      isFound = inner.run(body, start, this.#around.newMemory(), end) !== undefined;
    }
    if (isFound && !look.isNegated) {
      for (let slot = 0; slot < before.length; slot += 1) this.#set(slot, inner.slots[slot] as number);
    }
    return isFound !== look.isNegated;
  }

  #holds(what: Assertion): boolean {
    const { isMultiline } = this.#program;
    const text = this.#text;
    const place = this.#place;
    switch (what) {
      case 'start':
        return place === 0 || (isMultiline && isLineBreak(text.charCodeAt(place - 1)));
      case 'end':
        return place === text.length || (isMultiline && isLineBreak(text.charCodeAt(place)));
      case 'boundary':
      case 'no-boundary':
        return (
          (isWord(text.charCodeAt(place - 1)) !== isWord(text.charCodeAt(place))) === (what === 'boundary')
        );
      default:
        return what satisfies never;
    }
  }

  /** A group that took no part is repeated by nothing. */
  #repeats(group: number): boolean {
    const end = this.slots[2 * group + 1] as number;
    if (end === UNSET) return true;
    const captured = this.#text.slice(this.slots[2 * group], end);
    const here = this.#text.slice(this.#place, this.#place + captured.length);
    this.#count(captured.length);
    this.#place += captured.length;
    return captured === here || (this.#program.ignoresCase && isSameFolded(captured, here));
  }
}

const isLineBreak = (code: number): boolean =>
  code === 10 || code === 13 || code === 0x2028 || code === 0x2029;

/** A digit, a letter of ASCII or `_`. Outside of the text, NaN, is none. */
const isWord = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);

const isSameFolded = (a: string, b: string): boolean =>
  a.length === b.length && a.split('').every((character, at) => folded(character) === folded(b.charAt(at)));

/** ECMAScript's `Canonicalize` without the flag `u`. */
function folded(character: string): string {
  const upper = character.toUpperCase();
  const leavesAscii = character.charCodeAt(0) >= 128 && upper.charCodeAt(0) < 128;
  return upper.length === 1 && !leavesAscii ? upper : character;
}
