/** Verification with keys that providers publish: what is asked for, and what follows when it cannot be had. */
import { expect, test } from 'vitest';
import { type Entry, entryOf, SIGNED_AT, signed, verdict } from '../../../bench/forgeries/entry.ts';
import type { KeyRequest } from '../../../core/signatures/remoteKey.ts';
import { wantsPublishedKey } from '../../../core/signatures/schemeTraits.ts';
import type { Webhook } from '../../../core/webhook.ts';
import type { FetchKey } from '../../../functions/receive/fetchKey.ts';
import { verifyWithKeys } from '../../../functions/receive/verifyWithKeys.ts';
import { providers } from '../../catalogue.ts';

const entries = providers.filter(({ scheme }) => wantsPublishedKey(scheme)).map(entryOf);
const entry = (id: string): Entry => {
  const found = entries.find(candidate => candidate.id === id);
  if (found === undefined) throw new Error(`${id} publishes no key`);
  return found;
};
const secretsOf = ({ provider }: Entry) =>
  provider.stored === undefined ? undefined : { current: provider.stored };

function publishing(...answers: (string | undefined)[]): { fetchKey: FetchKey; asked: KeyRequest[] } {
  const asked: KeyRequest[] = [];
  return {
    asked,
    fetchKey: async wanted => {
      asked.push(wanted);
      return answers[Math.min(asked.length, answers.length) - 1];
    },
  };
}

const proven = async (of: Entry, webhook: Webhook, fetchKey: FetchKey | undefined): Promise<string> =>
  verdict(await verifyWithKeys(of.scheme, secretsOf(of), webhook, fetchKey));

test('there are some', () => expect(entries.length).toBeGreaterThanOrEqual(8));

test.each(entries)('$id: the key is asked of https and nothing else', async of => {
  const { fetchKey, asked } = publishing(of.provider.fetched);
  const webhook = await signed(of);
  expect(await proven(of, webhook, fetchKey)).toMatch(/^ok/);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.url).toMatch(/^https:\/\/[a-z0-9.-]+\/[\w./-]+$/);
});

test.each(entries)('$id: without its key the webhook is asked to come again', async of => {
  const webhook = await signed(of);
  expect(await proven(of, webhook, publishing(undefined).fetchKey)).toBe('key-unavailable');
  expect(await proven(of, webhook, undefined)).toBe('key-unavailable');
});

test('a key that the set does not hold is looked for once more', async () => {
  const of = entry('google-pubsub');
  const webhook = await signed(of);
  const empty = '{"keys":[]}';
  const found = publishing(empty, of.provider.fetched);
  expect(await proven(of, webhook, found.fetchKey)).toBe('ok: published key');
  expect(found.asked).toHaveLength(2);
  const lost = publishing(empty, empty);
  expect(await proven(of, webhook, lost.fetchKey)).toBe('key-unknown');
});

test.each([
  ['paypal', 'paypal-cert-url', 'https://api.paypal.com.evil.example/cert.pem'],
  ['paypal', 'paypal-cert-url', 'https://api.paypal.com@evil.example/cert.pem'],
  ['paypal', 'paypal-cert-url', 'https://evil.example/?https://api.paypal.com/'],
  ['paypal', 'paypal-cert-url', 'http://api.paypal.com/cert.pem'],
  ['paypal', 'paypal-cert-url', 'https://api.paypal.com:8443/cert.pem'],
  ['paypal', 'paypal-cert-url', 'https://API.paypal.com\\@evil.example/'],
  ['paypal', 'paypal-cert-url', 'https://169.254.169.254/latest/meta-data/'],
  ['adobe-io-events', 'x-adobe-public-key1-path', '//evil.example/key.pem@'],
  ['adobe-io-events', 'x-adobe-public-key1-path', 'https://evil.example/key.pem'],
])('%s: a key at %s %s is not fetched', async (id, name, address) => {
  const of = entry(id);
  const webhook = await signed(of);
  const { fetchKey, asked } = publishing(of.provider.fetched);
  const forged = { ...webhook, headers: new Map(webhook.headers).set(name, [address]) };
  expect(await proven(of, forged, fetchKey)).toBe('key-elsewhere');
  expect(asked).toEqual([]);
});

const sns = entry('aws-sns');
const withFields = async (fields: Readonly<Record<string, unknown>>): Promise<Webhook> => {
  const webhook = await signed(sns);
  const message = JSON.parse(Buffer.from(webhook.body).toString('utf8')) as Record<string, unknown>;
  return { ...webhook, body: Buffer.from(JSON.stringify({ ...message, ...fields })) };
};

test.each([
  [{ TopicArn: 'arn:aws:sns:us-east-1:999999999999:orders' }, 'claim-mismatch'],
  [{ TopicArn: undefined }, 'signed-field-missing'],
  [
    { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem' },
    'key-elsewhere',
  ],
  [
    { SigningCertURL: 'https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem' },
    'key-elsewhere',
  ],
  [{ SigningCertURL: 'https://sns.us-east-1.amazonaws.com/?Action=GetTopic' }, 'key-elsewhere'],
  [
    { SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem?a=b' },
    'key-elsewhere',
  ],
  [{ SigningCertURL: 'https://my-bucket.s3.amazonaws.com/SimpleNotificationService-1.pem' }, 'key-elsewhere'],
  [{ SigningCertURL: undefined }, 'signed-field-missing'],
])('aws-sns: %j is refused before anything is fetched', async (fields, cause) => {
  const { fetchKey, asked } = publishing(sns.provider.fetched);
  expect(await proven(sns, await withFields(fields), fetchKey)).toBe(cause);
  expect(asked).toEqual([]);
});

test.each([
  [{ Message: 'another' }, 'signature-mismatch'],
  [{ MessageId: 'another' }, 'signature-mismatch'],
  [{ Subject: 'one that was not signed' }, 'signature-mismatch'],
  [{ Type: 'SubscriptionConfirmation' }, 'signed-field-missing'],
  [{ SignatureVersion: '1' }, 'signature-mismatch'],
  [{ SignatureVersion: '3' }, 'signature-malformed'],
  [{ Signature: undefined }, 'signature-missing'],
  [{ Timestamp: new Date(SIGNED_AT - 25 * 3600_000).toISOString() }, 'signature-mismatch'],
])('aws-sns: %j is refused', async (fields, cause) => {
  expect(await proven(sns, await withFields(fields), publishing(sns.provider.fetched).fetchKey)).toBe(cause);
});
