/** The runbook's table and the code's tables are one: a code that nobody can look up helps nobody at night. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { explain, SILENCES, whoseMove } from '../../../core/delivery/outcome.ts';

const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
const section = page.split('## From cause to cure')[1]?.split('\n## ')[0] ?? '';
const rows = section
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line => {
    const [codes = '', , whose = ''] = line.slice(2, -2).split(' | ');
    return { codes: [...codes.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code), whose };
  });

test('there is a table', () => {
  expect(rows.length).toBeGreaterThan(30);
});

test.each(Object.keys(SILENCES))('%s has one row', code => {
  expect(rows.filter(({ codes }) => codes.includes(code))).toHaveLength(1);
});

test('every row says whose move it is, as the log does', () => {
  for (const { codes, whose } of rows) {
    for (const code of codes) expect(`${code}: ${whose}`).toBe(`${code}: ${whoseMove(code)}`);
  }
});

test('every status in the table is one that is explained, and no code stands twice', () => {
  const codes = rows.flatMap(row => row.codes);
  for (const code of codes.filter(each => each.startsWith('http-'))) expect(explain(code)).toBeDefined();
  expect(new Set(codes).size).toBe(codes.length);
});
