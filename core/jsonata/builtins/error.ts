/** `$error` and `$assert`: how a mapping says that it cannot go on. */
import { Fault } from '../fault.ts';
import { define } from './define.ts';

export const error = define({
  name: 'error',
  signature: '<s?:x>',
  run: (_host, message?: string) => {
    throw new Fault('D3137', { message: message || '$error() function evaluated' });
  },
});

export const assert = define({
  name: 'assert',
  signature: '<bs?:x>',
  run: (_host, condition: boolean | undefined, message?: string) => {
    if (condition === true) return undefined;
    throw new Fault('D3141', { message: message || '$assert() statement failed' });
  },
});
