/** Status expressions in a destination's file: `409`, `5xx`, `520-527`. Which answers are tried again, and which never. */

export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** Undefined for anything outside the grammar. Statuses below 300 are no failures, so nothing can be said of them. */
export function readStatusExpression(text: string): StatusRange | undefined {
  const one = /^([345][0-9]{2})$/.exec(text);
  if (one !== null) return { from: Number(one[1]), to: Number(one[1]) };
  const wholeClass = /^([345])xx$/.exec(text);
  if (wholeClass !== null) return { from: Number(wholeClass[1]) * 100, to: Number(wholeClass[1]) * 100 + 99 };
  const range = /^([345][0-9]{2})-([345][0-9]{2})$/.exec(text);
  if (range === null || Number(range[1]) > Number(range[2])) return undefined;
  return { from: Number(range[1]), to: Number(range[2]) };
}

export const coversStatus = (ranges: readonly StatusRange[], status: number): boolean =>
  ranges.some(({ from, to }) => status >= from && status <= to);
