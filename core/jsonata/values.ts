/**
 * What an evaluation works with. Data is what JSON carries, in plain JavaScript; whatever else the engine needs to know
 * of a value is said by the value's class. A payload consists of plain objects and arrays, so no key and no content of
 * it can ever be taken for one of these classes.
 */

/** `undefined` is JSONata's "nothing". */
export type Value =
  | undefined
  | null
  | boolean
  | string
  | number
  | ExactNumber
  | readonly Value[]
  | DataObject
  | Callable;

/** Prototype `Object.prototype`, own keys only. Made with `setKey`, so that `__proto__` is a key like any other. */
export interface DataObject {
  readonly [key: string]: Value;
}

/**
 * An array that JSONata calls a sequence: the result of a path or of some built-ins. Where an expression ends, a
 * sequence of none is nothing and a sequence of one is its item (`single`); an array from data or from `[…]` stays what
 * it is. Within an evaluation it is an array like any other; the result of an evaluation holds plain arrays only.
 *
 * Its `map`, `filter`, `slice` and `concat` give plain arrays. Fill it with `push`.
 */
export class Sequence extends Array<Value> {
  /** Whether `[]` was written: a sequence of one then stays an array. */
  keepSingleton = false;

  // Array's own constructor takes a single number for a length.
  // biome-ignore lint/complexity/noUselessConstructor: it takes no parameters on purpose
  constructor() {
    super();
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** What `[…]` gives at the start or end of a path: an array that the path does not flatten. */
export class SolidArray extends Array<Value> {
  /** A field, as `Sequence` has one: V8 makes arrays of a class without fields ten times slower. */
  readonly solid = true;

  // biome-ignore lint/complexity/noUselessConstructor: it takes no parameters on purpose
  constructor() {
    super();
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

export function sequenceOf(item: Value): Sequence {
  const sequence = new Sequence();
  sequence.push(item);
  return sequence;
}

/** An input that is an array, as the one context item that it is: `$` means the array. */
export class WholeInput extends Sequence {
  static around(input: Value): WholeInput {
    const whole = new WholeInput();
    whole.push(input);
    return whole;
  }
}

/** What an expression gives where it ends: see `Sequence`. */
export function single(value: Value): Value {
  if (!(value instanceof Sequence)) return value;
  if (value.length === 0) return undefined;
  return value.length === 1 && !value.keepSingleton ? value[0] : value;
}

/**
 * A number of the payload that a double would change, kept as it was written (`12345678901234567890`, `0.10`): it
 * reaches the output unchanged.
 */
export class ExactNumber {
  /** A JSON number. Private, so that no key of a path can reach it. */
  readonly #lexeme: string;

  constructor(lexeme: string) {
    this.#lexeme = lexeme;
  }

  static lexemeOf(value: ExactNumber): string {
    return value.#lexeme;
  }

  /** `JSON.stringify` then writes it as it was written. */
  toJSON(): unknown {
    return rawJSON(this.#lexeme);
  }
}

/** In Node since 21; TypeScript does not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** A function as a value: a lambda, a built-in, a partial application, a transform or a regular expression. */
export abstract class Callable {
  /** How many arguments it takes: a higher-order built-in passes no more. */
  abstract readonly arity: number;

  /**
   * @param args - a fresh array, which is the callee's from then on.
   * @param context - the context item at the call, for parameters that fall back to it; undefined for calls by built-ins.
   * @returns as JSONata's functions do, perhaps a `Sequence` of none or one: it is `single` that makes a value of it.
   */
  abstract invoke(args: Value[], context: Value): Value;
}

export const isArray = Array.isArray as (value: Value) => value is readonly Value[];

/** Neither null, array, function nor exact number. */
export const isObject = (value: Value): value is DataObject =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Callable) &&
  !(value instanceof ExactNumber);

/** The one way to write a key that comes from data. */
export function setKey(object: DataObject, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (object as Record<string, Value>)[key] = value;
  }
}

/** Only own properties are ever read. */
export const getKey = (object: DataObject, key: string): Value =>
  Object.hasOwn(object, key) ? object[key] : undefined;
