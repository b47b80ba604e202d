/** Mutual TLS: the connection itself proves who we are (RFC 8446, section 4.4.2), beside whatever the headers prove. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { secretFields } from './proof.ts';

/** PEM texts. */
export interface ClientCertificate {
  /** Ours, followed by the intermediate ones. */
  readonly certificate: string;
  readonly key: string;
  /** Who signed the destination's certificate, where that is none of the public authorities. */
  readonly authority?: string;
}

/** From a secret in JSON: `certificate`, `key` and perhaps `authority`. Undefined when they are not PEM or no pair. */
export function readClientCertificate(secret: string): ClientCertificate | undefined {
  const fields = secretFields(secret, ['certificate', 'key']);
  if (fields === undefined) return undefined;
  const { certificate, key, authority } = fields;
  try {
    if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return undefined;
    if (authority === undefined) return { certificate, key };
    if (typeof authority !== 'string') return undefined;
    new X509Certificate(authority);
    return { certificate, key, authority };
  } catch {
    return undefined;
  }
}
