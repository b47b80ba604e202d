/** Answers that others published, so that signer and verifier cannot be wrong together. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { HmacAlgorithm } from '../../../core/signatures/scheme.ts';
import { signWebhook } from '../../../core/signatures/sign.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import { hmacScheme, NOW, webhook } from '../../builders.ts';
import { schemeOf } from '../../catalogue.ts';

interface VectorFile {
  readonly origin: string;
  readonly licence: string;
}

interface ProviderVectors extends VectorFile {
  readonly provider: string;
  readonly signedAtSeconds?: number;
  readonly cases: readonly {
    readonly name: string;
    readonly secret: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }[];
}

interface HmacVectors extends VectorFile {
  readonly cases: readonly {
    readonly name: string;
    readonly keyHex: string;
    readonly dataHex: string;
    readonly macsHex: Readonly<Partial<Record<HmacAlgorithm, string>>>;
  }[];
}

const folder = new URL('../../vectors/', import.meta.url);
const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as T;

const published = [
  'github/documentation.json',
  'slack/documentation.json',
  'standard-webhooks/specification.json',
].map(path => read<ProviderVectors>(path));

const cases = published.flatMap(({ provider, signedAtSeconds, cases: all }) =>
  all.map(each => ({
    ...each,
    provider,
    now: signedAtSeconds === undefined ? NOW : signedAtSeconds * 1000,
  })),
);

test('every vector file names its origin and its licence', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.json'),
  );
  expect(files.length).toBeGreaterThanOrEqual(4);
  for (const file of files) {
    const { origin, licence } = read<VectorFile>(file);
    expect(origin, file).toMatch(/https:\/\//);
    expect(licence.length, file).toBeGreaterThan(10);
  }
});

describe.each(cases)('$provider: $name', ({ provider, secret, headers, body, now }) => {
  const scheme = schemeOf(provider);

  test('is accepted as published', () => {
    const result = verifyWebhook(scheme, { current: secret }, webhook(body, headers), now);
    expect(result).toMatchObject({ ok: true, strength: 'verified', secretVersion: 'current' });
  });

  test('is refused with another body, secret or time', () => {
    const verify = (text: string, current: string, at: number) =>
      verifyWebhook(scheme, { current }, webhook(text, headers), at);
    expect(verify(`${body} `, secret, now)).toMatchObject({ ok: false, cause: 'signature-mismatch' });
    expect(verify(body, `${secret}BBBB`, now)).toMatchObject({ ok: false, cause: 'signature-mismatch' });
    const later = verify(body, secret, now + 301_000);
    expect(later).toMatchObject(
      scheme.timestamp === undefined ? { ok: true } : { ok: false, cause: 'timestamp-too-old' },
    );
  });

  test('is what our own signer makes of it', () => {
    const { from } = scheme.signature;
    const [signatureHeader = ''] = from.kind === 'header' ? from.names : [];
    const { headers: signed } = signWebhook(scheme, secret, {
      body: Buffer.from(body),
      eventType: 'any',
      eventId: headers['webhook-id'] ?? 'any',
      now,
    });
    expect(headers[signatureHeader]?.split(' ')).toContain(signed[signatureHeader]);
  });
});

describe('an HMAC spelled out as a custom scheme gives the answers of RFC 4231 and RFC 2202', () => {
  const { cases: hmacCases } = read<HmacVectors>('ietf/hmac.json');
  const rows = hmacCases.flatMap(({ name, keyHex, dataHex, macsHex }) =>
    Object.entries(macsHex).map(([algorithm, mac]) => ({
      name,
      algorithm: algorithm as HmacAlgorithm,
      keyHex,
      body: Buffer.from(dataHex, 'hex'),
      mac: Buffer.from(mac, 'hex'),
    })),
  );

  test('there are six cases for each algorithm', () => {
    const count = (algorithm: HmacAlgorithm) => rows.filter(row => row.algorithm === algorithm).length;
    expect([count('hmac-sha1'), count('hmac-sha256'), count('hmac-sha512')]).toEqual([6, 6, 6]);
  });

  test.each(rows)('$name, $algorithm', ({ algorithm, keyHex, body, mac }) => {
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      for (const [secretEncoding, secret] of [
        ['hex', keyHex],
        ['base64', Buffer.from(keyHex, 'hex').toString('base64')],
      ] as const) {
        const scheme = hmacScheme({
          algorithm,
          secretEncoding,
          signature: { from: { kind: 'header', names: ['x-signature'] }, encoding },
        });
        const signed = webhook(body, { 'x-signature': mac.toString(encoding) });
        expect(verifyWebhook(scheme, { current: secret }, signed, NOW)).toMatchObject({ ok: true });
        const { headers: made } = signWebhook(scheme, secret, {
          body,
          eventType: 'any',
          eventId: 'any',
          now: NOW,
        });
        expect(made).toEqual({ 'x-signature': mac.toString(encoding) });
      }
    }
  });
});
