/**
 * A JSON text with stand-ins for what may be about somebody. It works on the text, so that an id beyond 2^53 or `1.0`
 * stays what it is, and it gives the text laid out as examples are.
 */
import { formatPath, type InputPath } from '../../reads/inputPath.ts';
import type { StandIns } from './standIn.ts';

export interface Keeping {
  /** Texts that the project shows already: in its mappings, contracts and examples. */
  readonly known: ReadonlySet<string>;
  /** Paths as they are written in a mapping, below the body's root, whose values stay. Arrays do not show. */
  readonly paths: ReadonlySet<string>;
}

export interface Redacted {
  readonly json: string;
  /** How many values have a stand-in, by path. */
  readonly replaced: ReadonlyMap<string, number>;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/g;

/** @param json - valid JSON. */
export function redactJson(json: string, standIns: StandIns, { known, paths }: Keeping): Redacted {
  const tokens = json.match(TOKEN) ?? [];
  const replaced = new Map<string, number>();
  let at = 0;

  const value = (path: InputPath, indent: string, isKept: boolean): string => {
    const token = tokens[at] ?? 'null';
    at += 1;
    if (token === '{') return list('}', indent, inner => member(path, inner, isKept), '{');
    if (token === '[') return list(']', indent, inner => value(path, inner, isKept), '[');
    if (isKept) return token;
    const standIn = token.startsWith('"')
      ? JSON.stringify(standIns.text(JSON.parse(token) as string, known))
      : standIns.number(token);
    const isSame = token.startsWith('"') ? JSON.parse(standIn) === JSON.parse(token) : standIn === token;
    if (isSame) return token;
    const where = formatPath(path);
    replaced.set(where, (replaced.get(where) ?? 0) + 1);
    return standIn;
  };

  const member = (path: InputPath, indent: string, isKept: boolean): string => {
    const key = JSON.parse(tokens[at] ?? '""') as string;
    at += 2;
    const below = [...path, key];
    const written = isData(key) && !known.has(key) && !isKept ? standIns.text(key, known) : key;
    return `${JSON.stringify(written)}: ${value(below, indent, isKept || paths.has(formatPath(below)))}`;
  };

  const list = (end: string, indent: string, item: (indent: string) => string, begin: string): string => {
    const items: string[] = [];
    while (tokens[at] !== end && at < tokens.length) {
      items.push(item(`${indent}  `));
      if (tokens[at] === ',') at += 1;
    }
    at += 1;
    return items.length === 0
      ? `${begin}${end}`
      : `${begin}\n${items.map(text => `${indent}  ${text}`).join(',\n')}\n${indent}${end}`;
  };

  return { json: value([], '', paths.has('')), replaced };
}

/** A key that is an e-mail address, a long number or the like is data; a field's name is none of these. */
const isData = (key: string): boolean => /@|\d{6,}|^[0-9a-f-]{16,}$/i.test(key);
