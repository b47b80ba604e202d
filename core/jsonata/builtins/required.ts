/** `$required` and `$array`, which JSONata does not have: what must be there, and what must be a list. */
import { Fault } from '../fault.ts';
import { isArray, type Value } from '../values.ts';
import { define } from './define.ts';

/** The value itself; nothing and null end the mapping with a word for what is missing. */
export const required = define({
  name: 'required',
  signature: '<xs:x>',
  run: (_host, value: Value, what: string | undefined) => {
    if (value !== undefined && value !== null) return value;
    throw new Fault('REQUIRED_MISSING', what === undefined ? {} : { message: what });
  },
});

/** A list in any case: of none for nothing, of one for anything that is no list. */
export const array = define({
  name: 'array',
  signature: '<x:a>',
  run: ({ budget }, value: Value) => {
    if (value === undefined) return [];
    if (!isArray(value)) return [value];
    budget.items(value.length);
    // A list of the mapping's own: one that a path gave would become its item again where it has only one.
    return Array.from(value);
  },
});
