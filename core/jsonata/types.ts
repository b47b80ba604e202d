/** JSONata's types: what errors call a value, and the letters of signatures. */
import { Callable, ExactNumber, type Value } from './values.ts';

export type TypeName = 'nothing' | 'null' | 'boolean' | 'string' | 'number' | 'array' | 'object' | 'function';

/** A bit for each type, so that a signature's parameter is one mask. */
export const TYPE_BITS: Readonly<Record<TypeName, number>> = {
  nothing: 1,
  null: 2,
  boolean: 4,
  string: 8,
  number: 16,
  array: 32,
  object: 64,
  function: 128,
};

/** `nothing` is what JSONata calls undefined. */
export function typeName(value: Value): TypeName {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value as 'string' | 'number' | 'boolean';
    case 'undefined':
      return 'nothing';
    default:
      if (value === null) return 'null';
      if (Array.isArray(value)) return 'array';
      if (value instanceof Callable) return 'function';
      return value instanceof ExactNumber ? 'number' : 'object';
  }
}

export function typeBit(value: Value): number {
  switch (typeof value) {
    case 'string':
      return 8;
    case 'number':
      return 16;
    case 'boolean':
      return 4;
    case 'undefined':
      return 1;
    default:
      return TYPE_BITS[typeName(value)];
  }
}
