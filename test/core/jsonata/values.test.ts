import { describe, expect, it } from 'vitest';
import {
  Callable,
  ExactNumber,
  getKey,
  isArray,
  isObject,
  Sequence,
  sequenceOf,
  setKey,
  single,
  type Value,
} from '../../../core/jsonata/values.ts';

class Nothing extends Callable {
  readonly arity = 0;
  invoke(): Value {
    return undefined;
  }
}

describe('a sequence', () => {
  it('of none is nothing, and of one its item, unless the array is to be kept', () => {
    expect(single(new Sequence())).toBe(undefined);
    expect(single(sequenceOf(5))).toBe(5);
    const kept = sequenceOf(5);
    kept.keepSingleton = true;
    expect(Array.from(single(kept) as never)).toEqual([5]);
    expect(single([5])).toEqual([5]);
  });

  it('is an array, and gives plain arrays', () => {
    const sequence = sequenceOf(1);
    sequence.push(2);
    expect(isArray(sequence)).toBe(true);
    expect(sequence.map(item => item)).not.toBeInstanceOf(Sequence);
  });
});

describe('an object', () => {
  it('holds __proto__ as a key like any other', () => {
    const object = {};
    setKey(object, '__proto__', 1);
    setKey(object, 'a', 2);
    expect(JSON.stringify(object)).toBe('{"__proto__":1,"a":2}');
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(getKey(object, '__proto__')).toBe(1);
  });

  it('shows nothing of its prototype', () => {
    expect(getKey({}, 'constructor')).toBe(undefined);
    expect(getKey({}, '__proto__')).toBe(undefined);
  });

  it('is neither an array, a function, null, nor an exact number', () => {
    const others: Value[] = [[], new Sequence(), new Nothing(), null, 'a', new ExactNumber('0.10')];
    expect(others.map(isObject)).toEqual(others.map(() => false));
    expect(isObject({ lexeme: 1 })).toBe(true);
  });
});

it('keeps the text of an exact number', () => {
  expect(ExactNumber.lexemeOf(new ExactNumber('12345678901234567890'))).toBe('12345678901234567890');
});
