/** The types that were met at a path, several at a time: a bit each. */

export const VALUE_TYPES = ['absent', 'null', 'boolean', 'number', 'string', 'object', 'array'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** Of one place in one event or in many. Below a list, the place in each of its items counts. */
export type TypeBits = number;

export const ABSENT = 1;
const NULL = 2;
const BOOLEAN = 4;
const NUMBER = 8;
const STRING = 16;
export const OBJECT = 32;
export const ARRAY = 64;

/** Numbers that a double cannot hold travel as objects of a class of the engine's. */
export function bitOf(value: unknown): TypeBits {
  switch (typeof value) {
    case 'undefined':
      return ABSENT;
    case 'boolean':
      return BOOLEAN;
    case 'number':
    case 'bigint':
      return NUMBER;
    case 'string':
      return STRING;
    default:
      if (value === null) return NULL;
      if (Array.isArray(value)) return ARRAY;
      return isPlain(value as object) ? OBJECT : NUMBER;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export const toTypes = (bits: TypeBits): ValueType[] =>
  VALUE_TYPES.filter((_, index) => (bits & (1 << index)) !== 0);

export const toBits = (types: readonly ValueType[]): TypeBits =>
  types.reduce((bits, type) => bits | (1 << VALUE_TYPES.indexOf(type)), 0);
