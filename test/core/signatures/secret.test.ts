import { describe, expect, test } from 'vitest';
import { decodeSecret } from '../../../core/signatures/secret.ts';

const decoded = (secret: string, encoding: Parameters<typeof decodeSecret>[1]): string => {
  const result = decodeSecret(secret, encoding);
  return result.ok ? Buffer.from(result.key).toString('hex') : result.problem;
};

describe('a secret becomes key bytes', () => {
  test.each([
    ['utf8', 'abc', '616263'],
    ['utf8', ' abc ', '2061626320'],
    ['utf8', 'whsec_abc', '77687365635f616263'],
    ['utf8', 'ä', 'c3a4'],
    ['hex', '00ff', '00ff'],
    ['hex', ' 00FF\n', '00ff'],
    ['base64', '+/8=', 'fbff'],
    ['base64', '-_8', 'fbff'],
    ['base64', '+/8=\n', 'fbff'],
    ['whsec', 'whsec_AAEC', '000102'],
    ['whsec', 'AAEC', '000102'],
    ['whsec', ' whsec_AAEC\n', '000102'],
  ] as const)('%s %j', (encoding, secret, hex) => {
    expect(decoded(secret, encoding)).toBe(hex);
  });
});

describe('a secret that is no key is refused', () => {
  test.each([
    ['utf8', '', 'secret-empty'],
    ['utf8', '\t \n', 'secret-empty'],
    ['hex', '', 'secret-empty'],
    ['hex', '0', 'secret-not-hex'],
    ['hex', '0x00', 'secret-not-hex'],
    ['hex', '00 ff', 'secret-not-hex'],
    ['base64', '=', 'secret-not-base64'],
    ['base64', 'A', 'secret-not-base64'],
    ['base64', 'AA=A', 'secret-not-base64'],
    ['base64', 'A+-A', 'secret-not-base64'],
    ['base64', 'ä', 'secret-not-base64'],
    ['whsec', 'whsec_', 'secret-empty'],
    ['whsec', 'whsec_=', 'secret-not-base64'],
    ['whsec', 'whsec_whsec_AAEC*', 'secret-not-base64'],
  ] as const)('%s %j: %s', (encoding, secret, problem) => {
    expect(decoded(secret, encoding)).toBe(problem);
  });
});
