/** Signatures of functions, `<s-n?:s>`: arguments are checked, and arrays made of what is to be one. */
import { Fault } from './fault.ts';
import { TYPE_BITS, type TypeName, typeBit, typeName } from './types.ts';
import { isArray, type Value } from './values.ts';

interface Parameter {
  /** Types that pass; nothing always may. */
  readonly types: number;
  /** Types that pass as they are; others are wrapped or looked into first. */
  asIs: number;
  /** The letters of the types, for regular expressions over the letters of arguments. */
  readonly letters: string;
  readonly isArray: boolean;
  /** The type of the array's items: a letter, perhaps with a type of its own behind it. */
  items: string | undefined;
  isOptional: boolean;
  isRepeated: boolean;
  /** The context item stands in for it where it is left out. */
  takesContext: boolean;
}

const LETTERS: Readonly<Record<TypeName, string>> = {
  nothing: 'm',
  null: 'l',
  boolean: 'b',
  string: 's',
  number: 'n',
  array: 'a',
  object: 'o',
  function: 'f',
};
const NAMES: Readonly<Record<string, TypeName>> = {
  m: 'nothing',
  l: 'null',
  b: 'boolean',
  s: 'string',
  n: 'number',
  a: 'array',
  o: 'object',
  f: 'function',
};
const ANY = 'asnblfo';
const ANY_DATA = 'asnblo';

export interface Signature {
  /** How many arguments it may take, not counting repeats: as many as there are. */
  readonly parameters: readonly Parameter[];
  readonly isRepeated: boolean;
}

/** Bits of the types that need no work as an argument at this place, from 0. */
export const typesAsTheyAre = ({ parameters }: Signature, index: number): number =>
  parameters[index]?.asIs ?? 0;

/** Whether so many arguments are as many as it takes, each for the parameter at its place, and the rest left out. */
export function mayEndAfter({ parameters, isRepeated }: Signature, given: number): boolean {
  if (isRepeated || given > parameters.length) return false;
  for (let index = given; index < parameters.length; index += 1) {
    if (parameters[index]?.isOptional !== true) return false;
  }
  return true;
}

/** Whether the context item may stand in for a parameter behind so many arguments. */
export function takesContextFrom({ parameters }: Signature, given: number): boolean {
  for (let index = given; index < parameters.length; index += 1) {
    if (parameters[index]?.takesContext) return true;
  }
  return false;
}

/** Of as many arguments as it may end after: whether they need no work. */
export function takesAsTheyAre({ parameters }: Signature, args: readonly Value[]): boolean {
  for (let index = 0; index < args.length; index += 1) {
    if (((parameters[index]?.asIs ?? 0) & typeBit(args[index])) === 0) return false;
  }
  return true;
}

/**
 * @param args - may be kept and given back.
 * @throws Fault T0410 (an argument), T0411 (the context item), T0412 (an array's items).
 */
export function validate({ parameters, isRepeated }: Signature, args: Value[], context: Value): Value[] {
  return !isRepeated && matchesInOrder(args, parameters)
    ? finish(args, parameters, context)
    : finishMatched(args, parameters, context);
}

/** @throws Fault S0401 or S0402 for a signature that JSONata does not take. */
export function parseSignature(text: string): Signature {
  const parameters: Parameter[] = [];
  let last: Parameter | undefined;
  let isRepeated = false;
  for (let at = 1; at < text.length; at += 1) {
    const symbol = text.charAt(at);
    if (symbol === ':' || symbol === '>') break;
    switch (symbol) {
      case '-':
        if (last !== undefined) last.takesContext = last.isOptional = true;
        break;
      case '?':
        if (last !== undefined) last.isOptional = true;
        break;
      case '+':
        if (last !== undefined) last.isRepeated = isRepeated = true;
        break;
      case '<': {
        if (last === undefined || !(last.isArray || /[af]$/.test(last.letters)))
          throw new Fault('S0401', { token: symbol });
        const end = closing(text, at, '<', '>');
        if (last.isArray) {
          last.items = text.slice(at + 1, end);
          last.asIs = TYPE_BITS.nothing;
        }
        at = end;
        break;
      }
      case '(': {
        const end = closing(text, at, '(', ')');
        const choice = text.slice(at + 1, end);
        if (choice.includes('<')) throw new Fault('S0402', { token: choice });
        last = parameter(choice, false);
        parameters.push(last);
        at = end;
        break;
      }
      default: {
        const next = parameterOf(symbol);
        if (next !== undefined) parameters.push(next);
        last = next ?? last;
      }
    }
  }
  return { parameters, isRepeated };
}

function parameterOf(symbol: string): Parameter | undefined {
  if (symbol === 'a') return parameter(ANY, true);
  if (symbol === 'x') return parameter(ANY, false);
  if (symbol === 'j') return parameter(ANY_DATA, false);
  return symbol in NAMES && symbol !== 'm' ? parameter(symbol, false) : undefined;
}

function parameter(letters: string, isArray: boolean): Parameter {
  let types = TYPE_BITS.nothing;
  for (const letter of letters) types |= TYPE_BITS[NAMES[letter] ?? 'nothing'];
  const asIs = isArray ? TYPE_BITS.array | TYPE_BITS.nothing : types;
  return {
    ...{ letters, types, asIs, isArray, items: undefined },
    ...{ isOptional: false, isRepeated: false, takesContext: false },
  };
}

function closing(text: string, start: number, open: string, close: string): number {
  let depth = 1;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === close) depth -= 1;
    else if (text[at] === open) depth += 1;
    if (depth === 0) return at;
  }
  return text.length;
}

/** The usual case: each argument for the parameter at its place, and the rest may be left out. */
function matchesInOrder(args: readonly Value[], parameters: readonly Parameter[]): boolean {
  if (args.length > parameters.length) return false;
  for (let index = 0; index < parameters.length; index += 1) {
    const { types, isOptional } = parameters[index] as Parameter;
    if (index < args.length ? (types & typeBit(args[index])) === 0 : !isOptional) return false;
  }
  return true;
}

function finish(args: Value[], parameters: readonly Parameter[], context: Value): Value[] {
  for (let index = 0; index < parameters.length; index += 1) {
    const one = parameters[index] as Parameter;
    if (index >= args.length) args.push(one.takesContext ? fromContext(one, context, index) : undefined);
    else if (one.isArray) args[index] = asArray(one, args[index], index);
  }
  return args;
}

function fromContext({ types }: Parameter, context: Value, index: number): Value {
  if ((types & typeBit(context)) !== 0) return context;
  throw new Fault('T0411', { argument: index + 1, met: typeName(context) });
}

/** By far the most lists that are checked are of such. */
const isPlainNumber = (item: Value): boolean => typeof item === 'number';

function asArray({ items }: Parameter, value: Value, index: number): Value {
  if (value === undefined) return undefined;
  if (items !== undefined) {
    const letter = items.charAt(0);
    const holds = isArray(value)
      ? (letter === 'n' && value.every(isPlainNumber)) ||
        value.every(item => LETTERS[typeName(item)] === letter)
      : LETTERS[typeName(value)] === items;
    if (!holds) {
      throw new Fault('T0412', {
        ...{ argument: index + 1, met: typeName(value) },
        expected: `array of ${NAMES[letter] ?? letter}s`,
      });
    }
  }
  return isArray(value) ? value : [value];
}

/** Arguments were left out before others, repeated, or do not fit: as JSONata does, a regular expression over letters. */
function finishMatched(args: readonly Value[], parameters: readonly Parameter[], context: Value): Value[] {
  const letters = args.map(argument => LETTERS[typeName(argument)]).join('');
  const groups = parameters.map(
    ({ letters: own, isOptional, isRepeated }) => `([${own}m]${isOptional ? '?' : isRepeated ? '+' : ''})`,
  );
  const match = new RegExp(`^${groups.join('')}$`).exec(letters);
  if (match === null) throw firstMisfit(args, letters, groups, parameters);
  const given: Value[] = [];
  let next = 0;
  parameters.forEach((one, index) => {
    const taken = match[index + 1] ?? '';
    if (taken === '') {
      if (one.takesContext) given.push(fromContext(one, context, next));
      else {
        given.push(args[next]);
        next += 1;
      }
    }
    for (let count = 0; count < taken.length; count += 1) {
      given.push(one.isArray ? asArray(one, args[next], next) : args[next]);
      next += 1;
    }
  });
  return given;
}

function firstMisfit(
  args: readonly Value[],
  letters: string,
  groups: readonly string[],
  parameters: readonly Parameter[],
): Fault {
  let pattern = '^';
  let fits = 0;
  for (let index = 0; index < groups.length; index += 1) {
    pattern += groups[index];
    const match = new RegExp(pattern).exec(letters);
    if (match === null) return misfit(args, fits, parameters[index]);
    fits = match[0].length;
  }
  return misfit(args, fits, undefined);
}

function misfit(args: readonly Value[], index: number, parameter: Parameter | undefined): Fault {
  const expected = parameter && [...parameter.letters].map(letter => NAMES[letter]).join(' or ');
  return new Fault('T0410', {
    argument: index + 1,
    ...(index < args.length ? { met: typeName(args[index]) } : {}),
    ...(expected === undefined ? {} : { expected: parameter?.isArray ? 'array' : expected }),
  });
}
