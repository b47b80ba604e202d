/** A JSON text as its writer sees it: where it stops being JSON, in words, and keys that stand twice. */
import type { Problem } from './problem.ts';
import { textPlace } from './textPlace.ts';

/** What is wrong, at a character of the text. */
interface Fault {
  readonly at: number;
  readonly message: string;
  readonly hint: string;
}

/** Undefined when the text is JSON; otherwise where it stops being so. Of equal keys JSON takes the last one. */
export function jsonProblem(file: string, text: string): Problem | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return problemAt(file, text, firstFault(text, false) ?? UNKNOWN);
  }
}

/** The same, of a text that people write and nobody sends: a key that stands twice is a mistake in it. */
export function writtenJsonProblem(file: string, text: string): Problem | undefined {
  const problem = jsonProblem(file, text);
  if (problem !== undefined) return problem;
  const fault = firstFault(text, true);
  return fault === undefined ? undefined : problemAt(file, text, fault);
}

const UNKNOWN: Fault = {
  at: 0,
  message: 'this is not JSON',
  hint: 'look for a missing comma, quote or bracket',
};

function problemAt(file: string, text: string, { at, message, hint }: Fault): Problem {
  return { severity: 'error', code: 'json-syntax', file, ...textPlace(text, at), message, hint };
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\n\r\t]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const WORD = /true|false|null/y;

/** Goes through the text once, without recursion: a text may be nested as deep as it likes. */
function firstFault(text: string, asksKeys: boolean): Fault | undefined {
  const open: (Set<string> | 'array')[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const fault = (expected: string): Fault => ({
    at,
    message:
      at >= text.length
        ? `the text ends where ${expected} was expected`
        : `this is not JSON: expected ${expected}`,
    hint: hintAt(text, at),
  });
  /** A key and its colon. */
  const key = (keys: Set<string>): Fault | undefined => {
    take(SPACE);
    const from = at;
    const written = take(STRING);
    if (written === undefined) return fault('a key in double quotes');
    const name = JSON.parse(written) as string;
    if (asksKeys && keys.has(name)) {
      return {
        at: from,
        message: `the key ${written} stands here twice`,
        hint: 'keep one: JSON takes the last, and says nothing',
      };
    }
    keys.add(name);
    take(SPACE);
    if (text[at] !== ':') return fault('a colon');
    at += 1;
    return undefined;
  };

  for (;;) {
    take(SPACE);
    const first = text[at];
    if (first === '{' || first === '[') {
      at += 1;
      take(SPACE);
      const isObject = first === '{';
      if (text[at] === (isObject ? '}' : ']')) at += 1;
      else {
        const keys = new Set<string>();
        open.push(isObject ? keys : 'array');
        const wrong = isObject ? key(keys) : undefined;
        if (wrong !== undefined) return wrong;
        continue;
      }
    } else if ((take(STRING) ?? take(NUMBER) ?? take(WORD)) === undefined) return fault('a value');
    // A value has ended: what may follow depends on what is open around it.
    for (;;) {
      take(SPACE);
      const around = open.at(-1);
      if (around === undefined) return at < text.length ? fault('nothing more') : undefined;
      const end = around === 'array' ? ']' : '}';
      if (text[at] === ',') {
        at += 1;
        const wrong = around === 'array' ? undefined : key(around);
        if (wrong !== undefined) return wrong;
        break;
      }
      if (text[at] !== end) return fault(`a comma or ${end}`);
      at += 1;
      open.pop();
    }
  }
}

function hintAt(text: string, at: number): string {
  const next = text[at] ?? '';
  if (next === "'") return 'JSON has double quotes alone';
  if (next === '/') return 'JSON has no comments';
  if ((next === '}' || next === ']') && /,\s*$/.test(text.slice(Math.max(0, at - 100), at)))
    return 'delete the comma before it';
  return 'look at this place for a missing comma, quote or bracket';
}
