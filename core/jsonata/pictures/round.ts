/** Rounding to the nearest, and a half to the even neighbour. */

/**
 * `$round`: the decimal point is moved in the number's text, so that 4.525 to two places is the 4.52 that a reader of it
 * expects. Never gives -0.
 * @param precision - decimal places; negative for tens and hundreds.
 */
export function roundHalfEven(value: number, precision = 0): number {
  if (precision >= 0 && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  const shifted = shiftPoint(value, precision);
  let rounded = Math.round(shifted);
  if (Math.abs(rounded - shifted) === 0.5 && Math.abs(rounded % 2) === 1) rounded -= 1;
  // A quotient of two integers that a double holds is the double nearest to it, as the text of it would be read.
  const isExact = precision >= 0 && precision <= 22 && Number.isSafeInteger(rounded);
  const result = isExact ? rounded / 10 ** precision : shiftPoint(rounded, -precision);
  return result === 0 ? 0 : result;
}

function shiftPoint(value: number, places: number): number {
  if (places === 0) return value;
  const text = String(value);
  if (!text.includes('e')) return Number(`${text}e${places}`);
  const [digits, exponent = '0'] = text.split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
}
