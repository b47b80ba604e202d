/**
 * Reads a regular expression of ECMAScript without the flags `u` and `v`, which JSONata cannot set. The text is known to
 * be valid, since jsonata's parser made a RegExp of it; what this reader does not know it refuses by name.
 */
import type { RegexNode } from './tree.ts';

export class RegexRefused extends Error {
  /** Characters from the start of the pattern. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export interface ParsedRegex {
  readonly node: RegexNode;
  /** How many capturing groups there are. */
  readonly groups: number;
  readonly hasBackreference: boolean;
}

/** @throws RegexRefused */
export function parseRegex(source: string): ParsedRegex {
  const reader = new Reader(source);
  const node = reader.choice();
  return { node, groups: reader.groups, hasBackreference: reader.hasBackreference };
}

/** No expression that a person writes nests as deep. */
const MAX_NESTING = 100;

class Reader {
  groups = 0;
  hasBackreference = false;
  readonly #source: string;
  readonly #groupCount: number;
  readonly #names: readonly (string | undefined)[];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#names = namesOfGroups(source);
    this.#groupCount = this.#names.length;
  }

  choice(): RegexNode {
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) this.#refuse('nests too deeply');
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    this.#depth -= 1;
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source.charAt(this.#at))) {
      const groupsBefore = this.groups;
      const item = this.#term();
      items.push(this.#quantified(item, groupsBefore));
    }
    const [only] = items;
    if (only === undefined) return { kind: 'empty' };
    return items.length === 1 ? only : { kind: 'sequence', items };
  }

  #quantified(body: RegexNode, groupsBefore: number): RegexNode {
    const found = /^(?:([*+?])|\{([0-9]+)(?:(,)([0-9]*))?\})(\??)/.exec(
      this.#source.slice(this.#at, this.#at + 40),
    );
    if (found === null) return body;
    if (body.kind === 'assertion' || body.kind === 'look') this.#refuse('repeats something without a width');
    const [text, sign, from = '0', comma, to = '', lazy] = found;
    this.#at += text.length;
    const min = sign === undefined ? Number(from) : sign === '+' ? 1 : 0;
    const max =
      sign === '?' ? 1 : sign === undefined && comma === undefined ? min : to === '' ? Infinity : Number(to);
    return {
      kind: 'repeat',
      body,
      min,
      max,
      isLazy: lazy === '?',
      groups: [groupsBefore + 1, this.groups + 1],
    };
  }

  #term(): RegexNode {
    const start = this.#at;
    const character = this.#source.charAt(start);
    switch (character) {
      case '^':
        this.#at += 1;
        return { kind: 'assertion', what: 'start' };
      case '$':
        this.#at += 1;
        return { kind: 'assertion', what: 'end' };
      case '(':
        return this.#group();
      case '[':
        return this.#set(this.#endOfClass());
      case '\\':
        return this.#escape();
      default:
        return this.#set(start + 1);
    }
  }

  #set(end: number): RegexNode {
    const source = this.#source.slice(this.#at, end);
    this.#at = end;
    // Outside of a class these stand for themselves here, and would mean something where the text is taken apart.
    return { kind: 'set', source: /^[\]{}]$/.test(source) ? `\\${source}` : source };
  }

  #endOfClass(): number {
    let at = this.#at + (this.#source.charAt(this.#at + 1) === '^' ? 2 : 1);
    while (this.#source.charAt(at) !== ']') {
      if (at >= this.#source.length) this.#refuse('has a class without an end');
      at += this.#source.charAt(at) === '\\' ? 2 : 1;
    }
    return at + 1;
  }

  #escape(): RegexNode {
    const rest = this.#source.slice(this.#at, this.#at + 6);
    const letter = rest.charAt(1);
    if (letter === 'b' || letter === 'B') {
      this.#at += 2;
      return { kind: 'assertion', what: letter === 'b' ? 'boundary' : 'no-boundary' };
    }
    if (/^\\k/.test(rest) && this.#names.some(name => name !== undefined)) return this.#namedReference();
    const number = /^\\([1-9][0-9]*)/.exec(this.#source.slice(this.#at, this.#at + 12));
    if (number !== null) {
      const group = Number(number[1]);
      if (group > this.#groupCount) this.#refuse('has an octal escape; write \\x and two hexadecimal digits');
      this.#at += number[0].length;
      return this.#reference(group);
    }
    if (/^\\0[0-9]/.test(rest)) this.#refuse('has an octal escape; write \\x and two hexadecimal digits');
    if (/^\\c(?![A-Za-z])/.test(rest)) this.#refuse('has \\c without a letter');
    const whole = /^\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|c[A-Za-z]|[\s\S])/.exec(rest);
    if (whole === null) return this.#refuse('ends with a backslash');
    return this.#set(this.#at + whole[0].length);
  }

  #namedReference(): RegexNode {
    const [text, name] = /^\\k<([^>]*)>/.exec(this.#source.slice(this.#at)) ?? ['', ''];
    const group = this.#names.indexOf(name) + 1;
    if (group === 0) this.#refuse('refers to a group that it does not have');
    this.#at += text.length;
    return this.#reference(group);
  }

  #reference(group: number): RegexNode {
    this.hasBackreference = true;
    return { kind: 'backreference', group };
  }

  #group(): RegexNode {
    const start = this.#at;
    const [opening = ''] = /^\((?:\?(?:[:=!]|<[=!]|<[^>=!][^>]*>))?/.exec(this.#source.slice(start)) ?? [];
    this.#at += opening.length;
    if (opening === '(' && this.#source.charAt(this.#at) === '?')
      this.#refuse('has a group of an unknown kind');
    const isCapturing = opening === '(' || /^\(\?<[^=!]/.test(opening);
    if (isCapturing) this.groups += 1;
    const index = this.groups;
    const body = this.choice();
    if (!this.#take(')')) this.#refuse('has a group without an end');
    if (isCapturing) return { kind: 'group', index, body };
    if (opening === '(?:') return body;
    const isBehind = opening.startsWith('(?<');
    if (isBehind && this.groups > index) this.#refuse('captures within a look behind');
    return { kind: 'look', isBehind, isNegated: opening.endsWith('!'), body };
  }

  #take(character: string): boolean {
    if (this.#source.charAt(this.#at) !== character) return false;
    this.#at += 1;
    return true;
  }

  #refuse(message: string): never {
    throw new RegexRefused(message, this.#at);
  }
}

/** For each capturing group in order its name, or undefined where it has none. */
function namesOfGroups(source: string): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  // Escapes and classes are skipped, since a bracket in them opens nothing.
  for (const [text] of source.matchAll(
    /\\[\s\S]|\[\^?(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:<[^=!>][^>]*>)?)?/g,
  )) {
    if (text === '(') names.push(undefined);
    else if (/^\(\?<[^=!]/.test(text)) names.push(text.slice(3, -1));
  }
  return names;
}
