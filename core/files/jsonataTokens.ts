/**
 * A mapping's text as tokens that know what part they play, comments and line breaks included: what a formatter needs
 * and a parser throws away. A text that JSONata accepts is cut exactly as JSONata's own parser cuts it.
 */

export type TokenRole =
  /** A name, a literal, a variable, `*`, `%`, a regular expression, or `?` for an argument left open. */
  | 'operand'
  /** Stands between two operands. */
  | 'infix'
  /** Stands before one: `-`, and `<` and `>` in an order-by. */
  | 'prefix'
  | 'open'
  | 'close'
  /** `,` and `;`. */
  | 'separator'
  /** The `:` between a key and its value. */
  | 'pair'
  /** `|` around and between the parts of a transform. */
  | 'bar'
  /** A function's signature, `<n:s>`. */
  | 'signature'
  | 'comment';

export type BracketKind = 'block' | 'call' | 'array' | 'predicate' | 'object' | 'group' | 'body';

export interface Token {
  readonly role: TokenRole;
  readonly text: string;
  /** Line breaks between the token before and this one. */
  readonly breaks: number;
  /** Columns between the start of its line and this token, where nothing but blanks stands there. */
  readonly indent: number;
  /** For `open` and `close`. */
  readonly bracket?: BracketKind;
}

/** A text that is cut here and not by JSONata's parser was no JSONata to begin with. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

const BLANKS = ' \t\n\r\v';
const DOUBLE = ['..', ':=', '!=', '>=', '<=', '**', '~>', '?:', '??'];
const SINGLE = '.[]{}(),@#;:?+-*/%|=<>^&!~';
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y;
const CLOSER: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

interface Frame {
  readonly kind: BracketKind;
  readonly closer: string;
  /** Conditions that wait for their `:`. */
  conditions: number;
  /** Whether these are a function's parameters. */
  readonly isParameters: boolean;
}

interface Transform {
  bars: number;
  /** How many brackets were open where it began. */
  readonly depth: number;
}

/** @throws Unreadable */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  const frames: Frame[] = [];
  const transforms: Transform[] = [];
  let at = 0;
  let expectsOperand = true;
  let lineStart = 0;
  let breaks = 0;
  let isFunction = false;
  let isBody = false;

  const add = (role: TokenRole, length: number, bracket?: BracketKind): void => {
    const before = text.slice(lineStart, at);
    const indent = before.trim() === '' ? before.replaceAll('\t', '  ').length : 0;
    const written = text.slice(at, at + length);
    tokens.push({ role, text: written, breaks, indent, ...(bracket === undefined ? {} : { bracket }) });
    const lastBreak = written.lastIndexOf('\n');
    if (lastBreak >= 0) lineStart = at + lastBreak + 1;
    at += length;
    breaks = 0;
  };
  const operand = (length: number): void => {
    const written = text.slice(at, at + length);
    isFunction = written === 'function' || written === 'λ';
    add('operand', length);
    expectsOperand = false;
  };
  const infix = (length: number, role: TokenRole = 'infix'): void => {
    add(role, length);
    expectsOperand = true;
  };

  while (at < text.length) {
    const character = text[at] ?? '';
    if (BLANKS.includes(character)) {
      if (character === '\n') {
        breaks += 1;
        lineStart = at + 1;
      }
      at += 1;
      continue;
    }
    if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) throw new Unreadable('a comment has no end');
      add('comment', end + 2 - at);
      continue;
    }
    const wasFunction = isFunction;
    isFunction = false;
    if (character === '/' && expectsOperand) {
      operand(regexLength(text, at));
      continue;
    }
    const operator = DOUBLE.find(candidate => text.startsWith(candidate, at));
    if (operator !== undefined) {
      if (operator === '**' && expectsOperand) operand(2);
      else infix(2);
      continue;
    }
    if (SINGLE.includes(character)) {
      const frame = frames.at(-1);
      switch (character) {
        case '(':
        case '[':
        case '{': {
          const kind = isBody && character === '{' ? 'body' : bracketKind(character, expectsOperand);
          frames.push({
            kind,
            closer: CLOSER[character] ?? '',
            conditions: 0,
            isParameters: wasFunction && character === '(',
          });
          isBody = false;
          add('open', 1, kind);
          expectsOperand = true;
          break;
        }
        case ')':
        case ']':
        case '}': {
          if (frame?.closer !== character) throw new Unreadable(`an unpaired ${character}`);
          frames.pop();
          add('close', 1, frame.kind);
          expectsOperand = false;
          if (frame.isParameters) {
            isBody = true;
            const signature = signatureLength(text, at);
            if (signature > 0) {
              while (BLANKS.includes(text[at] ?? '')) at += 1;
              add('signature', signature);
            }
          }
          break;
        }
        case ',':
        case ';':
          if (frame !== undefined) frame.conditions = 0;
          infix(1, 'separator');
          break;
        case ':': {
          const isElse = frame === undefined || frame.conditions > 0;
          if (frame !== undefined && isElse) frame.conditions -= 1;
          infix(1, isElse ? 'infix' : 'pair');
          break;
        }
        case '?':
          if (expectsOperand) operand(1);
          else {
            if (frame !== undefined) frame.conditions += 1;
            infix(1);
          }
          break;
        case '|': {
          const transform = transforms.at(-1);
          if (expectsOperand || transform?.depth !== frames.length) {
            transforms.push({ bars: 1, depth: frames.length });
            infix(1, 'bar');
          } else {
            transform.bars += 1;
            infix(1, 'bar');
            if (transform.bars === 3) {
              transforms.pop();
              expectsOperand = false;
            }
          }
          break;
        }
        case '*':
        case '%':
          if (expectsOperand) operand(1);
          else infix(1);
          break;
        case '-':
        case '<':
        case '>':
          infix(1, expectsOperand ? 'prefix' : 'infix');
          break;
        default:
          infix(1);
      }
      continue;
    }
    if (character === '"' || character === "'") operand(quotedLength(text, at));
    else if (character === '`') operand(backquotedLength(text, at));
    else {
      NUMBER.lastIndex = at;
      const number = NUMBER.exec(text)?.[0].length;
      const length = number ?? nameLength(text, at);
      const word = text.slice(at, at + length);
      if (!expectsOperand && (word === 'and' || word === 'or' || word === 'in')) infix(length);
      else operand(length);
    }
  }
  if (frames.length > 0) throw new Unreadable(`a ${frames.at(-1)?.closer} is missing`);
  return tokens;
}

function bracketKind(character: string, isOperand: boolean): BracketKind {
  if (character === '(') return isOperand ? 'block' : 'call';
  if (character === '[') return isOperand ? 'array' : 'predicate';
  return isOperand ? 'object' : 'group';
}

function nameLength(text: string, from: number): number {
  let to = from + 1;
  while (to < text.length && !BLANKS.includes(text[to] ?? '') && !SINGLE.includes(text[to] ?? '')) to += 1;
  return to - from;
}

function quotedLength(text: string, from: number): number {
  for (let to = from + 1; to < text.length; to += 1) {
    if (text[to] === '\\') to += 1;
    else if (text[to] === text[from]) return to + 1 - from;
  }
  throw new Unreadable('a text has no closing quote');
}

function backquotedLength(text: string, from: number): number {
  const end = text.indexOf('`', from + 1);
  if (end < 0) throw new Unreadable('a name has no closing backquote');
  return end + 1 - from;
}

/** The closing slash stands outside all brackets and behind an even number of backslashes. */
function regexLength(text: string, from: number): number {
  let depth = 0;
  for (let to = from + 1; to < text.length; to += 1) {
    const character = text[to] ?? '';
    if (character === '/' && depth === 0) {
      let backslashes = 0;
      while (text[to - 1 - backslashes] === '\\') backslashes += 1;
      if (backslashes % 2 === 0) {
        let end = to + 1;
        while (text[end] === 'i' || text[end] === 'm') end += 1;
        return end - from;
      }
    }
    const isEscaped = text[to - 1] === '\\';
    if ('([{'.includes(character) && !isEscaped) depth += 1;
    if (')]}'.includes(character) && !isEscaped) depth -= 1;
  }
  throw new Unreadable('a regular expression has no end');
}

/** 0 where none stands, blanks before it not counted. */
function signatureLength(text: string, from: number): number {
  let start = from;
  while (BLANKS.includes(text[start] ?? ' ') && start < text.length) start += 1;
  if (text[start] !== '<') return 0;
  let depth = 0;
  for (let to = start; to < text.length; to += 1) {
    if (text[to] === '<') depth += 1;
    if (text[to] === '>') depth -= 1;
    if (depth === 0) return to + 1 - start;
  }
  throw new Unreadable('a signature has no end');
}
