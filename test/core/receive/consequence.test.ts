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
  expect(said).toContain('Shopify waits 5 s for an answer.');
  expect(said).toContain('deleted');
});

test.each([
  [{ name: 'A', acknowledgeWithinSeconds: 1 }, 'A waits 1 s for an answer.'],
  [{ name: 'A', afterFailures: 'repeats once' }, 'When there is none, A: repeats once.'],
  [{ name: 'A' }, undefined],
  [undefined, undefined],
])('%j says %j', (patience, said) => {
  expect(providerConsequence(patience === undefined ? {} : { patience })).toBe(said);
});
