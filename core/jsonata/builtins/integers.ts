/** `$formatInteger`, `$parseInteger` and `$formatBase`. */
import { Fault } from '../fault.ts';
import { double } from '../numbers/exact.ts';
import { formatInteger as write } from '../pictures/formatInteger.ts';
import { parseInteger as read } from '../pictures/parseInteger.ts';
import { roundHalfEven } from '../pictures/round.ts';
import { define, type NumberValue } from './define.ts';

export const formatInteger = define({
  name: 'formatInteger',
  signature: '<n-s:s>',
  run: ({ budget }, value: NumberValue | undefined, picture: string | undefined) => {
    if (value === undefined) return undefined;
    if (picture === undefined) throw new Fault('T0410', { argument: 2, expected: 'string' });
    budget.text(picture.length);
    return write(double(value), picture);
  },
});

export const parseInteger = define({
  name: 'parseInteger',
  signature: '<s-s:n>',
  run: ({ budget }, text: string | undefined, picture: string | undefined) => {
    if (text === undefined) return undefined;
    if (picture === undefined) throw new Fault('T0410', { argument: 2, expected: 'string' });
    budget.text(text.length + picture.length);
    return read(text, picture);
  },
});

/** In a base from 2 to 36, ten where none is given. */
export const formatBase = define({
  name: 'formatBase',
  signature: '<n-n?:s>',
  run: (_host, value: NumberValue | undefined, base: NumberValue = 10) => {
    if (value === undefined) return undefined;
    const radix = roundHalfEven(double(base));
    if (!(radix >= 2 && radix <= 36)) throw new Fault('D3100');
    return roundHalfEven(double(value)).toString(radix);
  },
});
