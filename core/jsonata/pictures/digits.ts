/** The decimal digits of the world's scripts: a picture chooses one family by the digits that it is written with. */

/** Code points of the digit zero in each family of the Basic Multilingual Plane (Unicode's general category Nd). */
const ZEROS = [
  0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
  0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
  0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

const ASCII_ZERO = 0x30;

/** The family's zero for a code point that is a digit, or undefined. */
export const zeroOf = (codePoint: number): number | undefined =>
  ZEROS.find(zero => codePoint >= zero && codePoint <= zero + 9);

/** ASCII digits written in the family of `zero`; whatever is no digit stays. */
export function toFamily(text: string, zero: number): string {
  if (zero === ASCII_ZERO) return text;
  return text.replace(/[0-9]/g, digit => String.fromCharCode(zero + digit.charCodeAt(0) - ASCII_ZERO));
}

/** Digits of the family of `zero` written in ASCII; whatever is no digit of it stays. */
export function fromFamily(text: string, zero: number): string {
  if (zero === ASCII_ZERO) return text;
  return Array.from(text, character => {
    const digit = character.charCodeAt(0) - zero;
    return digit >= 0 && digit <= 9 ? String(digit) : character;
  }).join('');
}
