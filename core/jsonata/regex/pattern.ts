/** A regular expression as a value of the language, and as the built-ins use it. */
import type { Budget } from '../budget.ts';
import { Fault } from '../fault.ts';
import { Callable, type DataObject, type Value } from '../values.ts';
import { type Bound, boundAt, searchBound } from './cost.ts';
import { Matcher } from './matcher.ts';
import { type ParsedRegex, parseRegex, RegexRefused } from './parse.ts';
import { compileRegex, type RegexProgram } from './program.ts';

export type Judgement =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: string; readonly at: number };

/** Whether a literal can be run; where not, why, and at which of its characters. For check, not for deliver. */
export function judgePattern(source: string, flags: string): Judgement {
  try {
    compileRegex(parseRegex(source), flags);
    return { ok: true };
  } catch (error) {
    if (error instanceof RegexRefused) return { ok: false, problem: error.message, at: error.at };
    throw error;
  }
}

export interface RegexMatch {
  readonly text: string;
  /** UTF-16 code units from the start of the whole text, as JSONata counts them. */
  readonly start: number;
  readonly end: number;
  /** Undefined where the group took no part. */
  readonly groups: readonly (string | undefined)[];
}

/**
 * RegExp is asked where it cannot take more steps than this, whatever the text; otherwise our own matcher, which is
 * slower and never takes more than the text is long times what the pattern holds.
 */
const MAX_NATIVE_STEPS = 100_000;
/** Steps of RegExp for one step of the budget. */
const NATIVE_PER_STEP = 100;

export class Pattern extends Callable {
  override readonly arity = 2;
  readonly #flags: string;
  /** Behind the literal in the mapping's text, for what is wrong with it at run time. */
  readonly #position: number | undefined;
  readonly #budget: Budget;
  readonly #native: RegExp;
  readonly #parsed: ParsedRegex;
  readonly #bound: Bound | undefined;
  #program: RegexProgram | undefined;

  /** @throws RegexRefused for what `judgePattern` refuses. */
  constructor(source: string, flags: string, budget: Budget, position?: number) {
    super();
    this.#flags = flags.replace('g', '');
    this.#position = position;
    this.#budget = budget;
    this.#native = new RegExp(source, `${this.#flags}g`);
    this.#parsed = parseRegex(source);
    this.#bound = searchBound(this.#parsed, flags);
  }

  /** The matches of a text one after the other, from a place on. */
  matches(text: string, from = 0): Matches {
    const isBounded = this.#bound !== undefined && boundAt(this.#bound, text.length) <= MAX_NATIVE_STEPS;
    return new Matches(
      isBounded ? this.#findNatively(text) : this.#findOurselves(text),
      text,
      from,
      this.#position,
    );
  }

  /** Called as a function, it gives the first match and with it a function for the next. */
  override invoke(args: Value[]): Value {
    const [text] = args;
    if (typeof text !== 'string') throw new Fault('T0410', { argument: 1, expected: 'string' });
    return asObject(this, text, this.matches(text));
  }

  #findNatively(text: string): Find {
    const regex = this.#native;
    const steps = this.#bound === undefined ? 0 : boundAt(this.#bound, text.length) / NATIVE_PER_STEP;
    return from => {
      this.#budget.spend(1 + steps);
      regex.lastIndex = from;
      const found = regex.exec(text);
      if (found === null) return undefined;
      const [match, ...groups] = found;
      return { text: match, start: found.index, end: found.index + match.length, groups };
    };
  }

  #findOurselves(text: string): Find {
    this.#program ??= compileRegex(this.#parsed, this.#flags);
    const matcher = new Matcher(this.#program, text, this.#budget);
    return from => {
      const [start, end, ...groups] = matcher.find(from) ?? [];
      if (start === undefined || end === undefined) return undefined;
      const pieces = groups.flatMap((at, index) =>
        index % 2 === 1 ? [] : [at === -1 ? undefined : text.slice(at, groups[index + 1])],
      );
      return { text: text.slice(start, end), start, end, groups: pieces };
    };
  }
}

type Find = (from: number) => RegexMatch | undefined;

/** The matches of one text, one after the other. */
export class Matches {
  readonly text: string;
  readonly #find: Find;
  readonly #position: number | undefined;
  #from: number;
  #last: RegexMatch | undefined;

  constructor(find: Find, text: string, from: number, position: number | undefined) {
    this.#find = find;
    this.text = text;
    this.#from = from;
    this.#position = position;
  }

  /** The match that was given last. */
  get last(): RegexMatch | undefined {
    return this.#last;
  }

  /** @throws Fault D1004 for a second match without a character: there would be one more, and always one more. */
  next(): RegexMatch | undefined {
    const isFirst = this.#from === 0 && this.#last === undefined;
    if (!isFirst && this.#from >= this.text.length) return undefined;
    const match = this.#find(this.#from);
    if (!isFirst && match?.text === '') {
      const fault = new Fault('D1004');
      fault.position = this.#position;
      throw fault;
    }
    this.#last = match;
    this.#from = match?.end ?? this.text.length;
    return match;
  }
}

/** A match as the language has it. */
function asObject(pattern: Pattern, text: string, matches: Matches): DataObject | undefined {
  const match = matches.next();
  if (match === undefined) return undefined;
  const next = new NextMatch(() =>
    asObject(pattern, text, matches.last === match ? matches : pattern.matches(text, match.end)),
  );
  return { match: match.text, start: match.start, end: match.end, groups: match.groups, next };
}

class NextMatch extends Callable {
  override readonly arity = 0;
  readonly #next: () => Value;

  constructor(next: () => Value) {
    super();
    this.#next = next;
  }

  override invoke(): Value {
    return this.#next();
  }
}
