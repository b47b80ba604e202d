/** Reading a key of the context item, as a name in a path does. */
import type { Budget } from '../budget.ts';
import type { Linker, Run } from '../linker.ts';
import type { Observer } from '../observer.ts';
import { Callable, ExactNumber, isArray, Sequence, single, type Value } from '../values.ts';

type Read = (object: object) => Value;

/**
 * A key that neither an ordinary object's prototype nor one of our classes has can be read at once: what is there is
 * an own property. The few others are asked for with care.
 */
export function reader(key: string, observer?: Observer): Read {
  const read = plainReader(key);
  if (observer === undefined) return read;
  return object => {
    const value = read(object);
    observer.read(object, key, value);
    return value;
  };
}

function plainReader(key: string): Read {
  return isRisky(key)
    ? object =>
        Object.hasOwn(object, key) && !(object instanceof Callable) && !(object instanceof ExactNumber)
          ? (object as Record<string, Value>)[key]
          : undefined
    : object => (object as Record<string, Value>)[key];
}

/** What can be read of a `Callable` or `ExactNumber`: their other fields are private. */
const OWN_MEMBERS: ReadonlySet<string> = new Set(['arity', 'invoke', 'toJSON']);

/** Whether a key has to be read with care; see `reader`. */
export const isRisky = (key: string): boolean => key in Object.prototype || OWN_MEMBERS.has(key);

/** A name alone, as a step of a path. @param isEnded - false where `[]` behind it keeps a list of one. */
export function linkName(name: string, { machine, observer }: Linker, isEnded: boolean): Run {
  const read = reader(name, observer);
  const { budget } = machine;
  return input => {
    if (isEnded || !isArray(input)) return lookup(input, read, budget);
    const found = new Sequence();
    collect(input, read, found, budget);
    return found;
  };
}

/** Of an array: the values of all its items, in one flat sequence. */
export function lookup(item: Value, read: Read, budget: Budget): Value {
  if (typeof item !== 'object' || item === null) return undefined;
  if (!isArray(item)) return read(item);
  const found = new Sequence();
  collect(item, read, found, budget);
  return single(found);
}

function collect(items: readonly Value[], read: Read, found: Sequence, budget: Budget): void {
  budget.spend(items.length);
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    if (typeof item !== 'object' || item === null) continue;
    if (isArray(item)) {
      collect(item, read, found, budget);
      continue;
    }
    const value = read(item);
    if (value === undefined) continue;
    if (isArray(value)) {
      budget.spend(value.length);
      for (let at = 0; at < value.length; at += 1) found.push(value[at]);
    } else found.push(value);
  }
}
