/** Every proof against something from outside: published vectors, the specification's library, the receiver's own check. */
import { createHmac, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type DestinationAuth, prove } from '../../../../core/delivery/auth/destinationAuth.ts';
import type { Proof, UnprovenRequest } from '../../../../core/delivery/auth/proof.ts';
import type { SecretVersions } from '../../../../core/signatures/secret.ts';
import { NOW } from '../../../builders.ts';

const REQUEST: UnprovenRequest = {
  method: 'POST',
  url: 'https://desk.example.com/hooks',
  headers: { 'content-type': 'application/json', 'webhook-id': 'dlv_1' },
  body: Buffer.from('{"text":"Zoë"}'),
  id: 'dlv_1',
  now: NOW,
};

const proofOf = (
  auth: DestinationAuth,
  secret: string | SecretVersions,
  request: Partial<UnprovenRequest> = {},
): Proof =>
  prove(
    auth,
    { secret: typeof secret === 'string' ? { current: secret } : secret },
    { ...REQUEST, ...request },
  );

function headersOf(proof: Proof): Readonly<Record<string, string>> {
  if (!proof.ok) throw new Error(proof.code);
  return proof.headers;
}

describe('AWS Signature Version 4', () => {
  // From AWS's published test suite, aws-sig-v4-test-suite: get-vanilla, post-vanilla, get-vanilla-query-order-key-case.
  const auth: DestinationAuth = { type: 'aws-sigv4', secret: 's', region: 'us-east-1', service: 'service' };
  const secret = JSON.stringify({
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  });
  const vector = { headers: {}, body: Buffer.alloc(0), now: Date.UTC(2015, 7, 30, 12, 36) };

  test.each([
    [
      'GET',
      'https://example.amazonaws.com/',
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    ],
    [
      'POST',
      'https://example.amazonaws.com/',
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ],
    [
      'GET',
      'https://example.amazonaws.com/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ])('%s %s', (method, url, signature) => {
    const headers = headersOf(proofOf(auth, secret, { ...vector, method, url }));
    expect(headers).toEqual({
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    });
  });

  test('temporary credentials send their token, and sign it', () => {
    const temporary = JSON.stringify({ accessKeyId: 'A', secretAccessKey: 'B', sessionToken: 'T' });
    const headers = headersOf(proofOf(auth, temporary));
    expect(headers['x-amz-security-token']).toBe('T');
    expect(headers['authorization']).toContain(
      'SignedHeaders=content-type;host;webhook-id;x-amz-date;x-amz-security-token,',
    );
  });

  test.each([
    '{}',
    'AKID:secret',
    '{"accessKeyId":"A"}',
    '{"accessKeyId":"A","secretAccessKey":""}',
    '[]',
    'null',
  ])('a secret without credentials is not usable: %s', text =>
    expect(proofOf(auth, text)).toEqual({ ok: false, code: 'secret-unusable' }),
  );
});

describe('Standard Webhooks, asymmetric', () => {
  const auth: DestinationAuth = { type: 'standard-webhooks', secret: 's', version: 'v1a' };
  const newKey = () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
    return { secret: `whsk_${seed.toString('base64')}`, publicKey, seed };
  };
  const isSignedBy = (
    publicKey: ReturnType<typeof newKey>['publicKey'],
    headers: Readonly<Record<string, string>>,
  ) => {
    const content = Buffer.concat([Buffer.from(`dlv_1.${headers['webhook-timestamp']}.`), REQUEST.body]);
    return (headers['webhook-signature'] ?? '')
      .split(' ')
      .filter(signature => signature.startsWith('v1a,'))
      .some(signature => verify(null, content, publicKey, Buffer.from(signature.slice(4), 'base64')));
  };

  test('the receiver verifies with the public half', () => {
    const { secret, publicKey } = newKey();
    const headers = headersOf(proofOf(auth, secret));
    expect(isSignedBy(publicKey, headers)).toBe(true);
    expect(isSignedBy(newKey().publicKey, headers)).toBe(false);
  });

  test('the RFC 8032 key of the first test vector is read as a seed, with or without its public half', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const publicHalf = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: publicHalf.toString('base64url') },
      format: 'jwk',
    });
    for (const key of [seed, Buffer.concat([seed, publicHalf])]) {
      expect(isSignedBy(publicKey, headersOf(proofOf(auth, `whsk_${key.toString('base64')}`)))).toBe(true);
    }
  });

  test('during a rotation both keys sign', () => {
    const [current, previous] = [newKey(), newKey()];
    const headers = headersOf(proofOf(auth, { current: current.secret, previous: previous.secret }));
    expect(isSignedBy(current.publicKey, headers)).toBe(true);
    expect(isSignedBy(previous.publicKey, headers)).toBe(true);
  });

  test.each(['whsec_AAEC', 'whsk_AAEC', 'whsk_', 'whsk_not base64!'])('%s is no private key', text => {
    expect(proofOf(auth, text)).toEqual({ ok: false, code: 'secret-unusable' });
  });
});

describe('an HMAC of their own', () => {
  const auth = {
    type: 'hmac',
    secret: 's',
    algorithm: 'hmac-sha512',
    secretEncoding: 'hex',
    content: [{ kind: 'id' }, { kind: 'literal', text: ':' }, { kind: 'timestamp' }, { kind: 'body' }],
    encoding: 'base64',
    header: 'x-desk-signature',
    value: [
      { kind: 'literal', text: 't=' },
      { kind: 'timestamp' },
      { kind: 'literal', text: ',v1=' },
      { kind: 'signature' },
    ],
    timestampHeader: 'x-desk-time',
  } as const satisfies DestinationAuth;

  test('is put together as the file says', () => {
    const seconds = NOW / 1000;
    const mac = createHmac('sha512', Buffer.from('00ff', 'hex'))
      .update(`dlv_1:${seconds}`)
      .update(REQUEST.body)
      .digest('base64');
    expect(headersOf(proofOf(auth, '00ff'))).toEqual({
      'x-desk-time': String(seconds),
      'x-desk-signature': `t=${seconds},v1=${mac}`,
    });
  });

  test('GitHub’s published example comes out', () => {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    const github = {
      type: 'hmac',
      secret: 's',
      algorithm: 'hmac-sha256',
      secretEncoding: 'utf8',
      content: [{ kind: 'body' }],
      encoding: 'hex',
      header: 'x-hub-signature-256',
      value: [{ kind: 'literal', text: 'sha256=' }, { kind: 'signature' }],
    } as const satisfies DestinationAuth;
    const proof = proofOf(github, "It's a Secret to Everybody", { body: Buffer.from('Hello, World!') });
    expect(headersOf(proof)).toEqual({
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    });
  });

  test('a secret in another encoding is not usable', () => {
    expect(proofOf(auth, 'not hex')).toEqual({ ok: false, code: 'secret-unusable' });
  });
});

describe('credentials', () => {
  test('an API key may go into the query, and nowhere else', () => {
    const auth: DestinationAuth = { type: 'api-key', secret: 's', in: { query: 'key' } };
    expect(proofOf(auth, 'a b&c')).toEqual({ ok: true, headers: {}, query: { key: 'a b&c' } });
  });

  test('a token stands in for the secret of an OAuth 2.0 client', () => {
    const auth: DestinationAuth = {
      type: 'oauth2',
      secret: 's',
      tokenUrl: 'https://login.example.com/token',
      credentialsIn: 'header',
    };
    expect(prove(auth, { secret: undefined, token: 'abc' }, REQUEST)).toEqual({
      ok: true,
      headers: { authorization: 'Bearer abc' },
    });
    expect(proofOf(auth, 'x').ok).toBe(false);
  });
});
