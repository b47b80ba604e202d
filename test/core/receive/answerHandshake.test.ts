import { describe, expect, test } from 'vitest';
import { readPayload } from '../../../core/payload.ts';
import { answerHandshake } from '../../../core/receive/answerHandshake.ts';
import type { Scheme } from '../../../core/signatures/scheme.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import { NOW } from '../../builders.ts';
import { providers, schemeOf } from '../../catalogue.ts';
import { SECRETS, signedWebhook } from '../signatures/signed.ts';

const answer = (scheme: Scheme, body: string): string | undefined => {
  if (scheme.kind !== 'hmac') throw new Error('only signed schemes have a handshake');
  const secret = SECRETS[scheme.secretEncoding];
  const proof = verifyWebhook(
    scheme,
    { current: secret },
    signedWebhook(scheme, secret, Buffer.from(body)),
    NOW,
  );
  if (!proof.ok) throw new Error(proof.cause);
  return answerHandshake(scheme, proof.webhook, () => readPayload(proof.webhook.body));
};

describe('Slack asks once whether we are there', () => {
  test.each([
    [
      'the question',
      '{"type":"url_verification","challenge":"3eZbrw1aBm2rZgRNFdxV"}',
      '3eZbrw1aBm2rZgRNFdxV',
    ],
    ['an event', '{"type":"event_callback","challenge":"x"}', undefined],
    ['a question without a challenge', '{"type":"url_verification"}', undefined],
    ['a challenge that could end a header', '{"type":"url_verification","challenge":"a\\r\\nb"}', undefined],
    [
      'a challenge that is markup of 300 characters',
      `{"type":"url_verification","challenge":"${'<'.repeat(300)}"}`,
      undefined,
    ],
    ['a type in an array', '{"type":["url_verification"],"challenge":"x"}', undefined],
    ['no JSON', 'type=url_verification&challenge=x', undefined],
  ])('%s', (_, body, expected) => {
    expect(answer(schemeOf('slack'), body)).toBe(expected);
  });
});

test('no other provider of the catalogue takes an event for a question', () => {
  const body = '{"type":"url_verification","challenge":"x"}';
  const others = providers.filter(({ id, scheme }) => id !== 'slack' && scheme.kind === 'hmac');
  expect(others.length).toBeGreaterThan(0);
  for (const { scheme, id } of others) expect(answer(scheme, body), id).toBeUndefined();
});
