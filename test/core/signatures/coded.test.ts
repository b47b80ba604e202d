/** What is particular about the schemes that have code of their own. */
import { createHmac, createSign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Entry, entryOf, judged, SIGNED_AT, signed, verdict } from '../../../bench/forgeries/entry.ts';
import { readConfirmation, snsHost } from '../../../core/signatures/coded/awsSns.ts';
import { RequestValues } from '../../../core/signatures/requestValues.ts';
import type { CodedScheme } from '../../../core/signatures/scheme.ts';
import type { Webhook } from '../../../core/webhook.ts';
import { webhook } from '../../builders.ts';
import { providers } from '../../catalogue.ts';

function entry(id: string): Entry & { readonly scheme: CodedScheme } {
  const provider = providers.find(candidate => candidate.id === id);
  if (provider?.scheme.kind !== 'coded') throw new Error(`${id} has no code of its own`);
  return { ...entryOf(provider), scheme: provider.scheme };
}

describe('twilio', () => {
  const twilio = entry('twilio');
  const secret = twilio.provider.stored ?? '';
  const mac = (text: string) => createHmac('sha1', secret).update(text).digest('base64');
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const posted = (body: string, signature: string, query: Record<string, string[]> = {}, headers = form) =>
    webhook(body, { ...headers, 'x-twilio-signature': signature }, { query: new Map(Object.entries(query)) });
  const verdictOf = async (of: Webhook, url = 'https://hooks.example.com/twilio') =>
    verdict(await judged({ ...twilio, scheme: { ...twilio.scheme, url } }, of));

  test.each([
    ['https://hooks.example.com/twilio', 'https://hooks.example.com/twilio'],
    ['https://hooks.example.com/twilio', 'https://hooks.example.com:443/twilio'],
    ['https://hooks.example.com:8443/twilio', 'https://hooks.example.com:8443/twilio'],
    ['https://hooks.example.com:8443/twilio', 'https://hooks.example.com/twilio'],
    ['https://hooks.example.com/twilio#rc=2&rp=5xx', 'https://hooks.example.com/twilio'],
  ])('registered as %s, signed as %s', async (url, asSigned) => {
    expect(await verdictOf(posted('A=1', mac(`${asSigned}A1`)), url)).toBe('ok: current');
  });

  test('the fields are sorted, and of a repeated one each value counts once', async () => {
    const text = 'https://hooks.example.com/twilioAb12cC3';
    expect(await verdictOf(posted('C=3&Ab=2c&Ab=1', mac('https://hooks.example.com/twilioAb1Ab2cC3')))).toBe(
      'ok: current',
    );
    expect(await verdictOf(posted('Ab=1&Ab=1&C=3', mac('https://hooks.example.com/twilioAb1C3')))).toBe(
      'ok: current',
    );
    expect(await verdictOf(posted('C=3', mac(text)))).toBe('signature-mismatch');
  });

  test('the query is part of the address', async () => {
    const url = 'https://hooks.example.com/twilio?a=b%20c';
    const query = { a: ['b c'] };
    expect(await verdictOf(posted('A=1', mac(`${url}A1`), query), url)).toBe('ok: current');
    expect(await verdictOf(posted('A=1', mac('https://hooks.example.com/twilioA1'), query))).toBe(
      'signature-mismatch',
    );
  });

  test('what is no form is covered by a digest in the address, or refused', async () => {
    const json = { 'content-type': 'application/json' };
    const url = 'https://hooks.example.com/twilio';
    expect(await verdictOf(posted('{"a":1}', mac(url), {}, json))).toBe('signed-field-missing');
    const digest = (await signed(twilio)).query.get('bodySHA256')?.[0] ?? '';
    const query = { bodySHA256: [digest] };
    expect(await verdictOf(posted('{"a":1}', mac(`${url}?bodySHA256=${digest}`), query, json))).toBe(
      'ok: current',
    );
    expect(await verdictOf(posted('{"a":2}', mac(`${url}?bodySHA256=${digest}`), query, json))).toBe(
      'signature-mismatch',
    );
  });
});

describe('aws-sns', () => {
  const sns = entry('aws-sns');
  const confirmation = (fields: Readonly<Record<string, string>> = {}): Webhook => {
    const message: Record<string, string> = {
      Type: 'SubscriptionConfirmation',
      MessageId: 'm-1',
      Token: 'token',
      TopicArn: sns.scheme.parameters['topicArn'] ?? '',
      Message: 'You have chosen to subscribe',
      SubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=token',
      Timestamp: new Date(SIGNED_AT).toISOString(),
      SignatureVersion: '1',
      SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
      ...fields,
    };
    const text = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
      .map(name => `${name}\n${message[name]}\n`)
      .join('');
    const Signature = createSign('rsa-sha1').update(text).sign(sns.provider.signsWith, 'base64');
    return webhook(JSON.stringify({ ...message, Signature }), {
      'content-type': 'text/plain; charset=UTF-8',
    });
  };

  test('a question whether to subscribe is verified, and read', async () => {
    const asked = confirmation();
    expect(verdict(await judged(sns, asked))).toBe('ok: published key');
    expect(readConfirmation(sns.scheme, new RequestValues(asked))).toEqual({
      kind: 'subscription',
      confirmUrl: 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=token',
    });
    const ending = confirmation({ Type: 'UnsubscribeConfirmation' });
    expect(verdict(await judged(sns, ending))).toBe('ok: published key');
    expect(readConfirmation(sns.scheme, new RequestValues(ending))?.kind).toBe('end-of-subscription');
  });

  test('nobody is led elsewhere by it', () => {
    for (const SubscribeURL of ['https://evil.example/', 'http://sns.us-east-1.amazonaws.com/', '']) {
      expect(readConfirmation(sns.scheme, new RequestValues(confirmation({ SubscribeURL })))).toBeUndefined();
    }
  });

  test('an ordinary message asks nothing', async () => {
    expect(readConfirmation(sns.scheme, new RequestValues(await signed(sns)))).toBeUndefined();
  });

  test.each([
    ['arn:aws:sns:eu-central-1:123456789012:a', 'sns.eu-central-1.amazonaws.com'],
    ['arn:aws-cn:sns:cn-north-1:123456789012:a.fifo', 'sns.cn-north-1.amazonaws.com.cn'],
    ['arn:aws:sqs:eu-central-1:123456789012:a', undefined],
    ['arn:aws:sns:evil.example/:123456789012:a', undefined],
  ])('the host that speaks for %s is %s', (topic, host) => {
    expect(snsHost(topic)).toBe(host);
  });
});

describe('contentful', () => {
  const contentful = entry('contentful');

  test('time and list must be among the signed headers', async () => {
    const made = await signed(contentful);
    const secret = contentful.provider.stored ?? '';
    for (const list of ['x-contentful-timestamp', 'x-contentful-signed-headers', 'x-contentful-topic']) {
      const headers = new Map(made.headers).set('x-contentful-signed-headers', [list]);
      const text = `POST\n/contentful\n${list}:${headers.get(list)?.[0]}\n`;
      const signature = createHmac('sha256', secret).update(text).update(made.body).digest('hex');
      headers.set('x-contentful-signature', [signature]);
      expect(verdict(await judged(contentful, { ...made, headers }))).toBe('signed-header-missing');
    }
  });

  test('is bounded to half a minute', async () => {
    const made = await signed(contentful);
    expect(verdict(await judged(contentful, made, { at: SIGNED_AT + 31_000 }))).toBe('timestamp-too-old');
    expect(verdict(await judged(contentful, made, { at: SIGNED_AT - 31_000 }))).toBe('timestamp-in-future');
  });
});

test('dropbox-sign: a second field of the same name is refused', async () => {
  const dropboxSign = entry('dropbox-sign');
  const made = await signed(dropboxSign);
  const text = Buffer.from(made.body).toString('utf8');
  const part = text.slice(0, text.lastIndexOf('\r\n--'));
  const doubled = { ...made, body: Buffer.from(`${part}\r\n${text}`) };
  expect(verdict(await judged(dropboxSign, made))).toBe('ok: current');
  expect(verdict(await judged(dropboxSign, doubled))).toBe('signed-field-missing');
});

test('plaid: a key that was withdrawn, another algorithm and an old token are refused', async () => {
  const plaid = entry('plaid');
  const made = await signed(plaid);
  const { key } = JSON.parse(plaid.provider.fetched ?? '') as { key: object };
  const withdrawn = JSON.stringify({ key: { ...key, expired_at: SIGNED_AT / 1000 - 1 } });
  const owner = { ...plaid.provider, fetched: withdrawn };
  expect(verdict(await judged({ ...plaid, provider: owner }, made))).toBe('key-unknown');
  expect(verdict(await judged(plaid, made, { at: SIGNED_AT + 301_000 }))).toBe('timestamp-too-old');
});
