/** Every built-in function there is. `$eval` is not: a mapping must be the same program for every payload. */
import type { Builtin } from '../builtin.ts';
import { append } from './append.ts';
import { base64decode, base64encode } from './base64.ts';
import { boolean, not } from './boolean.ts';
import { clone } from './clone.ts';
import { count } from './count.ts';
import { distinct } from './distinct.ts';
import { each } from './each.ts';
import { assert, error } from './error.ts';
import { exists } from './exists.ts';
import { max, min } from './extremes.ts';
import { filter } from './filter.ts';
import { formatNumber } from './formatNumber.ts';
import { formatBase, formatInteger, parseInteger } from './integers.ts';
import { isoDate, isoTime } from './isoTime.ts';
import { join } from './join.ts';
import { keys } from './keys.ts';
import { length } from './length.ts';
import { lowercase, uppercase } from './letterCase.ts';
import { lookup } from './lookup.ts';
import { map } from './map.ts';
import { contains, match, split } from './matching.ts';
import { merge } from './merge.ts';
import { fromMinorUnits, toMinorUnits } from './money.ts';
import { number } from './number.ts';
import { pad } from './pad.ts';
import { power, sqrt } from './powers.ts';
import { random, shuffle } from './random.ts';
import { reduce } from './reduce.ts';
import { replace } from './replace.ts';
import { array, required } from './required.ts';
import { reverse } from './reverse.ts';
import { abs, ceil, floor, round } from './rounding.ts';
import { sift } from './sift.ts';
import { single } from './single.ts';
import { sort } from './sort.ts';
import { spread } from './spread.ts';
import { string } from './string.ts';
import { substring } from './substring.ts';
import { substringAfter, substringBefore } from './substringAround.ts';
import { average, sum } from './sum.ts';
import { fromMillis, millis, now, toMillis } from './time.ts';
import { trim } from './trim.ts';
import { type } from './type.ts';
import { decodeUrl, decodeUrlComponent, encodeUrl, encodeUrlComponent } from './url.ts';
import { zip } from './zip.ts';

export const BUILTINS: readonly Builtin[] = [
  // Texts
  ...[string, length, substring, substringBefore, substringAfter, lowercase, uppercase, trim, pad],
  ...[contains, split, join, match, replace, base64encode, base64decode],
  ...[encodeUrl, encodeUrlComponent, decodeUrl, decodeUrlComponent],
  // Numbers
  ...[number, abs, floor, ceil, round, power, sqrt, random],
  ...[formatNumber, formatBase, formatInteger, parseInteger],
  ...[sum, max, min, average],
  // Truth
  ...[boolean, not, exists],
  // Lists
  ...[count, append, sort, reverse, shuffle, distinct, zip],
  // Objects
  ...[keys, lookup, spread, merge, sift, each, clone, type, error, assert],
  // Times
  ...[now, millis, fromMillis, toMillis],
  // Functions over functions
  ...[map, filter, single, reduce],
  // Beyond JSONata
  ...[required, array, toMinorUnits, fromMinorUnits, isoTime, isoDate],
];
