/** An entry of the catalogue with all that it takes to sign as its provider would, and to judge what comes. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Provider } from '../../core/files/providerFile.ts';
import type { ProviderScheme, SecretEncoding } from '../../core/signatures/scheme.ts';
import { needsSecret, wantsPublishedKey } from '../../core/signatures/schemeTraits.ts';
import type { SecretVersions } from '../../core/signatures/secret.ts';
import { signWebhook } from '../../core/signatures/sign.ts';
import { rehearsalKey, type TestKeyKind, testKeySet } from '../../core/signatures/testKey.ts';
import type { Verification } from '../../core/signatures/verification.ts';
import { verifyWebhook } from '../../core/signatures/verify.ts';
import type { Webhook } from '../../core/webhook.ts';

/** Milliseconds since the epoch. */
export const SIGNED_AT = Date.UTC(2026, 0, 15, 12);

/** Of two owners: the provider, and somebody who is not. */
export interface Owner {
  /** As the source's secret is stored; undefined where there is none. */
  readonly stored: string | undefined;
  readonly signsWith: string;
  /** What the provider publishes. */
  readonly fetched: string | undefined;
}

export interface Entry {
  readonly id: string;
  readonly scheme: ProviderScheme;
  readonly provider: Owner;
  readonly stranger: Owner;
  /** Whether the signature stands beside a body that may be any bytes. */
  readonly takesAnyBytes: boolean;
  /** A body that it can sign. */
  readonly sample: Sample;
}

export interface Sample {
  readonly body: Uint8Array;
  readonly contentType: string;
}

export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';

interface Pairs {
  readonly privatePem: Readonly<Record<TestKeyKind, string>>;
  readonly publicPem: Readonly<Record<TestKeyKind, string>>;
  readonly keySet: string;
}

function makePairs(): Pairs {
  const pairs = {
    ed25519: generateKeyPairSync('ed25519'),
    ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  };
  const each = <T>(make: (pair: { publicKey: KeyObject; privateKey: KeyObject }) => T) => ({
    ed25519: make(pairs.ed25519),
    ec: make(pairs.ec),
    rsa: make(pairs.rsa),
  });
  return {
    privatePem: each(({ privateKey }) => privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
    publicPem: each(({ publicKey }) => publicKey.export({ format: 'pem', type: 'spki' }).toString()),
    keySet: testKeySet(each(({ publicKey }) => publicKey)),
  };
}

const SECRETS: Readonly<Record<SecretEncoding, readonly [string, string]>> = {
  utf8: ['a secret of some length: user', "somebody else's secret: user"],
  sha1: ['a secret of some length', "somebody else's secret"],
  hex: ['00112233445566778899aabbccddeeff', 'ff112233445566778899aabbccddeeff'],
  base64: ['AAECAwQFBgcICQoLDA0ODw==', '/wECAwQFBgcICQoLDA0ODw=='],
  whsec: ['whsec_AAECAwQFBgcICQoLDA0ODw==', 'whsec_/wECAwQFBgcICQoLDA0ODw=='],
};

const pairs = [makePairs(), makePairs()] as const;

export function entryOf({ id, scheme }: Pick<Provider, 'id' | 'scheme'>): Entry {
  return {
    id,
    scheme,
    provider: ownerOf(scheme, 0),
    stranger: ownerOf(scheme, 1),
    takesAnyBytes: takesAnyBytes(scheme),
    sample: isOfForms(scheme)
      ? { body: Buffer.from('a=1&b=two'), contentType: FORM_TYPE }
      : { body: Buffer.from('{"a":1}'), contentType: JSON_TYPE },
  };
}

/** Whether it signs the fields of a form and nothing else. */
export const isOfForms = (scheme: ProviderScheme): boolean =>
  (scheme.kind === 'coded' && scheme.module === 'paddle-classic') ||
  ('content' in scheme && scheme.content.some(({ kind }) => kind === 'sorted-form'));

function ownerOf(scheme: ProviderScheme, index: 0 | 1): Owner {
  const kind = rehearsalKey(scheme);
  const { privatePem, publicPem, keySet } = pairs[index];
  const fetched = wantsPublishedKey(scheme) ? publishedText(scheme, publicPem.rsa, keySet) : undefined;
  if (kind === undefined) {
    const encoding = scheme.kind === 'hmac' || scheme.kind === 'digest' ? scheme.secretEncoding : 'utf8';
    const secret = SECRETS[encoding][index];
    return { stored: secret, signsWith: secret, fetched };
  }
  const isPlaid = scheme.kind === 'coded' && scheme.module === 'plaid';
  const stored = isPlaid ? '{"clientId":"id","secret":"any"}' : publicPem[kind];
  return { stored: needsSecret(scheme) ? stored : undefined, signsWith: privatePem[kind], fetched };
}

function publishedText(scheme: ProviderScheme, rsaPem: string, keySet: string): string {
  const isCertificate =
    (scheme.kind === 'public-key' && scheme.published?.kind === 'certificate') ||
    (scheme.kind === 'coded' && scheme.module === 'aws-sns');
  if (isCertificate) return rsaPem;
  if (scheme.kind !== 'coded') return keySet;
  const { keys } = JSON.parse(keySet) as { keys: readonly { kty: string }[] };
  return JSON.stringify({ key: keys.find(({ kty }) => kty === 'EC') });
}

function takesAnyBytes(scheme: ProviderScheme): boolean {
  switch (scheme.kind) {
    case 'token':
      return scheme.place.kind === 'basic' || isBeside(scheme.place.ref.kind);
    case 'jwt':
      return scheme.place.kind !== 'body';
    case 'coded':
      return scheme.module === 'contentful' || scheme.module === 'plaid' || scheme.module === 'twilio';
    default: {
      const parts = scheme.content.flatMap(part =>
        part.kind === 'json-text' ? [part.of.kind] : [part.kind],
      );
      // As JSON text a body must be text.
      const isText = scheme.content.some(part => part.kind === 'json-text' && part.of.kind === 'body');
      return (
        !isText &&
        isBeside(scheme.signature.from.kind) &&
        isBeside(scheme.timestamp?.from.kind) &&
        parts.every(isBeside)
      );
    }
  }
}

const isBeside = (kind: string | undefined): boolean =>
  kind !== 'form' && kind !== 'field' && kind !== 'sorted-form';

export interface SigningOptions {
  readonly owner?: Owner;
  readonly contentType?: string;
  /** Milliseconds since the epoch. */
  readonly at?: number;
}

/** As the provider posts it, or with a stranger's key. */
export async function signed(
  { scheme, provider, sample }: Entry,
  body: Uint8Array = sample.body,
  { owner = provider, contentType = sample.contentType, at = SIGNED_AT }: SigningOptions = {},
): Promise<Webhook> {
  const request = await signWebhook(scheme, owner.signsWith, {
    body,
    contentType,
    eventType: 'order.paid',
    eventId: 'id-1',
    now: at,
  });
  return {
    method: 'POST',
    path: '/source',
    headers: new Map(
      Object.entries({ 'content-type': contentType, ...request.headers }).map(([name, value]) => [
        name,
        [value],
      ]),
    ),
    query: new Map(request.query.map(([name, value]) => [name, [value]])),
    body: request.body,
    receivedAt: at,
  };
}

export async function judged(
  { scheme, provider }: Entry,
  webhook: Webhook,
  { at = SIGNED_AT, secrets }: { readonly at?: number; readonly secrets?: SecretVersions } = {},
): Promise<Verification> {
  const live = secrets ?? (provider.stored === undefined ? undefined : { current: provider.stored });
  return verifyWebhook(scheme, live, webhook, at, provider.fetched);
}

/** In a word or two, for comparing. */
export const verdict = (verification: Verification): string =>
  verification.ok
    ? `ok: ${verification.secretVersion ?? 'published key'}`
    : verification.cause === 'misconfigured'
      ? verification.problem
      : verification.cause;
