/** From the codes of Node, libuv, OpenSSL and llhttp to ours. Messages are never looked at: they change. */
import type { NetworkCode } from '../../core/delivery/outcome.ts';

/** What our own look-up says of a name that leads only where this destination may not go. */
export const ADDRESS_REFUSED = 'HOOKWRIGHT_ADDRESS_REFUSED';

const CODES: Readonly<Record<string, NetworkCode>> = {
  [ADDRESS_REFUSED]: 'address-refused',
  ENOTFOUND: 'dns-not-found',
  ENODATA: 'dns-not-found',
  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'connect-timeout',
  EHOSTUNREACH: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  ENETDOWN: 'host-unreachable',
  EADDRNOTAVAIL: 'host-unreachable',
  ECONNRESET: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  EPIPE: 'connection-reset',
  CERT_HAS_EXPIRED: 'certificate-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-wrong-host',
  HOSTNAME_MISMATCH: 'certificate-wrong-host',
  HPE_HEADER_OVERFLOW: 'oversized-headers',
};

/** In this order: the first that fits. */
const PATTERNS: readonly (readonly [RegExp, NetworkCode])[] = [
  [/^EAI_|^ESERVFAIL$/, 'dns-failed'],
  [/^HPE_/, 'malformed-response'],
  // An alert is what the other side says of us.
  [
    /_ALERT_(BAD_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/,
    'client-certificate-refused',
  ],
  [/^ERR_SSL_|^ERR_TLS_|^EPROTO$/, 'tls-failed'],
  // OpenSSL's verdicts on a certificate, as Node names them: https://nodejs.org/api/tls.html#x509-certificate-error-codes
  [/CERT|CRL|UNABLE_TO_|_PURPOSE$|^INVALID_CA$|PATH_LENGTH_EXCEEDED/, 'certificate-untrusted'],
];

export function networkCode(error: unknown): NetworkCode {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return 'network-error';
  // Node calls a connection that ended without an answer a reset, too; only a real one comes from a system call.
  if (code === 'ECONNRESET' && syscall === undefined) return 'connection-closed';
  if (syscall === 'getaddrinfo' && CODES[code] === undefined) return 'dns-failed';
  return CODES[code] ?? PATTERNS.find(([pattern]) => pattern.test(code))?.[1] ?? 'network-error';
}
