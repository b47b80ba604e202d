/** A value as text, as `$string` and the operator `&` make it. */
import type { Budget } from '../budget.ts';
import { Fault } from '../fault.ts';
import { Callable, type DataObject, ExactNumber, type Value, WholeInput } from '../values.ts';

/**
 * @throws Fault D3001 for a number that is infinite or none, D1001 where one is inside a structure.
 */
export function textOf(value: Exclude<Value, undefined>, budget: Budget, isPretty = false): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value, 'D3001');
  if (value instanceof ExactNumber) return ExactNumber.lexemeOf(value);
  if (value instanceof Callable) return '';
  if (typeof value !== 'object' || value === null) return String(value);
  return new JsonText(budget, isPretty).write(value instanceof WholeInput ? value[0] : value);
}

/** Fractions are rounded to 15 significant digits: what binary arithmetic leaves behind them is nobody's number. */
function numberText(value: number, code: string): string {
  if (!Number.isFinite(value)) throw new Fault(code);
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(15)));
}

/** JSON text that is charged while it grows. */
class JsonText {
  readonly #budget: Budget;
  readonly #space: string;
  readonly #colon: string;

  constructor(budget: Budget, isPretty: boolean) {
    this.#budget = budget;
    this.#space = isPretty ? '  ' : '';
    this.#colon = isPretty ? ': ' : ':';
  }

  write(value: Value, indent = ''): string {
    switch (typeof value) {
      case 'string':
        this.#budget.text(value.length);
        return JSON.stringify(value);
      case 'number':
        return numberText(value, 'D1001');
      case 'boolean':
        return String(value);
      case 'undefined':
        return 'null';
      default:
        if (value === null) return 'null';
        if (value instanceof ExactNumber) return ExactNumber.lexemeOf(value);
        if (value instanceof Callable) return '""';
        return Array.isArray(value) ? this.#array(value, indent) : this.#object(value as DataObject, indent);
    }
  }

  #array(items: readonly Value[], indent: string): string {
    const inner = indent + this.#space;
    return this.#enclose(
      '[',
      items.map(item => this.write(item, inner)),
      ']',
      indent,
    );
  }

  #object(object: DataObject, indent: string): string {
    const inner = indent + this.#space;
    const entries = Object.keys(object).map(
      key => JSON.stringify(key) + this.#colon + this.write(object[key], inner),
    );
    return this.#enclose('{', entries, '}', indent);
  }

  #enclose(open: string, parts: readonly string[], close: string, indent: string): string {
    const isSpread = this.#space !== '' && parts.length > 0;
    const before = isSpread ? `\n${indent}${this.#space}` : '';
    const text = open + before + parts.join(`,${before}`) + (isSpread ? `\n${indent}` : '') + close;
    this.#budget.text(text.length);
    return text;
  }
}
