/**
 * Finds the parts of a date picture in a text. Each part takes as much as it can, and gives back as far as the parts
 * behind it need: the reading of a regular expression, without its cost, since no part is tried twice at one place.
 */
import { Fault } from '../fault.ts';
import { MONTHS, WEEKDAYS } from './calendar.ts';
import type { DatePart, NamePart, NumberPart, OffsetPart } from './datePicture.ts';
import { zeroOf } from './digits.ts';
import { millisOf } from './isoTime.ts';
import { offsetOf } from './offset.ts';
import { readInteger } from './parseInteger.ts';
import { wordTokens } from './words.ts';

/** What was read, by component: `M` from 1, `P` 0 or 1, `Z` and `z` in minutes, NaN where there is no such offset. */
export type Fields = Map<string, number>;

/** No date is longer, whatever words it is written in. */
const MAX_TEXT = 1_000;

/**
 * Undefined where the text does not have the picture's form. Upper and lower case are alike, except in names.
 * @throws Fault D3133 for a name that no component has.
 */
export function matchPicture(text: string, parts: readonly DatePart[]): Fields | undefined {
  const matchers = parts.map(endsOf);
  if (text.length > MAX_TEXT) return undefined;
  const failed = new Set<number>();
  const ends: number[] = [];

  const match = (index: number, at: number): boolean => {
    const endsFrom = matchers[index];
    if (endsFrom === undefined) return at === text.length;
    const place = index * (MAX_TEXT + 1) + at;
    if (failed.has(place)) return false;
    for (const end of endsFrom(text, at)) {
      ends[index] = end;
      if (match(index + 1, end)) return true;
    }
    failed.add(place);
    return false;
  };
  return match(0, 0) ? readFields(text, parts, ends) : undefined;
}

function readFields(text: string, parts: readonly DatePart[], ends: readonly number[]): Fields {
  const fields: Fields = new Map();
  parts.forEach((part, index) => {
    const piece = text.slice(index === 0 ? 0 : ends[index - 1], ends[index]);
    const value = part.kind === 'literal' ? undefined : readPart(part, piece);
    if (part.kind !== 'literal' && value !== undefined) fields.set(part.component, value);
  });
  return fields;
}

function readPart(part: NumberPart | NamePart | OffsetPart, piece: string): number | undefined {
  switch (part.kind) {
    case 'number':
      if (part.component === 'f') return millisOf(piece);
      return inCentury(part, readInteger(piece, part.picture), piece);
    case 'name':
      return namesOf(part).get(piece);
    case 'offset':
      return readWrittenOffset(part.component === 'z' ? piece.slice(3) : piece);
    default:
      return part satisfies never;
  }
}

/** A year of one or two digits is one of the 20th century, as ECMAScript's dates have it. */
const inCentury = (part: NumberPart, value: number | undefined, piece: string): number | undefined =>
  part.component === 'Y' && value !== undefined && part.picture.kind === 'decimal' && piece.length <= 2
    ? value + 1900
    : value;

/** Hours alone, `+02`, or hours and minutes, `+0200`, `+02:00`. */
function readWrittenOffset(piece: string): number {
  const [, sign, hours, minutes] = /^([+-])([0-9]{1,2})(?:[^0-9]?([0-9]{2}))?$/.exec(piece) ?? [];
  return offsetOf(sign === '-', Number(hours), Number(minutes ?? 0)) ?? Number.NaN;
}

/** Where a part that begins at `at` may end, the furthest first. */
type Ends = (text: string, at: number) => Iterable<number>;

function endsOf(part: DatePart): Ends {
  switch (part.kind) {
    case 'literal': {
      const wanted = part.text.toLowerCase();
      return (text, at) => {
        const end = at + part.text.length;
        return text.slice(at, end).toLowerCase() === wanted ? [end] : [];
      };
    }
    case 'number':
      return endsOfNumber(part);
    case 'name':
      namesOf(part);
      return run(/[a-zA-Z]/);
    case 'offset':
      return endsOfOffset(part);
    default:
      return part satisfies never;
  }
}

function endsOfNumber(part: NumberPart): Ends {
  if (part.component === 'f') return run(/[0-9]/);
  const { picture } = part;
  switch (picture.kind) {
    case 'letters':
      return run(/[a-zA-Z]/);
    case 'roman':
      return run(/[mdclxviMDCLXVI]/);
    case 'words':
      return endsOfWords;
    case 'decimal': {
      const digits = run(
        { test: character => zeroOf(character.charCodeAt(0)) === picture.zero },
        part.readDigits,
      );
      return picture.ordinal ? withOrdinal(digits) : digits;
    }
    default:
      return picture satisfies never;
  }
}

function* endsOfWords(text: string, at: number): Generator<number> {
  const lower = text.toLowerCase();
  const reached = new Set([at]);
  const tokens = wordTokens();
  for (const place of reached) {
    for (const token of tokens) {
      if (lower.startsWith(token, place)) reached.add(place + token.length);
    }
  }
  reached.delete(at);
  yield* [...reached].sort((a, b) => b - a);
}

function endsOfOffset(part: OffsetPart): Ends {
  if (part.picture === undefined) throw new Fault('D3134');
  const { grouping } = part.picture;
  const separator = grouping.kind === 'regular' ? grouping.separator : '';
  const digits = run(/[0-9]/);
  return function* (text, at) {
    const isNamed = part.component === 'z';
    if (isNamed && text.slice(at, at + 3).toUpperCase() !== 'GMT') return;
    const sign = isNamed ? at + 3 : at;
    if (text.charAt(sign) !== '+' && text.charAt(sign) !== '-') return;
    for (const end of digits(text, sign + 1)) {
      if (separator === '') yield end;
      else if (text.startsWith(separator, end)) yield* digits(text, end + separator.length);
    }
  };
}

/** One or more characters of a kind, or exactly so many. */
function run(kind: { test(character: string): boolean }, count?: number): Ends {
  return function* (text, at) {
    let end = at;
    while (end < text.length && end - at !== count && kind.test(text.charAt(end))) end += 1;
    if (count !== undefined) {
      if (end - at === count && count > 0) yield end;
      return;
    }
    for (; end > at; end -= 1) yield end;
  };
}

function withOrdinal(digits: Ends): Ends {
  return function* (text, at) {
    for (const end of digits(text, at)) {
      if (/^(?:th|st|nd|rd)$/i.test(text.slice(end, end + 2))) yield end + 2;
    }
  };
}

const HALVES: ReadonlyMap<string, number> = new Map([
  ...['am', 'AM'].map(name => [name, 0] as const),
  ...['pm', 'PM'].map(name => [name, 1] as const),
]);

/** The names that a part may hold, with what they stand for. */
function namesOf({ component, maxLength }: NamePart): ReadonlyMap<string, number> {
  const names = component === 'M' || component === 'x' ? MONTHS : component === 'F' ? WEEKDAYS : undefined;
  if (names === undefined && component !== 'P') throw new Fault('D3133');
  return names === undefined
    ? HALVES
    : new Map(names.map((name, index) => [name.slice(0, maxLength || undefined), index + 1]));
}
