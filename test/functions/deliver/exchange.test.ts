/** Proofs that are not accepted at first, tokens that many deliveries want at once, and secrets that come back. */
import { describe, expect, test } from 'vitest';
import type { DestinationConfiguration } from '../../../core/configuration.ts';
import type { DestinationAuth } from '../../../core/delivery/auth/destinationAuth.ts';
import type { SecretVersions } from '../../../core/signatures/secret.ts';
import { deliverBatch } from '../../../functions/deliver/handler.ts';
import type { PostRequest } from '../../../functions/deliver/post.ts';
import { destinationConfiguration, NOW } from '../../builders.ts';
import { answer, configuration, deliverTools, message } from './deliverTools.ts';

const withDestination = (overrides: Partial<DestinationConfiguration>) => ({
  ...configuration,
  destinations: { ledger: destinationConfiguration(overrides) },
});

const toolsFor = (
  auth: DestinationAuth,
  secret: SecretVersions,
  answers: (request: PostRequest) => ReturnType<typeof answer> | Promise<ReturnType<typeof answer>>,
  now: () => number = () => NOW,
) =>
  deliverTools(answers, {
    configuration: withDestination({ auth }),
    readSecret: async () => secret,
    now,
  });

const authorizations = (posted: readonly PostRequest[]) =>
  posted.map(({ headers }) => headers['authorization']);

describe('a rotation with a destination that knows one secret at a time', () => {
  const bearer: DestinationAuth = { type: 'bearer', secret: 's' };
  const knows = (secret: string) => (request: PostRequest) =>
    answer(request.headers['authorization'] === `Bearer ${secret}` ? 200 : 401);

  test('the previous secret is tried where the current one is not accepted', async () => {
    const { tools, seen } = toolsFor(bearer, { current: 'new-one', previous: 'old-one' }, knows('old-one'));
    expect(await deliverBatch([message('a', { id: 1 })], tools)).toEqual([]);
    expect(authorizations(seen.posted)).toEqual(['Bearer new-one', 'Bearer old-one']);
    expect(seen.lines).toMatchObject([{ state: 'delivered', attempt: 1 }]);
  });

  test('and only then, and only once', async () => {
    const accepted = toolsFor(bearer, { current: 'new-one', previous: 'old-one' }, knows('new-one'));
    await deliverBatch([message('a', { id: 1 })], accepted.tools);
    expect(authorizations(accepted.seen.posted)).toEqual(['Bearer new-one']);
    const neither = toolsFor(bearer, { current: 'new-one', previous: 'old-one' }, knows('another'));
    await deliverBatch([message('a', { id: 1 })], neither.tools);
    expect(authorizations(neither.seen.posted)).toEqual(['Bearer new-one', 'Bearer old-one']);
    expect(neither.seen.lines).toMatchObject([{ state: 'dead', code: 'http-401' }]);
    const failing = toolsFor(bearer, { current: 'new-one', previous: 'old-one' }, () => answer(500));
    await deliverBatch([message('a', { id: 1 })], failing.tools);
    expect(failing.seen.posted).toHaveLength(1);
  });

  test('a signature that both secrets made is not sent again', async () => {
    const auth: DestinationAuth = { type: 'standard-webhooks', secret: 's' };
    const { tools, seen } = toolsFor(auth, { current: 'whsec_AAEC', previous: 'whsec_AwQF' }, () =>
      answer(401),
    );
    await deliverBatch([message('a', { id: 1 })], tools);
    expect(seen.posted).toHaveLength(1);
  });
});

describe('OAuth 2.0', () => {
  const TOKEN_URL = 'https://login.example.com/token';
  const auth: DestinationAuth = { type: 'oauth2', secret: 's', tokenUrl: TOKEN_URL, credentialsIn: 'header' };
  const client = (clientSecret: string) => JSON.stringify({ clientId: 'relay', clientSecret });
  const secret = { current: client('client-secret') };

  /** A token server that counts, and an API that takes what `accepts` says. */
  function servers(accepts: (token: string) => boolean = () => true, expiresIn = 3600) {
    let given = 0;
    const answers = async (request: PostRequest) => {
      if (request.url !== TOKEN_URL) {
        return answer(accepts(String(request.headers['authorization']).slice('Bearer '.length)) ? 200 : 401);
      }
      await new Promise(resolve => setTimeout(resolve, 5));
      given += 1;
      return answer(200, {
        excerpt: JSON.stringify({
          access_token: `token-${given}`,
          token_type: 'Bearer',
          expires_in: expiresIn,
        }),
      });
    };
    return { answers, given: () => given };
  }
  const batch = (count: number) => Array.from({ length: count }, (_, n) => message(`m${n}`, { id: n }));

  test('one token serves all deliveries of an environment, also those that want it at the same moment', async () => {
    const { answers, given } = servers();
    const { tools, seen } = toolsFor(auth, secret, answers);
    await Promise.all([deliverBatch(batch(10), tools), deliverBatch(batch(10), tools)]);
    await deliverBatch(batch(1), tools);
    expect(given()).toBe(1);
    expect(seen.lines.filter(({ state }) => state === 'delivered')).toHaveLength(21);
  });

  test('is asked for again before it ends', async () => {
    let now = NOW;
    const { answers, given } = servers();
    const { tools } = toolsFor(auth, secret, answers, () => now);
    await deliverBatch(batch(1), tools);
    now += 3_500_000;
    await deliverBatch(batch(1), tools);
    expect(given()).toBe(1);
    now += 50_000;
    await deliverBatch(batch(1), tools);
    expect(given()).toBe(2);
  });

  test('a token that is not accepted is replaced once', async () => {
    const { answers, given } = servers(token => token !== 'token-1');
    const { tools, seen } = toolsFor(auth, secret, answers);
    await deliverBatch(batch(1), tools);
    expect(given()).toBe(2);
    expect(seen.lines).toMatchObject([{ state: 'delivered' }]);
    const never = servers(() => false);
    const refused = toolsFor(auth, secret, never.answers);
    await deliverBatch(batch(1), refused.tools);
    expect(never.given()).toBe(2);
    expect(refused.seen.lines).toMatchObject([{ state: 'dead', code: 'http-401' }]);
  });

  test('many deliveries that meet an ended token replace it once', async () => {
    const { answers, given } = servers(token => token !== 'token-1');
    const { tools, seen } = toolsFor(auth, secret, answers);
    await deliverBatch(batch(10), tools);
    expect(given()).toBe(2);
    expect(seen.lines.filter(({ state }) => state === 'delivered')).toHaveLength(10);
  });

  test('a refused client is tried again later, and named', async () => {
    const { tools, seen } = toolsFor(auth, secret, request =>
      request.url === TOKEN_URL ? answer(401, { excerpt: '{"error":"invalid_client"}' }) : answer(200),
    );
    expect(await deliverBatch(batch(1), tools)).toEqual(['m0']);
    expect(seen.lines).toMatchObject([{ state: 'retrying', code: 'oauth2-invalid-client' }]);
    expect(seen.posted.map(({ url }) => url)).toEqual([TOKEN_URL]);
  });

  test('during a rotation the previous client secret serves', async () => {
    const both = { current: client('new'), previous: client('old') };
    const { tools, seen } = toolsFor(auth, both, request => {
      if (request.url !== TOKEN_URL) return answer(200);
      const basic = Buffer.from(String(request.headers['authorization']).slice(6), 'base64').toString();
      return basic === 'relay:old'
        ? answer(200, { excerpt: '{"access_token":"abc"}' })
        : answer(401, { excerpt: '{"error":"invalid_client"}' });
    });
    await deliverBatch(batch(1), tools);
    expect(seen.lines).toMatchObject([{ state: 'delivered' }]);
  });

  test('neither token nor client gets into a dead letter or the log', async () => {
    const { tools, seen } = toolsFor(auth, secret, request =>
      request.url === TOKEN_URL
        ? answer(200, { excerpt: '{"access_token":"very-secret-token"}' })
        : answer(400, { excerpt: `you sent ${request.headers['authorization']} of client-secret` }),
    );
    await deliverBatch(batch(1), tools);
    const kept = JSON.stringify([seen.lines, seen.sent]);
    expect(kept).toContain('you sent Bearer [redacted]');
    expect(kept).not.toMatch(/very-secret-token|client-secret/);
  });
});

describe('a certificate', () => {
  test('that is none is ours to mend, and tried again meanwhile', async () => {
    const { tools, seen } = deliverTools(undefined, {
      configuration: withDestination({ clientCertificate: 'destinations/ledger-certificate' }),
      readSecret: async () => ({ current: '{"certificate":"x","key":"y"}' }),
    });
    expect(await deliverBatch([message('a', { id: 1 })], tools)).toEqual(['a']);
    expect(seen.posted).toHaveLength(0);
    expect(seen.lines).toMatchObject([{ state: 'retrying', code: 'certificate-unusable' }]);
  });
});
