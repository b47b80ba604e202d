/** Rounding to the nearest, and a half to the even neighbour. */

/**
 * `$round`: the decimal point is moved in the number's text, so that 4.525 to two places is the 4.52 that a reader of it
 * expects. Never gives -0.
 * @param precision - decimal places; negative for tens and hundreds.
 */
export function roundHalfEven(value: number, precision = 0): number {
  const shifted = shiftPoint(value, precision);
  let rounded = Math.round(shifted);
  if (Math.abs(rounded - shifted) === 0.5 && Math.abs(rounded % 2) === 1) rounded -= 1;
  const result = shiftPoint(rounded, -precision);
  return result === 0 ? 0 : result;
}

function shiftPoint(value: number, places: number): number {
  if (places === 0) return value;
  const [digits, exponent = '0'] = String(value).split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
}
