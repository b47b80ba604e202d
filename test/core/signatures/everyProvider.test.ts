/** What holds of every entry of the catalogue, whoever adds the next one. */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { type Entry, entryOf, judged, SIGNED_AT, signed, verdict } from '../../../bench/forgeries/entry.ts';
import { forgeEverything } from '../../../bench/forgeries/run.ts';
import { seededRandom } from '../../../bench/random.ts';
import { strengthOf, wantsPublishedKey } from '../../../core/signatures/schemeTraits.ts';
import { signWebhook } from '../../../core/signatures/sign.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import type { Webhook } from '../../../core/webhook.ts';
import { readWebhook } from '../../../functions/receive/readWebhook.ts';
import { providers } from '../../catalogue.ts';
import { BODIES } from './signed.ts';

const entries = providers.map(entryOf);
const { next } = seededRandom(20_260_115);
const random = (bound: number): number => Math.floor(next() * bound);

test('240 providers and more', () => {
  expect(entries.length).toBeGreaterThanOrEqual(240);
});

/** How large a body may be is no matter of the provider, so that every tenth shows it. */
const LARGE = Buffer.alloc(1024 * 1024, 'x');
const isLarge = (entry: Entry): boolean => entries.indexOf(entry) % 10 === 0;

describe.each(entries)('$id', entry => {
  const { id, provider, stranger, scheme, takesAnyBytes } = entry;

  test('what it signs is accepted, and no forgery of it', async () => {
    const only = providers.filter(candidate => candidate.id === id);
    const { genuine, mutations, faults } = await forgeEverything({
      providers: only,
      rounds: 1,
      bits: 3,
      random,
    });
    expect(faults).toEqual([]);
    expect(genuine).toBe(1);
    expect([...mutations.keys()]).toContain('made with another secret');
    expect(mutations.size).toBeGreaterThanOrEqual(4);
  });

  if (takesAnyBytes)
    test('takes any bytes as they are, in text and in base64', async () => {
      const arbitrary = Array.from({ length: 4 }, () =>
        Buffer.from(Array.from({ length: random(300) }, () => random(256))),
      );
      for (const body of [...BODIES, ...arbitrary, ...(isLarge(entry) ? [LARGE] : [])]) {
        const webhook = await signed(entry, body);
        expect(verdict(await judged(entry, webhook))).toMatch(/^ok/);
        for (const event of delivered(webhook)) {
          expect(verdict(await judged(entry, readWebhook(event, SIGNED_AT) as Webhook))).toMatch(/^ok/);
        }
      }
    });

  test('says how far its proof goes', async () => {
    const result = await judged(entry, await signed(entry));
    expect(result).toMatchObject({ ok: true, strength: strengthOf(scheme) });
  });

  if (provider.stored !== undefined)
    test('takes no blank secret, and signs with none', async () => {
      const webhook = await signed(entry);
      for (const blank of ['', ' ', '\t\n', '\u00a0']) {
        const result = await judged(entry, webhook, { secrets: { current: blank } });
        expect(result).toMatchObject({ ok: false, cause: 'misconfigured', problem: 'secret-empty' });
        await expect(async () =>
          signed(entry, undefined, { owner: { ...provider, signsWith: blank } }),
        ).rejects.toThrow();
      }
      expect(verdict(await verifyWebhook(scheme, undefined, webhook, SIGNED_AT, provider.fetched))).toMatch(
        'secret-missing',
      );
    });

  if (isRotated(entry))
    test('accepts the previous secret while a rotation lasts, and says so', async () => {
      const webhook = await signed(entry);
      const current = stranger.stored ?? '';
      const result = await judged(entry, webhook, { secrets: { current, previous: provider.stored ?? '' } });
      expect(verdict(result)).toBe('ok: previous');
      expect(verdict(await judged(entry, webhook, { secrets: { current } }))).toBe('signature-mismatch');
    });

  if (wantsPublishedKey(scheme))
    test('is our own failure while the published key cannot be had', async () => {
      const webhook = await signed(entry);
      const secrets = provider.stored === undefined ? undefined : { current: provider.stored };
      expect(verdict(await verifyWebhook(scheme, secrets, webhook, SIGNED_AT))).toBe('key-unavailable');
      for (const broken of ['', '{}', '<html>', '-----BEGIN CERTIFICATE-----', '{"keys":3}', 'null']) {
        expect(['key-unusable', 'key-unknown']).toContain(
          verdict(await verifyWebhook(scheme, secrets, webhook, SIGNED_AT, broken)),
        );
      }
    });
});

/** A secret of ours that both sides know, or a public key that we hold. */
function isRotated({ scheme, provider }: Entry): boolean {
  return provider.stored !== undefined && !(scheme.kind === 'coded' && scheme.module === 'plaid');
}

/** Both ways in which the gateway hands over a body; text only where the body is text. */
function delivered(webhook: Webhook): APIGatewayProxyEvent[] {
  const bytes = Buffer.from(webhook.body);
  const isText = Buffer.from(bytes.toString('utf8')).equals(bytes);
  const event = {
    httpMethod: webhook.method,
    path: webhook.path,
    multiValueHeaders: Object.fromEntries(webhook.headers),
    multiValueQueryStringParameters: Object.fromEntries(webhook.query),
  };
  const ways = [{ body: bytes.toString('base64'), isBase64Encoded: true }];
  if (isText) ways.push({ body: bytes.toString('utf8'), isBase64Encoded: false });
  return ways.map(way => ({ ...event, ...way })) as unknown as APIGatewayProxyEvent[];
}

test.each([
  ['hex', 'zz', 'secret-not-hex'],
  ['base64', '!!', 'secret-not-base64'],
  ['whsec', 'whsec_', 'secret-empty'],
] as const)('a secret that is no %s is refused when it is used', (secretEncoding, secret, problem) => {
  const signing = entries.flatMap(({ scheme }) =>
    scheme.kind === 'hmac' && scheme.secretEncoding === secretEncoding ? [scheme] : [],
  );
  expect(signing.length).toBeGreaterThan(0);
  for (const scheme of signing) {
    const webhook = { body: Buffer.from('{}'), eventType: 'a', eventId: 'b', now: SIGNED_AT };
    expect(() => signWebhook(scheme, secret, webhook)).toThrow(problem);
  }
});
