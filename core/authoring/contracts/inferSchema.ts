/**
 * A contract drafted from what was seen. It is tolerant: it says only what the mapping relies on, so that a provider may
 * add what it likes. A field is required when the mapping reads it and it was there every time its parent was.
 */
import type { PathTree } from '../../reads/pathTree.ts';

export interface Inferred {
  readonly schema: Readonly<Record<string, unknown>>;
  /** What is read and was in no sample, as JSON pointers with `*` for the items of lists. */
  readonly neverSeen: readonly string[];
}

/**
 * @param samples - parsed values.
 * @param reads - what of them counts; undefined: everything that is in them.
 */
export function inferSchema(samples: readonly unknown[], reads: PathTree | undefined): Inferred {
  const neverSeen: string[] = [];
  const schema = infer(samples, reads, '', neverSeen);
  return { schema, neverSeen };
}

/** More names than this under one parent are data, not fields. */
const MAX_FIELDS = 200;

function infer(
  values: readonly unknown[],
  reads: PathTree | undefined,
  at: string,
  neverSeen: string[],
): Record<string, unknown> {
  const lists = values.filter(value => Array.isArray(value));
  const objects = values.filter(isObject);
  const types = typesOf(values);
  return {
    ...(types.length === 0 ? {} : { type: types.length === 1 ? types[0] : types }),
    ...(objects.length === 0 ? {} : inferFields(objects, reads, at, neverSeen)),
    ...(lists.length === 0 ? {} : inferItems(lists.flat(), reads, at, neverSeen)),
  };
}

function inferItems(
  items: readonly unknown[],
  reads: PathTree | undefined,
  at: string,
  neverSeen: string[],
): Record<string, unknown> {
  // JSONata looks through arrays, so what is read of a list is read of its items.
  const inner = infer(items, reads, `${at}/*`, neverSeen);
  return Object.keys(inner).length === 0 ? {} : { items: inner };
}

function inferFields(
  objects: readonly Record<string, unknown>[],
  reads: PathTree | undefined,
  at: string,
  neverSeen: string[],
): Record<string, unknown> {
  const every = reads?.children.get('*');
  const names =
    reads === undefined || reads.children.has('**')
      ? [...new Set(objects.flatMap(Object.keys))].slice(0, MAX_FIELDS)
      : [...reads.children.keys()].filter(name => name !== '*');
  const properties: Record<string, unknown> = {};
  const required: string[] = [];
  for (const name of names) {
    const having = objects.filter(object => Object.hasOwn(object, name));
    if (having.length === 0) {
      neverSeen.push(`${at}/${name}`);
      continue;
    }
    if (having.length === objects.length) required.push(name);
    const inner = infer(
      having.map(object => object[name]),
      reads?.children.has('**') ? undefined : reads?.children.get(name),
      `${at}/${name}`,
      neverSeen,
    );
    Object.defineProperty(properties, name, { value: inner, enumerable: true });
  }
  return {
    ...(required.length === 0 ? {} : { required }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(every === undefined
      ? {}
      : { additionalProperties: infer(objects.flatMap(Object.values), every, `${at}/*`, neverSeen) }),
  };
}

const ORDER = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'] as const;

/** JSON Schema's types; a whole number is an `integer` as long as no other came. */
function typesOf(values: readonly unknown[]): string[] {
  const met = new Set(values.map(typeOf));
  if (met.has('number')) met.delete('integer');
  return ORDER.filter(type => met.has(type));
}

function typeOf(value: unknown): (typeof ORDER)[number] {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'number';
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    default:
      return 'object';
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
