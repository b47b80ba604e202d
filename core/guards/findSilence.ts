/** Everything in an output that went wrong without failing. */
import { datesIn, isChangedDate, looksLikeDate, mayHoldDates } from './exactDates.ts';
import {
  canonical,
  hasRoundingNoise,
  inexactNumbers,
  isBeyondSafeInteger,
  mayHoldLongNumbers,
  numbersIn,
} from './exactNumbers.ts';
import type { Finding, Guard, GuardSwitches } from './guard.ts';
import { isObject, type OutputShape } from './outputShape.ts';

export interface Guarded {
  readonly switches: GuardSwitches;
  /** What the examples have in common; absent without examples. */
  readonly shape?: OutputShape;
}

/** So many are worth reading; the rest would say the same. */
const MAX_FINDINGS = 20;

/**
 * @param raw - the payload as it came, for what a parsed one cannot tell.
 * @param json - the output's JSON text.
 * @param clock - texts of times that a mapping knows from elsewhere, such as when the event came in.
 */
export function findSilence(
  { switches, shape }: Guarded,
  raw: string,
  json: string,
  clock: readonly string[] = [],
): Finding[] {
  const isOn = (guard: Guard): boolean => switches[guard] !== 'off';
  const findings: Finding[] = [];
  const add = (guard: Guard, path: string): void => {
    if (isOn(guard) && findings.length < MAX_FINDINGS) findings.push({ guard, path });
  };
  const value: unknown = JSON.parse(json);
  if (shape !== undefined && (isOn('undefined') || isOn('singleton'))) holdAgainst(shape, value, '', add);
  const asksNumbers = (isOn('numbers') || isOn('integers')) && mayHoldLongNumbers(json);
  if (asksNumbers) checkNumbers(raw, json, shape, add);
  if (isOn('dates') && mayHoldDates(json)) checkDates(raw, value, shape, clock, add);
  return findings;
}

type Add = (guard: Guard, path: string) => void;

function holdAgainst(shape: OutputShape, value: unknown, path: string, add: Add): void {
  if (value === null || value === undefined) return;
  if (shape.list === true) {
    if (!Array.isArray(value)) {
      add('singleton', path);
      return;
    }
    const { items } = shape;
    if (items !== undefined)
      for (const [index, item] of value.entries()) holdAgainst(items, item, `${path}/${index}`, add);
    return;
  }
  if (!isObject(value)) return;
  for (const name of shape.always ?? []) if (!Object.hasOwn(value, name)) add('undefined', `${path}/${name}`);
  for (const [name, inner] of Object.entries(shape.fields ?? {})) {
    if (Object.hasOwn(value, name)) holdAgainst(inner, value[name], `${path}/${name}`, add);
  }
}

/** Calls back for each scalar of a value, with a path in which names from payloads are `*`. */
function eachScalar(
  value: unknown,
  shape: OutputShape | undefined,
  path: string,
  visit: (scalar: unknown, path: string) => void,
): void {
  if (value instanceof Written) visit(value, path);
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) eachScalar(item, shape?.items, `${path}/${index}`, visit);
  } else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      const isKnown = shape?.always?.includes(name) === true || Object.hasOwn(shape?.fields ?? {}, name);
      eachScalar(inner, shape?.fields?.[name], `${path}/${isKnown ? name : '*'}`, visit);
    }
  } else visit(value, path);
}

/** A number with the text that it is written as. */
class Written {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function checkNumbers(raw: string, json: string, shape: OutputShape | undefined, add: Add): void {
  const inexact = inexactNumbers(raw);
  let known: ReadonlySet<string> | undefined;
  const isKnown = (number: string): boolean => {
    known ??= numbersIn(raw);
    return known.has(canonical(number));
  };
  const output: unknown = JSON.parse(json, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? new Written(context?.source ?? String(value)) : value,
  );
  const scalars: [unknown, string][] = [];
  eachScalar(output, shape, '', (scalar, path) => scalars.push([scalar, path]));
  for (const [scalar, path] of scalars) {
    if (scalar instanceof Written) {
      const { text } = scalar;
      if (isBeyondSafeInteger(text)) add('integers', path);
      const isRounded = inexact.has(String(Number(text))) && !isKnown(text);
      if (isRounded || (hasRoundingNoise(text) && !isKnown(text))) add('numbers', path);
    } else if (typeof scalar === 'string') {
      const isRounded = [...inexact.keys()].some(number => scalar.includes(number) && !raw.includes(number));
      if (isRounded) add('numbers', path);
    }
  }
}

function checkDates(
  raw: string,
  value: unknown,
  shape: OutputShape | undefined,
  clock: readonly string[],
  add: Add,
): void {
  const dates: [string, string][] = [];
  eachScalar(value, shape, '', (scalar, path) => {
    // Most dates are passed on as they are, and the payload is read through for the others alone.
    if (typeof scalar === 'string' && looksLikeDate(scalar) && !raw.includes(scalar))
      dates.push([scalar, path]);
  });
  if (dates.length === 0) return;
  const known = datesIn(raw, clock);
  for (const [text, path] of dates) if (isChangedDate(text, known)) add('dates', path);
}
