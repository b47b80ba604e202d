/** Every fault that the language can end with has words for the integrator, and no words are for nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAULT_WORDS, SYNTAX_WORDS } from '../../../core/mapping/faultWords.ts';

const folder = new URL('../../../core/jsonata/', import.meta.url);
const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n');

/** As they are thrown, or handed on to be thrown. */
const thrown = new Set(
  [...code.matchAll(/'([STD][0-9]{4}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].map(([, name = '']) => name),
);

test('each code that is thrown has words', () => {
  expect(thrown.size).toBeGreaterThan(80);
  expect([...thrown].filter(name => !Object.hasOwn({ ...FAULT_WORDS, ...SYNTAX_WORDS }, name))).toEqual([]);
});

test('each code that has words is thrown, by us or by the parser', () => {
  const ours = Object.keys(FAULT_WORDS).filter(name => !name.startsWith('S') && name !== 'UNEXPECTED');
  expect(ours.filter(name => !thrown.has(name))).toEqual([]);
});
