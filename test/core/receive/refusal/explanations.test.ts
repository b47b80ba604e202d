/** The runbook's tables and the code's are one: a reason that nobody can look up helps nobody at night. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CAUSES, explain, REASONS } from '../../../../core/receive/refusal/explanations.ts';

const page = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');
const section = page.split('## A source is refused')[1]?.split('\n## ')[0] ?? '';
const rows = section.split('\n').filter(line => line.startsWith('| `'));

test.each([...Object.entries(REASONS), ...Object.entries(CAUSES)])(
  '%s stands in the runbook, in the words of the command',
  (code, { means, remedy }) => {
    expect(rows).toContain(`| \`${code}\` | ${means} | ${remedy} |`);
  },
);

test('the runbook has no other', () => {
  expect(rows).toHaveLength(Object.keys(REASONS).length + Object.keys(CAUSES).length);
});

test('a reason says more than its cause, and what another version wrote is no error', () => {
  expect(explain('signature-mismatch', 'body-altered')).toBe(REASONS['body-altered']);
  expect(explain('signature-mismatch', 'of tomorrow')).toBe(CAUSES['signature-mismatch']);
  expect(explain('of tomorrow')).toBeUndefined();
  expect(explain('constructor', '__proto__')).toBeUndefined();
});
