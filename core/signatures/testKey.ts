/**
 * The keys with which a rehearsal signs in the place of a provider whose private key is not ours. They are made on the
 * developer's machine and are published there alone, under these names.
 */
import type { KeyObject } from 'node:crypto';
import type { JwtAlgorithm, PublicKeyAlgorithm, Scheme } from './scheme.ts';

export type TestKeyKind = 'ed25519' | 'ec' | 'rsa';

/** Where a rehearsal's certificate stands on the provider's pinned host, as the machine's own key server answers for it. */
export const TEST_CERTIFICATE_PATH = '/hookwright-test.pem';

export function testKeyKind(algorithm: PublicKeyAlgorithm | JwtAlgorithm): TestKeyKind | undefined {
  if (algorithm === 'ed25519' || algorithm === 'EdDSA') return 'ed25519';
  if (algorithm.startsWith('HS')) return undefined;
  return algorithm.startsWith('ecdsa') || algorithm.startsWith('ES') ? 'ec' : 'rsa';
}

/** The `kid` of a key in the rehearsal's key set. */
export const testKeyName = (algorithm: PublicKeyAlgorithm | JwtAlgorithm): string =>
  `hookwright-test-${testKeyKind(algorithm) ?? 'none'}`;

/** Which key a rehearsal signs with; undefined where it signs with the source's own secret. */
export function rehearsalKey(scheme: Scheme): TestKeyKind | undefined {
  switch (scheme.kind) {
    case 'public-key':
      return testKeyKind(scheme.algorithm);
    case 'jwt':
      return scheme.key.kind === 'secret' ? undefined : firstKind(scheme.algorithms);
    case 'coded':
      return CODED_KEYS[scheme.module];
    default:
      return undefined;
  }
}

const CODED_KEYS: Readonly<Partial<Record<string, TestKeyKind>>> = {
  'aws-sns': 'rsa',
  'paddle-classic': 'rsa',
  plaid: 'ec',
};

const firstKind = (algorithms: readonly JwtAlgorithm[]): TestKeyKind | undefined =>
  algorithms.map(testKeyKind).find(kind => kind !== undefined);

/** The public halves as a provider would publish them. */
export const testKeySet = (keys: Readonly<Record<TestKeyKind, KeyObject>>): string =>
  JSON.stringify({
    keys: Object.entries(keys).map(([kind, key]) => ({
      ...key.export({ format: 'jwk' }),
      kid: `hookwright-test-${kind}`,
      use: 'sig',
    })),
  });
