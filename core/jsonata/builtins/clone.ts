/** `$clone`: values never change, so the value itself is as good as a copy of it. */
import type { Value } from '../values.ts';
import { define } from './define.ts';

export const clone = define({
  name: 'clone',
  signature: '<(oa)-:o>',
  run: (_host, value: Value) => value,
});
