import { expect, test } from 'vitest';
import { ADDRESS_REFUSED, networkCode } from '../../../functions/deliver/networkCode.ts';

test.each([
  ['ENOTFOUND', 'dns-not-found'],
  ['ENODATA', 'dns-not-found'],
  ['EAI_AGAIN', 'dns-failed'],
  ['EAI_NONAME', 'dns-failed'],
  [ADDRESS_REFUSED, 'address-refused'],
  ['ECONNREFUSED', 'connection-refused'],
  ['ETIMEDOUT', 'connect-timeout'],
  ['EHOSTUNREACH', 'host-unreachable'],
  ['ENETUNREACH', 'host-unreachable'],
  ['EPIPE', 'connection-reset'],
  ['CERT_HAS_EXPIRED', 'certificate-expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-wrong-host'],
  ['CERT_NOT_YET_VALID', 'certificate-untrusted'],
  ['CERT_REVOKED', 'certificate-untrusted'],
  ['CRL_HAS_EXPIRED', 'certificate-untrusted'],
  ['INVALID_CA', 'certificate-untrusted'],
  ['INVALID_PURPOSE', 'certificate-untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate-untrusted'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'client-certificate-refused'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'client-certificate-refused'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client-certificate-refused'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls-failed'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-failed'],
  ['EPROTO', 'tls-failed'],
  ['HPE_HEADER_OVERFLOW', 'oversized-headers'],
  ['HPE_INVALID_CONSTANT', 'malformed-response'],
  ['EINVAL', 'network-error'],
  ['ERR_SOMETHING_NEW', 'network-error'],
])('%s: %s', (code, expected) => {
  expect(networkCode(Object.assign(new Error('anything'), { code }))).toBe(expected);
});

test('a connection that ended is told apart from one that was reset by who says so', () => {
  const hungUp = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  expect(networkCode(hungUp)).toBe('connection-closed');
  expect(networkCode(Object.assign(hungUp, { syscall: 'read' }))).toBe('connection-reset');
});

test('what a look-up says, whatever it is, is about DNS', () => {
  const error = Object.assign(new Error('too many open files'), { code: 'EMFILE', syscall: 'getaddrinfo' });
  expect(networkCode(error)).toBe('dns-failed');
});

test.each([new Error('no code'), Object.assign(new Error('a number'), { code: 7 }), {}])(
  'an error without a code is one of the network',
  error => {
    expect(networkCode(error)).toBe('network-error');
  },
);
