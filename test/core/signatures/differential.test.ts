/**
 * Our verifier and signer against the vendors' own libraries: what they sign we accept, what we sign they accept. Where
 * a library accepts more than was signed, the test says so, and that we do not.
 */
import { sign, verify } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { signWebhook } from '../../../core/signatures/sign.ts';
import type { Verification } from '../../../core/signatures/verification.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import { NOW, webhook } from '../../builders.ts';
import { schemeOf } from '../../catalogue.ts';
import { anySecret, RUNS } from './signed.ts';

const NOW_SECONDS = NOW / 1000;
/** Their interfaces take text; bytes that are no text are where they differ from us. */
const anyText = () => fc.oneof(fc.string({ unit: 'grapheme' }), fc.json());
const refusal = (result: Verification): string => (result.ok ? 'ok' : result.cause);

describe('stripe', () => {
  const scheme = schemeOf('stripe');
  const { webhooks } = new Stripe('sk_test_any');
  const ours = (body: Uint8Array | string, header: string, secret: string, now = NOW) =>
    refusal(verifyWebhook(scheme, { current: secret }, webhook(body, { 'stripe-signature': header }), now));
  const theirs = (body: string | Uint8Array, header: string, secret: string, now = NOW) =>
    webhooks.signature?.verifyHeader(Buffer.from(body), header, secret, 300, undefined, now);

  test('we accept what it signs', () => {
    fc.assert(
      fc.property(anyText(), anySecret('utf8'), (payload, secret) => {
        const header = webhooks.generateTestHeaderString({ payload, secret, timestamp: NOW_SECONDS });
        expect(ours(payload, header, secret)).toBe('ok');
      }),
      RUNS,
    );
  });

  test('it accepts what we sign', () => {
    fc.assert(
      fc.property(
        // It strips a byte order mark before it verifies; we sign the bytes that are there.
        anyText().filter(text => !text.startsWith('\ufeff')),
        anySecret('utf8'),
        (payload, secret) => {
          const { headers: made } = signWebhook(scheme, secret, {
            body: Buffer.from(payload),
            eventType: 'invoice.paid',
            eventId: 'evt_1',
            now: NOW,
          });
          expect(theirs(payload, made['stripe-signature'] ?? '', secret)).toBe(true);
        },
      ),
      RUNS,
    );
  });

  test('it takes other bytes for the signed ones, and we do not', () => {
    const secret = 'whsec_test';
    const payload = '{"name":"\ufffd"}';
    const header = webhooks.generateTestHeaderString({ payload, secret, timestamp: NOW_SECONDS });
    const forged = Buffer.from('{"name":"\xff"}', 'latin1');
    expect(theirs(forged, header, secret)).toBe(true);
    expect(ours(forged, header, secret)).toBe('signature-mismatch');
    expect(ours(payload, header, secret)).toBe('ok');
  });

  test('it accepts a time in the future, and we do not', () => {
    const secret = 'whsec_test';
    const header = webhooks.generateTestHeaderString({
      payload: '{}',
      secret,
      timestamp: NOW_SECONDS + 86_400,
    });
    expect(theirs('{}', header, secret)).toBe(true);
    expect(ours('{}', header, secret)).toBe('timestamp-in-future');
  });

  test('it takes a time with letters behind it for the signed one, and we do not', () => {
    const secret = 'whsec_test';
    const header = webhooks
      .generateTestHeaderString({ payload: '{}', secret, timestamp: NOW_SECONDS })
      .replace(/^t=\d+/, '$&abc');
    expect(theirs('{}', header, secret)).toBe(true);
    expect(ours('{}', header, secret)).toBe('timestamp-malformed');
  });
});

describe('@octokit/webhooks-methods', () => {
  const scheme = schemeOf('github');
  const ours = (body: string, header: string, secret: string) =>
    refusal(
      verifyWebhook(scheme, { current: secret }, webhook(body, { 'x-hub-signature-256': header }), NOW),
    );
  const signed = (body: string, secret: string) =>
    signWebhook(scheme, secret, {
      body: Buffer.from(body),
      eventType: 'issues.opened',
      eventId: 'any',
      now: NOW,
    }).headers['x-hub-signature-256'] ?? '';

  test('we accept what it signs, and it accepts what we sign', async () => {
    await fc.assert(
      fc.asyncProperty(
        // An empty body makes it throw; GitHub never sends one.
        anyText().filter(text => text !== ''),
        anySecret('utf8'),
        async (body, secret) => {
          expect(ours(body, await sign(secret, body), secret)).toBe('ok');
          expect(await verify(secret, body, signed(body, secret))).toBe(true);
        },
      ),
      RUNS,
    );
  });

  test('both refuse what the other refuses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.json(), async (body, other) => {
        fc.pre(body !== other);
        const header = await sign('secret', body);
        expect(ours(other, header, 'secret')).toBe('signature-mismatch');
        expect(await verify('secret', other, signed(body, 'secret'))).toBe(false);
      }),
      RUNS,
    );
  });

  test('it crashes on an empty body, and we verify it', async () => {
    await expect(verify('secret', '', signed('', 'secret'))).rejects.toThrow(TypeError);
    expect(ours('', signed('', 'secret'), 'secret')).toBe('ok');
  });
});

describe('standardwebhooks', () => {
  const scheme = schemeOf('standard-webhooks');
  // The library reads the clock itself, so these tests happen now.
  const now = Date.now();
  const seconds = String(Math.floor(now / 1000));
  const ours = (body: string | Uint8Array, headers: Record<string, string>, secret: string) =>
    refusal(verifyWebhook(scheme, { current: secret }, webhook(body, headers), now));
  const theirs = (body: string | Buffer, headers: Record<string, string>, secret: string) =>
    new StandardWebhook(secret).verify(body, headers, { jsonParse: false });

  test('we accept what it signs, and it accepts what we sign', () => {
    fc.assert(
      fc.property(anyText(), anySecret('whsec'), fc.uuid(), (body, secret, id) => {
        const signature = new StandardWebhook(secret).sign(id, new Date(now), body);
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': seconds,
          'webhook-signature': signature,
        };
        expect(ours(body, headers, secret)).toBe('ok');
        const { headers: made } = signWebhook(scheme, secret, {
          body: Buffer.from(body),
          eventType: 'any',
          eventId: id,
          now,
        });
        expect(made).toEqual(headers);
        expect(() => theirs(body, made, secret)).not.toThrow();
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  test('it accepts byte fe for a signed byte ff, and we do not', () => {
    const secret = 'whsec_AAECAwQFBgcICQoLDA0ODw==';
    const signedBody = Buffer.from([0x22, 0xff, 0x22]);
    const forged = Buffer.from([0x22, 0xfe, 0x22]);
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': seconds,
      'webhook-signature': new StandardWebhook(secret).sign('msg_1', new Date(now), signedBody),
    };
    expect(() => theirs(forged, headers, secret)).not.toThrow();
    expect(ours(forged, headers, secret)).toBe('signature-mismatch');
    const { headers: made } = signWebhook(scheme, secret, {
      body: signedBody,
      eventType: 'any',
      eventId: 'msg_1',
      now,
    });
    expect(ours(signedBody, made, secret)).toBe('ok');
    expect(ours(forged, made, secret)).toBe('signature-mismatch');
  });

  test('it takes a time with letters behind it for the signed one, and we do not', () => {
    const secret = 'whsec_AAECAwQFBgcICQoLDA0ODw==';
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': `${seconds}abc`,
      'webhook-signature': new StandardWebhook(secret).sign('msg_1', new Date(now), '{}'),
    };
    expect(() => theirs('{}', headers, secret)).not.toThrow();
    expect(ours('{}', headers, secret)).toBe('timestamp-malformed');
  });
});
