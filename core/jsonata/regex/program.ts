/** The tree as instructions for the matcher. */
import { CharacterSet } from './characterSet.ts';
import { type ParsedRegex, RegexRefused } from './parse.ts';
import { type Assertion, type LookNode, type RegexNode, type RepeatNode, widthOf } from './tree.ts';

/** Where an instruction names no successor, the next one follows. */
export type Instruction =
  | { readonly op: 'set'; readonly set: CharacterSet }
  /** Tries the first, then the second. */
  | (Choice & { readonly op: 'split'; first: number; second: number })
  | { readonly op: 'jump'; to: number }
  /** As many of the set as there are, at most `max`; gives back one at a time, or takes one at a time where lazy. */
  | (Choice & {
      readonly op: 'run';
      readonly set: CharacterSet;
      readonly max: number;
      readonly isLazy: boolean;
    })
  | { readonly op: 'save'; readonly slot: number }
  /** Forgets the captures of an earlier iteration: slots from, up to but without, the second. */
  | { readonly op: 'clear'; readonly from: number; readonly to: number }
  /** Remembers the position in a slot, and later demands that it has moved on. */
  | { readonly op: 'moved'; readonly slot: number }
  | { readonly op: 'assert'; readonly what: Assertion }
  | {
      readonly op: 'look';
      readonly isBehind: boolean;
      readonly isNegated: boolean;
      readonly width: number;
      end: number;
    }
  | { readonly op: 'backreference'; readonly group: number }
  | { readonly op: 'match' };

/** What is taken once at each position, and for each of the loops around it once more while it has not moved on. */
export interface Choice {
  /** The first of its numbers: one for each set of loops that have not moved on. */
  readonly id: number;
  /** The slots of the loops around it whose iterations may take nothing. */
  readonly loops: readonly number[];
}

export interface RegexProgram {
  readonly instructions: readonly Instruction[];
  readonly groups: number;
  /** What every match begins with, where that is one set. */
  readonly first: CharacterSet | undefined;
  /** Two for each group, the whole match being group 0, and what loops remember behind them. */
  readonly slots: number;
  /** How many numbers the choices have. */
  readonly ids: number;
  readonly ignoresCase: boolean;
  readonly isMultiline: boolean;
  /** A place may then be entered again with other captures, and what follows depends on them. */
  readonly hasBackreference: boolean;
}

/** The numbers of a choice double with each loop around it that may take nothing. */
const MAX_LOOPS = 5;

/** `(?:…){1000}` is written out a thousand times: beyond this it is refused. */
const MAX_INSTRUCTIONS = 5_000;

/** @throws RegexRefused where the pattern would be too large. */
export function compileRegex({ node, groups, hasBackreference }: ParsedRegex, flags: string): RegexProgram {
  const writer = new Writer(groups, flags.includes('i'));
  writer.write(node);
  writer.emit({ op: 'match' });
  const { instructions, slots, ids } = writer;
  const ignoresCase = flags.includes('i');
  const begin = instructions.find(({ op }) => op !== 'save' && op !== 'clear');
  const first = begin?.op === 'set' ? begin.set : undefined;
  return {
    instructions,
    first,
    groups,
    slots,
    ids,
    ignoresCase,
    isMultiline: flags.includes('m'),
    hasBackreference,
  };
}

class Writer {
  readonly instructions: Instruction[] = [];
  slots: number;
  ids = 0;
  readonly #ignoresCase: boolean;
  #loops: readonly number[] = [];
  readonly #sets = new Map<string, CharacterSet>();

  constructor(groups: number, ignoresCase: boolean) {
    this.slots = 2 * (groups + 1);
    this.#ignoresCase = ignoresCase;
  }

  emit<T extends Instruction>(instruction: T): T {
    if (this.instructions.length >= MAX_INSTRUCTIONS) throw new RegexRefused('repeats too much by number', 0);
    this.instructions.push(instruction);
    return instruction;
  }

  write(node: RegexNode): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'set':
        this.emit({ op: 'set', set: this.#setOf(node.source) });
        return;
      case 'sequence':
        for (const item of node.items) this.write(item);
        return;
      case 'choice':
        this.#choice(node.options);
        return;
      case 'group':
        this.emit({ op: 'save', slot: 2 * node.index });
        this.write(node.body);
        this.emit({ op: 'save', slot: 2 * node.index + 1 });
        return;
      case 'repeat':
        this.#repeat(node);
        return;
      case 'assertion':
        this.emit({ op: 'assert', what: node.what });
        return;
      case 'look':
        this.#look(node);
        return;
      case 'backreference':
        this.emit({ op: 'backreference', group: node.group });
        return;
      default:
        node satisfies never;
    }
  }

  get #here(): number {
    return this.instructions.length;
  }

  #choice(options: readonly RegexNode[]): void {
    const jumps: { to: number }[] = [];
    options.forEach((option, index) => {
      const isLast = index === options.length - 1;
      const split = isLast ? undefined : this.#split();
      if (split !== undefined) split.first = this.#here;
      this.write(option);
      if (!isLast) jumps.push(this.emit({ op: 'jump', to: 0 }));
      if (split !== undefined) split.second = this.#here;
    });
    for (const jump of jumps) jump.to = this.#here;
  }

  #split() {
    return this.emit({ op: 'split', ...this.#newChoice(), first: 0, second: 0 });
  }

  #newChoice(): Choice {
    const id = this.ids;
    this.ids += 2 ** this.#loops.length;
    return { id, loops: this.#loops };
  }

  /** What is around it does not matter to its body, which begins anew each time. */
  #look({ isBehind, isNegated, body }: LookNode): void {
    const look = this.emit({ op: 'look', isBehind, isNegated, width: widthOf(body)[1], end: 0 });
    const around = this.#loops;
    this.#loops = [];
    this.write(body);
    this.#loops = around;
    this.emit({ op: 'match' });
    look.end = this.#here;
  }

  #repeat(node: RepeatNode): void {
    const { body, min, max, isLazy } = node;
    // Written out, each with the captures of the one before forgotten.
    for (let count = 0; count < min; count += 1) this.#iteration(node, false);
    if (max === min) return;
    if (body.kind === 'set') {
      this.emit({ op: 'run', ...this.#newChoice(), set: this.#setOf(body.source), max: max - min, isLazy });
    } else if (max === Infinity) {
      const split = this.#split();
      const inside = this.#here;
      this.#iteration(node, true);
      this.emit({ op: 'jump', to: inside - 1 });
      this.#branch(split, inside, isLazy);
    } else {
      const splits: [{ first: number; second: number }, number][] = [];
      for (let count = min; count < max; count += 1) {
        splits.push([this.#split(), this.#here]);
        this.#iteration(node, true);
      }
      for (const [split, inside] of splits) this.#branch(split, inside, isLazy);
    }
  }

  #branch(split: { first: number; second: number }, inside: number, isLazy: boolean): void {
    split.first = isLazy ? this.#here : inside;
    split.second = isLazy ? inside : this.#here;
  }

  /** @param isOptional - one that takes nothing is then not taken at all, as ECMAScript has it. */
  #iteration({ body, groups: [from, to] }: RepeatNode, isOptional: boolean): void {
    if (to > from) this.emit({ op: 'clear', from: 2 * from, to: 2 * to });
    if (!isOptional || widthOf(body)[0] > 0) {
      this.write(body);
      return;
    }
    const slot = this.slots++;
    const around = this.#loops;
    if (around.length >= MAX_LOOPS) throw new RegexRefused('nests too many loops that may take nothing', 0);
    this.emit({ op: 'save', slot });
    this.#loops = [...around, slot];
    this.write(body);
    this.#loops = around;
    this.emit({ op: 'moved', slot });
  }

  #setOf(source: string): CharacterSet {
    const set = this.#sets.get(source) ?? new CharacterSet(source, this.#ignoresCase);
    this.#sets.set(source, set);
    return set;
  }
}
