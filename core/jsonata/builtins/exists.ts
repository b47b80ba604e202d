/** `$exists`: whether there is anything; null is something. */
import type { Value } from '../values.ts';
import { define } from './define.ts';

export const exists = define({
  name: 'exists',
  signature: '<x:b>',
  run: (_host, value: Value) => value !== undefined,
});
