import fc from 'fast-check';

/** Characters at which encoders, SQS and regular expressions have stumbled. */
const ODD = [
  '\u0000',
  '\u001b',
  '\n',
  '"',
  '\\',
  '\u007f',
  '\u2028',
  '\ud800',
  '\udfff',
  '\ufeff',
  '\ufffd',
  '\ufffe',
  '\uffff',
];

/** Text of any code points, halves of surrogate pairs included, with the odd ones among them often. */
export const anyText = (): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...ODD),
        fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCodePoint(code)),
        fc.integer({ min: 0, max: 0x10ffff }).map(code => String.fromCodePoint(code)),
      ),
      { maxLength: 64 },
    )
    .map(characters => characters.join(''));
