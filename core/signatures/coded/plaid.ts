/**
 * Plaid signs a token that holds the body's digest. Its key is asked of Plaid's own API, which wants to know who asks:
 * the source's secret is `{"clientId": …, "secret": …}`. https://plaid.com/docs/api/webhooks/webhook-verification/
 */
import { createPrivateKey, hash } from 'node:crypto';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { verifyToken } from '../jwt.ts';
import type { KeyRequest } from '../remoteKey.ts';
import type { JwtScheme } from '../scheme.ts';
import { testKeyName } from '../testKey.ts';
import { misconfigured, refused, type Unproven, type Verification } from '../verification.ts';
import {
  type CodedModuleCode,
  type CodedSigning,
  type CodedVerification,
  onlyHeader,
} from './codedModule.ts';

const HEADER = 'plaid-verification';
const HOSTS: Readonly<Record<string, string>> = {
  production: 'production.plaid.com',
  sandbox: 'sandbox.plaid.com',
};
/** A key's name as Plaid writes it, a UUID; a rehearsal's has letters of its own. */
const KEY_ID = /^[A-Za-z0-9-]{8,64}$/;

const TOKEN: JwtScheme = {
  kind: 'jwt',
  place: { kind: 'value', ref: { kind: 'header', names: [HEADER] } },
  algorithms: ['ES256'],
  key: { kind: 'jwks', url: '' },
  bodyDigest: { claim: 'request_body_sha256', encoding: 'hex' },
  maxAgeSeconds: 300,
  leewaySeconds: 0,
  eventId: [],
  eventType: [],
};

export const plaid: CodedModuleCode = { keyWanted, verify, sign };

function keyWanted({
  scheme,
  secrets,
  values,
}: Omit<CodedVerification, 'fetched' | 'now'>): KeyRequest | Unproven {
  if (secrets === undefined) return misconfigured('secret-missing');
  const credentials = readCredentials(secrets.current);
  if (typeof credentials === 'string') return misconfigured(credentials);
  const token = onlyHeader(values, HEADER, 'signature-missing');
  if (typeof token === 'object') return token;
  const keyId = keyIdOf(token);
  if (keyId === undefined) return refused('signature-malformed');
  const host = HOSTS[scheme.parameters['environment'] ?? 'production'] ?? HOSTS['production'];
  const url = `https://${host}/webhook_verification_key/get`;
  const { clientId, secret } = credentials;
  return {
    id: `${url} ${keyId}`,
    url,
    post: JSON.stringify({ client_id: clientId, secret, key_id: keyId }),
  };
}

function readCredentials(
  text: string,
): { readonly clientId: string; readonly secret: string } | 'secret-empty' | 'secret-not-credentials' {
  if (text.trim() === '') return 'secret-empty';
  try {
    const { clientId, secret } = JSON.parse(text) as { clientId?: unknown; secret?: unknown };
    if (typeof clientId !== 'string' || typeof secret !== 'string') return 'secret-not-credentials';
    return clientId.trim() === '' || secret.trim() === '' ? 'secret-not-credentials' : { clientId, secret };
  } catch {
    return 'secret-not-credentials';
  }
}

function keyIdOf(token: string): string | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return alg === 'ES256' && kid !== undefined && KEY_ID.test(kid) ? kid : undefined;
  } catch {
    return undefined;
  }
}

async function verify({ secrets, values, now, fetched }: CodedVerification): Promise<Verification> {
  if (secrets === undefined) return misconfigured('secret-missing');
  const credentials = readCredentials(secrets.current);
  if (typeof credentials === 'string') return misconfigured(credentials);
  if (fetched === undefined) return misconfigured('key-unavailable');
  const set = keySetIn(fetched, now);
  if (typeof set === 'object') return set;
  return verifyToken(TOKEN, undefined, values.webhook, now, set);
}

/** Plaid answers with one key, and with the time at which it was withdrawn. */
function keySetIn(text: string, now: number): string | Unproven {
  try {
    const { key } = JSON.parse(text) as { key?: Readonly<Record<string, unknown>> };
    if (typeof key !== 'object' || key === null) return misconfigured('key-unusable');
    const expiredAt = key['expired_at'];
    if (typeof expiredAt === 'number' && expiredAt * 1000 < now) return refused('key-unknown');
    return JSON.stringify({ keys: [key] });
  } catch {
    return misconfigured('key-unusable');
  }
}

async function sign({ secret, webhook, draft }: CodedSigning) {
  const token = await new SignJWT({
    request_body_sha256: hash('sha256', webhook.body, 'hex'),
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: testKeyName('ES256') })
    .setIssuedAt(Math.floor(webhook.now / 1000))
    .sign(createPrivateKey(secret));
  draft.headers.set(HEADER, token);
  return draft.signed();
}
