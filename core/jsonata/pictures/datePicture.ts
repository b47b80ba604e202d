/**
 * The picture of a date and time, as XPath's `format-dateTime` defines it: text with markers in square brackets, such as
 * `[D1o] [MNn] [Y0001]`. https://www.w3.org/TR/xpath-functions-31/#date-picture-string
 */
import { Fault } from '../fault.ts';
import { isNumericComponent, type NumericComponent } from './calendar.ts';
import {
  type DecimalPicture,
  type IntegerPicture,
  type LetterCase,
  readIntegerPicture,
} from './integerPicture.ts';

export type DatePart = LiteralPart | NumberPart | NamePart | OffsetPart;

export interface LiteralPart {
  readonly kind: 'literal';
  readonly text: string;
}

/** A component written in digits, numerals or words. */
export interface NumberPart {
  readonly kind: 'number';
  readonly component: NumericComponent;
  readonly picture: IntegerPicture;
  /** The year is cut to so many digits from the right. */
  readonly yearDigits?: number;
  /** Reading: exactly so many digits, since another number follows with nothing between. */
  readonly readDigits?: number;
}

/** A component written as a name: months, weekdays, am and pm; calendar and era are always ISO. */
export interface NamePart {
  readonly kind: 'name';
  readonly component: string;
  readonly letterCase: LetterCase;
  /** Names are cut to so many characters. */
  readonly maxLength?: number;
}

export interface OffsetPart {
  readonly kind: 'offset';
  /** `Z` for `+02:00`, `z` for `GMT+02:00`. */
  readonly component: 'Z' | 'z';
  /** Undefined for a picture without digits, which nothing can be written with. */
  readonly picture: DecimalPicture | undefined;
  /** An offset of zero is written `Z`. */
  readonly zeroAsZ: boolean;
}

/** What a marker without a presentation is written as, for each component that there is. */
const DEFAULT_PRESENTATIONS: Readonly<Record<string, string>> = {
  ...{ Y: '1', M: '1', D: '1', d: '1', F: 'n', W: '1', w: '1', X: '1', x: '1', H: '1', h: '1' },
  ...{ P: 'n', m: '01', s: '01', f: '1', Z: '01:01', z: '01:01', C: 'n', E: 'n' },
};

/** No component has more digits or letters; beyond it only memory would be asked for. */
const MAX_WIDTH = 255;

/**
 * @throws Fault D3135 for a bracket that is not closed, D3132 for an unknown component, PICTURE_TOO_WIDE, and those of
 *   an integer picture.
 */
export function readDatePicture(picture: string): readonly DatePart[] {
  const parts: DatePart[] = [];
  const literal = (text: string) => {
    if (text !== '') parts.push({ kind: 'literal', text });
  };
  let rest = 0;
  for (let open = picture.indexOf('['); open !== -1; open = picture.indexOf('[', rest)) {
    literal(picture.slice(rest, open).replaceAll(']]', ']'));
    if (picture.charAt(open + 1) === '[') {
      literal('[');
      rest = open + 2;
      continue;
    }
    const close = picture.indexOf(']', open);
    if (close === -1) throw new Fault('D3135');
    const part = readMarker(picture.slice(open + 1, close).replace(/\s/g, ''));
    const before = parts.at(-1);
    if (part.kind === 'number' && before?.kind === 'number' && before.picture.kind === 'decimal') {
      parts[parts.length - 1] = { ...before, readDigits: before.picture.mandatoryDigits };
    }
    parts.push(part);
    rest = close + 1;
  }
  literal(picture.slice(rest).replaceAll(']]', ']'));
  return parts;
}

/** @param marker - what stands between the brackets: component, presentation, and a width after the last comma. */
function readMarker(marker: string): DatePart {
  const component = marker.charAt(0);
  const byDefault = Object.hasOwn(DEFAULT_PRESENTATIONS, component)
    ? DEFAULT_PRESENTATIONS[component]
    : undefined;
  if (byDefault === undefined) throw new Fault('D3132');
  const comma = marker.lastIndexOf(',');
  const width = comma === -1 ? {} : readWidth(marker.slice(comma + 1));
  const written = comma === -1 ? marker.slice(1) : marker.slice(1, comma);
  // The modifiers: o for an ordinal, c for a cardinal, t and a for conventions that English lacks.
  const modifier = written.length > 1 && /[atco]$/.test(written) ? written.slice(-1) : '';
  const presentation = (modifier === '' ? written : written.slice(0, -1)) || byDefault;

  if (component === 'Z' || component === 'z') {
    return { kind: 'offset', component, picture: offsetPicture(presentation), zeroAsZ: modifier === 't' };
  }
  if (/^n/i.test(presentation) || !isNumericComponent(component)) {
    const letterCase = /^Nn/.test(presentation) ? 'title' : presentation.startsWith('N') ? 'upper' : 'lower';
    return {
      kind: 'name',
      component,
      letterCase,
      ...(width.max === undefined ? {} : { maxLength: width.max }),
    };
  }
  const picture = readIntegerPicture(modifier === '' ? presentation : `${presentation};${modifier}`);
  return numberPart(component, picture, width);
}

function numberPart(component: NumericComponent, picture: IntegerPicture, width: Width): NumberPart {
  if (picture.kind !== 'decimal') {
    const cut = component === 'Y' && width.max !== undefined ? { yearDigits: width.max } : {};
    return { kind: 'number', component, picture, ...cut };
  }
  const wide = { ...picture, mandatoryDigits: Math.max(picture.mandatoryDigits, width.min ?? 0) };
  if (component !== 'Y') return { kind: 'number', component, picture: wide };
  if (width.max !== undefined) {
    return {
      kind: 'number',
      component,
      picture: { ...wide, mandatoryDigits: width.max },
      yearDigits: width.max,
    };
  }
  // One digit alone stands for the whole year; two and more say how many of its digits are wanted.
  const digits = wide.mandatoryDigits + wide.optionalDigits;
  return { kind: 'number', component, picture: wide, ...(digits >= 2 ? { yearDigits: digits } : {}) };
}

const offsetPicture = (presentation: string): DecimalPicture | undefined => {
  if (!/\p{Nd}/u.test(presentation)) return undefined;
  const picture = readIntegerPicture(presentation);
  return picture.kind === 'decimal' ? picture : undefined;
};

interface Width {
  readonly min?: number;
  readonly max?: number;
}

/** `4`, `2-4`, `*-4`. What is no number is taken for `*`. */
function readWidth(text: string): Width {
  const dash = text.indexOf('-');
  const min = readSize(dash === -1 ? text : text.slice(0, dash));
  const max = dash === -1 ? undefined : readSize(text.slice(dash + 1));
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function readSize(text: string): number | undefined {
  const size = Number.parseInt(text, 10);
  if (Math.abs(size) > MAX_WIDTH) throw new Fault('PICTURE_TOO_WIDE');
  return size >= 0 ? size : undefined;
}
