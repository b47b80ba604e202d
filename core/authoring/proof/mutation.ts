/** How a payload is damaged, one place at a time, to see what a mapping does then. */
import type { Mutation } from '../../files/acceptance.ts';

/** Keys and `[]` for any item of a list: `['payload', 'items', '[]', 'sku']`. */
export type PathPattern = readonly string[];

/** For people and for `accept:`. A name that would be misread is in backquotes. */
export const formatPath = (pattern: PathPattern): string =>
  pattern.reduce(
    (text, part) =>
      part === '[]'
        ? `${text}[]`
        : `${text}${text === '' ? '' : '.'}${/^[^.[\]*`\s]+$/.test(part) ? part : `\`${part}\``}`,
    '',
  );

/** One place in a value that a pattern leads to. */
export interface Instance {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

/** Every place that the pattern leads to in a value, whether or not something stands there. */
export function instancesOf(root: unknown, pattern: PathPattern): Instance[] {
  let open: unknown[] = [root];
  for (const part of pattern.slice(0, -1)) open = open.flatMap(value => below(value, part));
  const key = pattern.at(-1) ?? '';
  return open.flatMap(value => (isObject(value) ? [{ parent: value, key }] : []));
}

function below(value: unknown, part: string): unknown[] {
  if (part === '[]') return Array.isArray(value) ? value : [];
  return isObject(value) && Object.hasOwn(value, part) ? [value[part]] : [];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a place is as the mutation would make it. @param usual - the type that stands there otherwise. */
export function isInCondition({ parent, key }: Instance, mutation: Mutation, usual: string): boolean {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  switch (mutation) {
    case 'dropped':
      return value === undefined;
    case 'null':
      return value === null;
    case 'retyped':
      return value !== undefined && value !== null && typeOf(value) !== usual;
    case 'one':
      return Array.isArray(value) && value.length === 1;
    case 'empty':
      return Array.isArray(value) && value.length === 0;
    default:
      return mutation satisfies never;
  }
}

export const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

/** Damages the value in place. False when there is nothing there to damage in this way. */
export function mutate({ parent, key }: Instance, mutation: Mutation): boolean {
  if (!Object.hasOwn(parent, key)) return false;
  const value = parent[key];
  switch (mutation) {
    case 'dropped':
      delete parent[key];
      return true;
    case 'null':
      parent[key] = null;
      return value !== null;
    case 'retyped':
      parent[key] = retyped(value);
      return value !== null;
    case 'one':
      if (!Array.isArray(value) || value.length < 2) return false;
      parent[key] = value.slice(0, 1);
      return true;
    case 'empty':
      if (!Array.isArray(value) || value.length === 0) return false;
      parent[key] = [];
      return true;
    default:
      return mutation satisfies never;
  }
}

/** As providers do it: a number that becomes a text, an object that becomes its id. */
function retyped(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? 12345 : 'retyped';
}
