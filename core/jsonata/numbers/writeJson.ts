/** From values to JSON text, exact numbers as they were written. */
import { Fault } from '../fault.ts';
import { Callable, ExactNumber, type Value } from '../values.ts';
import { MAX_DEPTH } from './readJson.ts';

/**
 * @param value - not nothing; nothing within an array becomes null.
 * @param maxCharacters - of the text.
 * @throws Fault NOT_FINITE, NOT_DATA for a function, TOO_DEEP, OUTPUT_TOO_LARGE.
 */
export function writeJson(value: Exclude<Value, undefined>, maxCharacters: number): string {
  const review = new Review(maxCharacters);
  review.judge(value, 0);
  const text = review.hasExactNumbers ? JSON.stringify(value, asWritten) : JSON.stringify(value);
  if (text.length > maxCharacters) throw new Fault('OUTPUT_TOO_LARGE');
  return text;
}

/** What `JSON.stringify` would write as null, or write until the memory is full, is found before. */
class Review {
  hasExactNumbers = false;
  #charactersLeft: number;

  constructor(maxCharacters: number) {
    this.#charactersLeft = maxCharacters;
  }

  judge(value: Value, depth: number): void {
    switch (typeof value) {
      case 'number':
        if (!Number.isFinite(value)) throw new Fault('NOT_FINITE');
        this.#take(1);
        return;
      case 'string':
        this.#take(value.length + 2);
        return;
      case 'object':
        if (value === null) this.#take(4);
        else this.#judgeObject(value, depth);
        return;
      default:
        this.#take(4);
    }
  }

  #judgeObject(value: Exclude<Value, null> & object, depth: number): void {
    if (depth >= MAX_DEPTH) throw new Fault('TOO_DEEP');
    if (value instanceof ExactNumber) {
      this.hasExactNumbers = true;
      this.#take(ExactNumber.lexemeOf(value).length);
      return;
    }
    if (value instanceof Callable) throw new Fault('NOT_DATA');
    this.#take(2);
    if (Array.isArray(value)) {
      for (const item of value) this.judge(item, depth + 1);
      return;
    }
    for (const key in value) {
      this.#take(key.length + 3);
      this.judge((value as Readonly<Record<string, Value>>)[key], depth + 1);
    }
  }

  /** Shared parts are counted as often as they would be written. */
  #take(characters: number): void {
    this.#charactersLeft -= characters;
    if (this.#charactersLeft < 0) throw new Fault('OUTPUT_TOO_LARGE');
  }
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

const asWritten = (_key: string, value: unknown): unknown =>
  value instanceof ExactNumber ? rawJSON(ExactNumber.lexemeOf(value)) : value;
