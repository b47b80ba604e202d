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
  const at = path === '' ? '/' : path;
  lines.push(
    typeof expected === 'string' && typeof actual === 'string'
      ? `${at}: ${textDifference(expected, actual)}`
      : `${at}: expected ${show(expected)}, got ${show(actual)}`,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Two long texts from where they part on: what they have in common says nothing. */
function textDifference(expected: string, actual: string): string {
  let same = 0;
  while (same < expected.length && expected[same] === actual[same]) same += 1;
  const from = Math.max(expected.length, actual.length) > MAX_VALUE_LENGTH ? Math.max(0, same - 20) : 0;
  const cut = (text: string): string => (from === 0 ? show(text) : `…${show(text.slice(from))}`);
  return `expected ${cut(expected)}, got ${cut(actual)}`;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}
