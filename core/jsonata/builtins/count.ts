/** `$count`: of nothing 0. */
import type { Value } from '../values.ts';
import { define } from './define.ts';

export const count = define({
  name: 'count',
  signature: '<a:n>',
  run: (_host, items: readonly Value[] | undefined) => items?.length ?? 0,
});
