/** A rehearsal without the providers: what the test keys sign is proven with what the machine's own key server publishes. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SIGNED_AT, verdict } from '../../bench/forgeries/entry.ts';
import { needsSecret, wantsPublishedKey } from '../../core/signatures/schemeTraits.ts';
import { signWebhook } from '../../core/signatures/sign.ts';
import { rehearsalKey } from '../../core/signatures/testKey.ts';
import { fetchKeyWith } from '../../functions/receive/fetchKey.ts';
import { verifyWithKeys } from '../../functions/receive/verifyWithKeys.ts';
import { keptTestKeys, publicPemOf, type TestKeys } from '../../local/secrets/testKeys.ts';
import type { LocalServer } from '../../local/services/localServer.ts';
import { openPublishedKeys } from '../../local/services/publishedKeys.ts';
import { webhook } from '../builders.ts';
import { providers } from '../catalogue.ts';

const folder = mkdtempSync(join(tmpdir(), 'hookwright-keys-'));
const file = join(folder, 'test-keys.json');
let keys: TestKeys;
let server: LocalServer;
beforeAll(async () => {
  keys = keptTestKeys(file);
  server = await openPublishedKeys(() => keptTestKeys(file));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const rehearsed = providers.flatMap(({ id, scheme }) => {
  const key = rehearsalKey(scheme);
  return key === undefined ? [] : [{ id, scheme, key }];
});

test('there are some of each', () => {
  expect(rehearsed.length).toBeGreaterThan(12);
  expect(rehearsed.filter(({ scheme }) => wantsPublishedKey(scheme)).length).toBeGreaterThan(7);
});

test.each(rehearsed)('$id', async ({ scheme, key }) => {
  const request = await signWebhook(scheme, keys[key], {
    body: Buffer.from('{"a":1}'),
    contentType: 'application/json',
    eventType: 'a.b',
    eventId: 'id-1',
    now: SIGNED_AT,
  });
  const posted = webhook(request.body, request.headers, { receivedAt: SIGNED_AT });
  const isPlaid = scheme.kind === 'coded' && scheme.module === 'plaid';
  const current = isPlaid ? '{"clientId":"a","secret":"b"}' : publicPemOf(keys[key]);
  const fetchKey = fetchKeyWith({ endpoint: server.url, now: () => SIGNED_AT });
  const secrets = needsSecret(scheme) ? { current } : undefined;
  expect(verdict(await verifyWithKeys(scheme, secrets, posted, fetchKey))).toMatch(/^ok/);
});

test('the private halves are kept for their owner alone, and stay the same', () => {
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(keptTestKeys(file)).toEqual(keys);
  expect(readFileSync(file, 'utf8')).toContain('PRIVATE KEY');
});
