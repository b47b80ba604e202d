/**
 * Two versions of a mapping on the same event: what differs, by path, never by value. Pure and bounded, so that it can run
 * over dead letters on a laptop now, and beside live events later.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Transformed } from '../../mapping/transform.ts';

export type Difference =
  | 'only-before'
  | 'only-after'
  /** Another value of the same type. */
  | 'value'
  | 'type';

export interface ChangedPath {
  /** As in `/items/[]/price`: all items of a list count as one. */
  readonly path: string;
  readonly difference: Difference;
}

export type Comparison =
  | { readonly kind: 'identical' }
  /** Both give a body, and the bodies or the requests around them differ. */
  | { readonly kind: 'changed'; readonly paths: readonly ChangedPath[] }
  /** One gives a body, drops or fails, and the other does not do the same. */
  | { readonly kind: 'other-outcome'; readonly before: string; readonly after: string };

/** More in one event say nothing more; an output of 100,000 items that all changed is one path anyway. */
const MAX_PATHS = 200;

export function compareOutcomes(before: Transformed, after: Transformed): Comparison {
  if (before.kind !== 'body' || after.kind !== 'body') {
    const [was, is] = [outcomeOf(before), outcomeOf(after)];
    return was === is ? { kind: 'identical' } : { kind: 'other-outcome', before: was, after: is };
  }
  const paths = new Map<string, ChangedPath>();
  if (before.json !== after.json) comparePaths('', JSON.parse(before.json), JSON.parse(after.json), paths);
  if (!isDeepStrictEqual(shapeOf(before), shapeOf(after))) {
    paths.set('request', { path: 'the request around the body', difference: 'value' });
  }
  return paths.size === 0 ? { kind: 'identical' } : { kind: 'changed', paths: [...paths.values()] };
}

/** `a body`, `dropped`, or the error. Its text comes from the mapping or from us, never from a payload. */
function outcomeOf(transformed: Transformed): string {
  if (transformed.kind === 'body') return 'a body';
  if (transformed.kind === 'dropped') return 'dropped';
  return `${transformed.error.code}: ${transformed.error.message}`;
}

const shapeOf = ({ request: { body: _, ...shape } }: Extract<Transformed, { kind: 'body' }>): unknown =>
  shape;

function comparePaths(path: string, before: unknown, after: unknown, found: Map<string, ChangedPath>): void {
  if (found.size >= MAX_PATHS || Object.is(before, after)) return;
  const difference = differenceOf(before, after);
  if (difference !== undefined) {
    const at = path === '' ? '/' : path;
    found.set(`${at} ${difference}`, { path: at, difference });
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
      comparePaths(`${path}/[]`, before[index], after[index], found);
    }
  } else {
    const [was, is] = [before as Record<string, unknown>, after as Record<string, unknown>];
    const own = (value: Record<string, unknown>, key: string) =>
      Object.hasOwn(value, key) ? value[key] : undefined;
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
      comparePaths(`${path}/${key}`, own(was, key), own(is, key), found);
    }
  }
}

/** Undefined for two objects or two arrays: there it lies deeper. */
function differenceOf(before: unknown, after: unknown): Difference | undefined {
  if (before === undefined) return 'only-after';
  if (after === undefined) return 'only-before';
  if (typeOf(before) !== typeOf(after)) return 'type';
  return typeof before === 'object' && before !== null ? undefined : 'value';
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
