/** `$type`. */
import type { Value } from '../values.ts';
import { define } from './define.ts';
import { typeOf } from './typeOf.ts';

export const type = define({
  name: 'type',
  signature: '<x:s>',
  run: (_host, value: Value) => typeOf(value),
});
