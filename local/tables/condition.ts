/**
 * DynamoDB's condition expressions, in the forms that the product uses and no other: terms joined by OR, each of them
 * `attribute_not_exists(name)`, `name = :value` or `name <= :value`. What is not understood is refused, never guessed.
 */
import type { Item } from './tableStore.ts';

export type Condition = (old: Item | undefined) => boolean;

/** DynamoDB's ValidationException. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
}

type Value = Readonly<Record<string, unknown>>;

const NOT_EXISTS = /^attribute_not_exists\s*\(\s*([A-Za-z][A-Za-z0-9_]*)\s*\)$/;
const COMPARISON = /^([A-Za-z][A-Za-z0-9_]*)\s*(=|<=)\s*(:[A-Za-z0-9_]+)$/;

/** @throws ConditionError for any other form, and for a value that is missing or left over. */
export function parseCondition(expression: string, values: Readonly<Record<string, Value>> = {}): Condition {
  const used = new Set<string>();
  const terms = expression.split(/\s+OR\s+/).map((text): Condition => {
    const term = text.trim();
    const absent = NOT_EXISTS.exec(term)?.[1];
    if (absent !== undefined) return old => old?.[absent] === undefined;
    const [, name = '', operator = '', placeholder = ''] = COMPARISON.exec(term) ?? [];
    if (operator === '') {
      throw new ConditionError(
        `the local stack does not evaluate "${term}"; it knows attribute_not_exists(name), name = :value and name <= :value, joined by OR`,
      );
    }
    const value = values[placeholder];
    if (value === undefined)
      throw new ConditionError(
        `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    used.add(placeholder);
    return old => compare(old?.[name], operator, value);
  });
  const unused = Object.keys(values).find(placeholder => !used.has(placeholder));
  if (unused !== undefined)
    throw new ConditionError(
      `Value provided in ExpressionAttributeValues unused in expressions: keys: {${unused}}`,
    );
  return old => terms.some(term => term(old));
}

/** An attribute that is absent or of another type compares as false, whatever the operator. */
function compare(attribute: Value | undefined, operator: string, value: Value): boolean {
  if (attribute === undefined) return false;
  if (typeof attribute['N'] === 'string' && typeof value['N'] === 'string') {
    const [left, right] = [Number(attribute['N']), Number(value['N'])];
    return operator === '=' ? left === right : left <= right;
  }
  if (typeof attribute['S'] === 'string' && typeof value['S'] === 'string') {
    const order = Buffer.compare(Buffer.from(attribute['S']), Buffer.from(value['S']));
    return operator === '=' ? order === 0 : order <= 0;
  }
  return false;
}
