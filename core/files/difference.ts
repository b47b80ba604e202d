/** Two JSON values compared by path: what a person needs to see, not two walls of text. */

const MAX_LINES = 10;
const MAX_VALUE_LENGTH = 80;

/** Lines such as `/blocks/0/text: expected "a", got "b"`; at most ten. */
export function differences(expected: unknown, actual: unknown): readonly string[] {
  const lines: string[] = [];
  walk('', expected, actual, lines);
  return lines.length > MAX_LINES
    ? [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more`]
    : lines;
}

function walk(path: string, expected: unknown, actual: unknown, lines: string[]): void {
  if (isObject(expected) && isObject(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      walk(`${path}/${key}`, expected[key], actual[key], lines);
    }
    return;
  }
  if (Object.is(expected, actual)) return;
  lines.push(`${path === '' ? '/' : path}: expected ${show(expected)}, got ${show(actual)}`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}
