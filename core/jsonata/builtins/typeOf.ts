/** The name that JSONata has for a value's type. */
import { Callable, ExactNumber, type Value } from '../values.ts';

export type TypeName = 'null' | 'number' | 'string' | 'boolean' | 'array' | 'function' | 'object';

/** Undefined for nothing. */
export function typeOf(value: Value): TypeName | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value as 'string';
    default:
      if (value === null) return 'null';
      if (value instanceof ExactNumber) return 'number';
      if (Array.isArray(value)) return 'array';
      return value instanceof Callable ? 'function' : 'object';
  }
}
