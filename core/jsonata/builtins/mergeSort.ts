/** The stable sort of `$sort` and of order-by: n log n comparisons at most, and the same ones for the same items. */

/**
 * A new array.
 * @param isAfter - whether the first belongs behind the second; for equal ones false, so that they keep their order.
 */
export function mergeSort<T>(items: readonly T[], isAfter: (a: T, b: T) => boolean): T[] {
  let from = [...items];
  let to = new Array<T>(items.length);
  // From halves to halves of halves, as a recursion would, since a comparison may be a function that counts its calls.
  const sort = (start: number, end: number, source: T[], target: T[]): void => {
    if (end - start < 2) return;
    const middle = start + Math.floor((end - start) / 2);
    sort(start, middle, target, source);
    sort(middle, end, target, source);
    let left = start;
    let right = middle;
    for (let at = start; at < end; at += 1) {
      const takesRight = left === middle || (right < end && isAfter(source[left] as T, source[right] as T));
      target[at] = source[takesRight ? right++ : left++] as T;
    }
  };
  [from, to] = [[...from], from];
  sort(0, items.length, from, to);
  return to;
}
