/**
 * Our signer and our verifier against the vendors' own libraries: what they sign we accept, what we sign they accept, and
 * of what was changed neither accepts anything.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { entryOf } from '../../../bench/forgeries/entry.ts';
import { needsSecret, strengthOf } from '../../../core/signatures/schemeTraits.ts';
import { signWebhook } from '../../../core/signatures/sign.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import type { Webhook } from '../../../core/webhook.ts';
import { providers } from '../../catalogue.ts';
import { hmacLibraries } from './libraries/hmacLibraries.ts';
import { keyLibraries } from './libraries/keyLibraries.ts';
import { NOW, type Posted } from './libraries/library.ts';

const libraries = [...hmacLibraries, ...keyLibraries];
const RUNS = { seed: 20_260_115, numRuns: 25 } as const;

// Many of the libraries read the clock themselves.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterAll(() => {
  vi.useRealTimers();
});

const cases = libraries.flatMap(library =>
  library.providers.map(id => ({ library, id, name: library.name, kind: library.contentType ?? '' })),
);

describe.each(cases)('$name on $id $kind', ({ library, id }) => {
  const provider = providers.find(candidate => candidate.id === id);
  if (provider === undefined) throw new Error(`the catalogue has no ${id}`);
  const entry = entryOf(provider);
  const { scheme } = entry;
  const { bodies, signs, accepts, contentType = 'application/json' } = library;
  // A library for key pairs is asked with the public half, wherever that comes from.
  const secrets = library.secrets ?? fc.constant(entry.provider.stored ?? entry.provider.fetched ?? '');
  const signingKey = (secret: string): string =>
    library.secrets === undefined ? entry.provider.signsWith : secret;

  const ours = async (webhook: Webhook, secret: string): Promise<boolean> =>
    (
      await verifyWebhook(
        scheme,
        needsSecret(scheme) ? { current: secret } : undefined,
        webhook,
        NOW,
        entry.provider.fetched,
      )
    ).ok;
  const theirs = async (webhook: Webhook, secret: string): Promise<boolean> => {
    try {
      return (await accepts?.(webhook, secret, id)) === true;
    } catch {
      return false;
    }
  };
  const signedByUs = async (body: string, secret: string): Promise<Webhook> => {
    const request = await signWebhook(scheme, signingKey(secret), {
      body: Buffer.from(body),
      contentType,
      eventType: 'order.paid',
      eventId: 'id-1',
      now: NOW,
    });
    return posted(
      { headers: request.headers, query: Object.fromEntries(request.query) },
      Buffer.from(request.body),
      contentType,
    );
  };

  if (signs !== undefined) {
    test('we accept what it signs, and nothing else', async () => {
      await fc.assert(
        fc.asyncProperty(bodies, secrets, async (body, secret) => {
          const made = await signs(body, secret, id);
          const webhook = posted(made, Buffer.from(made.body ?? body), made.contentType ?? contentType);
          expect(await ours(webhook, secret)).toBe(true);
          expect(await ours(webhook, otherSecret(secret))).toBe(false);
          if (strengthOf(scheme) === 'verified') expect(await ours(longer(webhook), secret)).toBe(false);
        }),
        RUNS,
      );
    });
  }

  if (accepts !== undefined) {
    test('it accepts what we sign, and of what was changed as little as we do', async () => {
      await fc.assert(
        fc.asyncProperty(bodies, secrets, async (body, secret) => {
          const webhook = await signedByUs(body, secret);
          expect(await theirs(webhook, secret)).toBe(true);
          expect(await ours(webhook, secret)).toBe(true);
          if (strengthOf(scheme) !== 'verified') return;
          expect([await theirs(longer(webhook), secret), await ours(longer(webhook), secret)]).toEqual([
            false,
            false,
          ]);
        }),
        RUNS,
      );
    });
  }
});

/** Not at its end: an HMAC pads a short key with zero bytes, so that two keys can be one. */
const otherSecret = (secret: string): string =>
  secret.slice(0, 8) + (secret[8] === 'B' ? 'C' : 'B') + secret.slice(9);

const posted = (made: Posted, body: Uint8Array, contentType: string): Webhook => ({
  method: 'POST',
  path: '/any',
  headers: new Map(
    Object.entries({ 'content-type': contentType, ...made.headers }).map(([name, value]) => [name, [value]]),
  ),
  query: new Map(Object.entries(made.query ?? {}).map(([name, value]) => [name, [value]])),
  body,
  receivedAt: NOW,
});

/** A body that stays a form, and JSON. */
const longer = (webhook: Webhook): Webhook => {
  const text = Buffer.from(webhook.body).toString('utf8');
  const isForm = webhook.headers.get('content-type')?.[0]?.includes('form') === true;
  const json = /^\{.*\}$/s.test(text)
    ? text.replace(/\}$/, `${text === '{}' ? '' : ','}"added":1}`)
    : `${text}x`;
  return { ...webhook, body: Buffer.from(isForm ? `${text}&added=1` : json) };
};

describe('what proves an entry', () => {
  const byLibrary = new Set(libraries.flatMap(library => library.providers));
  const folder = new URL('../../vectors/', import.meta.url);
  const byVector = new Set(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.json'))
      .flatMap(name => {
        const { provider } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { provider?: string };
        return provider === undefined ? [] : [provider];
      }),
  );

  test.each(providers)('$id says what tests there are', ({ id, facts }) => {
    const proven = byLibrary.has(id)
      ? 'vendor library'
      : byVector.has(id)
        ? 'published vector'
        : 'facts only';
    expect(facts.proven).toBe(proven);
  });

  test('says where its facts were read', () => {
    for (const { facts } of providers) expect(facts.from.length).toBeGreaterThan(3);
  });
});
