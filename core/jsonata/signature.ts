/** Signatures of functions, `<s-n?:s>`: arguments are checked, and arrays made of what is to be one. */
import { Fault } from './fault.ts';
import { TYPE_BITS, type TypeName, typeBit, typeName } from './types.ts';
import { isArray, type Value } from './values.ts';

interface Parameter {
  /** Types that pass; nothing always may. */
  readonly types: number;
  /** Types that pass as they are; others are wrapped or looked into first. */
  readonly asIs: number;
  /** The letters of the types, for regular expressions over the letters of arguments. */
  readonly letters: string;
  readonly isArray: boolean;
  /** The type of the array's items: a letter, perhaps with a type of its own behind it. */
  readonly items?: string;
  readonly isOptional: boolean;
  readonly isRepeated: boolean;
  /** The context item stands in for it where it is left out. */
  readonly takesContext: boolean;
}

export interface Signature {
  /** How many arguments it may take, not counting repeats. */
  readonly count: number;
  /** By parameter: the types of arguments that need no work, and whether it may be left out. */
  readonly parameters: readonly Pick<Parameter, 'asIs' | 'isOptional' | 'takesContext'>[];
  readonly isRepeated: boolean;
  /**
   * @param args - may be kept and given back.
   * @throws Fault T0410 (an argument), T0411 (the context item), T0412 (an array's items).
   */
  validate(args: Value[], context: Value): Value[];
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
const NAMES: Readonly<Record<string, TypeName>> = Object.fromEntries(
  Object.entries(LETTERS).map(([name, letter]) => [letter, name as TypeName]),
);
const ANY = 'asnblfo';
const ANY_DATA = 'asnblo';

/** @throws Fault S0401 or S0402 for a signature that JSONata does not take. */
export function parseSignature(text: string): Signature {
  const parameters: Parameter[] = [];
  const change = (changes: Partial<Parameter>) => {
    const last = parameters.pop();
    if (last !== undefined) parameters.push({ ...last, ...changes });
  };
  for (let at = 1; at < text.length && text[at] !== ':' && text[at] !== '>'; at += 1) {
    const symbol = text[at] as string;
    switch (symbol) {
      case '-':
        change({ takesContext: true, isOptional: true });
        break;
      case '?':
        change({ isOptional: true });
        break;
      case '+':
        change({ isRepeated: true });
        break;
      case '(': {
        const end = closing(text, at, '(', ')');
        const choice = text.slice(at + 1, end);
        if (choice.includes('<')) throw new Fault('S0402', { token: choice });
        parameters.push(parameter(choice));
        at = end;
        break;
      }
      case '<': {
        if (!/[af]/.test(parameters.at(-1)?.letters.at(-1) ?? '') && parameters.at(-1)?.isArray !== true)
          throw new Fault('S0401', { token: symbol });
        const end = closing(text, at, '<', '>');
        if (parameters.at(-1)?.isArray) change({ items: text.slice(at + 1, end), asIs: TYPE_BITS.nothing });
        at = end;
        break;
      }
      case 'a':
        parameters.push({ ...parameter(ANY), isArray: true, asIs: TYPE_BITS.array | TYPE_BITS.nothing });
        break;
      case 'x':
        parameters.push(parameter(ANY));
        break;
      case 'j':
        parameters.push(parameter(ANY_DATA));
        break;
      default:
        if (symbol in NAMES && symbol !== 'm') parameters.push(parameter(symbol));
    }
  }
  return signatureOf(parameters);
}

function parameter(letters: string): Parameter {
  const types = [...letters].reduce((bits, letter) => bits | TYPE_BITS[NAMES[letter] ?? 'nothing'], 0);
  return {
    ...{ letters, types: types | TYPE_BITS.nothing, asIs: types | TYPE_BITS.nothing },
    ...{ isArray: false, isOptional: false, isRepeated: false, takesContext: false },
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

function signatureOf(parameters: readonly Parameter[]): Signature {
  const isRepeated = parameters.some(({ isRepeated: repeats }) => repeats);
  return {
    count: parameters.length,
    parameters,
    isRepeated,
    validate: (args, context) =>
      !isRepeated && matchesInOrder(args, parameters)
        ? finish(args, parameters, context)
        : finishMatched(args, parameters, context),
  };
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
