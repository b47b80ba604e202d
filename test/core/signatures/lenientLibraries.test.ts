/** Where vendors' libraries accept what nobody signed, or what anybody could: we do not, and each test says what it is. */
import { createHmac } from 'node:crypto';
import { hmacValidator as HmacValidator } from '@adyen/api-library';
import { Signature } from '@hubspot/api-client';
import Razorpay from 'razorpay';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { verdict } from '../../../bench/forgeries/entry.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import { webhook } from '../../builders.ts';
import { providers } from '../../catalogue.ts';
import { addressOf, NOW } from './libraries/library.ts';

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterAll(() => {
  vi.useRealTimers();
});

const ours = async (id: string, current: string, headers: Record<string, string>, body: string) => {
  const scheme = providers.find(candidate => candidate.id === id)?.scheme;
  if (scheme === undefined) throw new Error(`the catalogue has no ${id}`);
  return verdict(await verifyWebhook(scheme, { current }, webhook(body, headers), NOW));
};

test('@adyen/api-library takes a key that is no hex for an empty one, with which anybody can sign', async () => {
  const forged = createHmac('sha256', '').update('{}').digest('base64');
  expect(new HmacValidator().validateHMACSignature('not hex', forged, '{}')).toBe(true);
  expect(await ours('adyen-header', 'not hex', { hmacsignature: forged }, '{}')).toBe('secret-not-hex');
});

test('@hubspot/api-client takes a time in the future', async () => {
  const timestamp = NOW + 86_400_000;
  const options = { clientSecret: 'secret', requestBody: '{}', url: addressOf('hubspot-v3'), timestamp };
  const signature = Signature.getSignature('POST', 'v3', { ...options, signature: '' });
  expect(Signature.isValid({ ...options, method: 'POST', signatureVersion: 'v3', signature })).toBe(true);
  const headers = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(timestamp) };
  expect(await ours('hubspot-v3', 'secret', headers, '{}')).toBe('timestamp-in-future');
});

test('razorpay takes text for bytes, and so the replacement character for a byte that is none', async () => {
  const text = '{"a":"\ufffd"}';
  const signature = createHmac('sha256', 'secret').update(text).digest('hex');
  const other = Buffer.from('{"a":"\xff"}', 'latin1');
  expect(Razorpay.validateWebhookSignature(other.toString('utf8'), signature, 'secret')).toBe(true);
  const scheme = providers.find(({ id }) => id === 'razorpay')?.scheme;
  if (scheme?.kind !== 'hmac') throw new Error('razorpay signs with an HMAC');
  const posted = webhook(other, { 'x-razorpay-signature': signature });
  expect(verdict(verifyWebhook(scheme, { current: 'secret' }, posted, NOW))).toBe('signature-mismatch');
});
