/** `$boolean` and `$not`. */
import type { Value } from '../values.ts';
import { define } from './define.ts';
import { truthOf } from './truth.ts';

export const boolean = define({
  name: 'boolean',
  signature: '<x-:b>',
  run: (_host, value: Value) => (value === undefined ? undefined : truthOf(value)),
});

export const not = define({
  name: 'not',
  signature: '<x-:b>',
  run: (_host, value: Value) => (value === undefined ? undefined : !truthOf(value)),
});
