import { expect, test } from 'vitest';
import { patienceOf } from '../../../core/files/providerFile.ts';
import { providerConsequence } from '../../../core/receive/consequence.ts';
import { providers } from '../../catalogue.ts';

const patienceOfProvider = (wanted: string) => {
  const provider = providers.find(({ id }) => id === wanted);
  if (provider === undefined) throw new Error(`the catalogue has no ${wanted}`);
  return patienceOf(provider);
};

test('Shopify: how long it waits, and that it deletes the subscription', () => {
  const said = providerConsequence({ patience: patienceOfProvider('shopify') });
  expect(said).toContain('Shopify waits 5 s for an answer. When there is none, it repeats 8 times');
  expect(said).toContain('deletes subscriptions');
});

test.each([
  [{ name: 'A', isCertain: true, acknowledgeWithinSeconds: 1 }, 'A waits 1 s for an answer.'],
  [{ name: 'A', isCertain: false, acknowledgeWithinSeconds: 1 }, 'A is said to wait 1 s for an answer.'],
  [{ name: 'A', isCertain: true, afterFailures: 'repeats once' }, 'When there is none, it repeats once.'],
  [
    { name: 'A', isCertain: false, afterFailures: 'repeats once' },
    'When there is none, it probably repeats once.',
  ],
  [{ name: 'A', isCertain: true }, undefined],
  [undefined, undefined],
])('%j says %j', (patience, said) => {
  expect(providerConsequence(patience === undefined ? {} : { patience })).toBe(said);
});

test('what the catalogue knows reads as the end of a sentence', () => {
  const known = providers.flatMap(({ id, afterFailures }) =>
    afterFailures === undefined ? [] : [[id, afterFailures]],
  );
  expect(known.length).toBeGreaterThan(60);
  for (const [id, text] of known) {
    expect(text, id).toMatch(/^(repeats|keeps|shows|disables)\b.*[^.]$/);
  }
});

test('whatever it says of patience, it says how sure that is', () => {
  for (const { id, acknowledgeWithinSeconds, afterFailures, patienceFrom } of providers) {
    expect(patienceFrom !== undefined, id).toBe(
      acknowledgeWithinSeconds !== undefined || afterFailures !== undefined,
    );
  }
});
