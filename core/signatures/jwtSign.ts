/** The token that a provider would send with a body, for rehearsals. */
import { createPrivateKey, hash } from 'node:crypto';
import { SignJWT } from 'jose';
import { signedContent } from './content.ts';
import type { RequestDraft, SignedRequest } from './requestDraft.ts';
import type { ContentPart } from './requestPart.ts';
import type { JwtAlgorithm, JwtScheme } from './scheme.ts';
import type { WebhookToSign } from './sign.ts';
import { testKeyKind, testKeyName } from './testKey.ts';

/** Short enough for every scheme that asks for one. */
const LIFETIME_SECONDS = 60;

/** @throws Error when the secret cannot sign. */
export async function signToken(
  scheme: JwtScheme,
  secret: string,
  webhook: WebhookToSign,
  draft: RequestDraft,
): Promise<SignedRequest> {
  if (secret.trim() === '') throw new Error('the secret cannot sign: secret-empty');
  const algorithm = signingAlgorithm(scheme, secret);
  const issuedAt = Math.floor(webhook.now / 1000);
  const values = draft.asValues(webhook.now);
  const textOf = (part: ContentPart): string => {
    const bytes = signedContent([part], new Map(), values);
    return Array.isArray(bytes) ? String(bytes[0]) : '';
  };
  const token = new SignJWT({
    ...bodyClaims(scheme, webhook),
    ...scheme.claims,
    ...(scheme.bodyDigest === undefined
      ? {}
      : {
          [scheme.bodyDigest.claim]: hash('sha256', webhook.body, 'buffer').toString(
            scheme.bodyDigest.encoding,
          ),
        }),
    ...(scheme.urlDigest === undefined
      ? {}
      : {
          [scheme.urlDigest.claim]: hash('sha256', textOf(scheme.urlDigest.url), 'buffer').toString(
            scheme.urlDigest.encoding,
          ),
        }),
  })
    .setProtectedHeader({
      alg: algorithm,
      typ: 'JWT',
      ...(scheme.key.kind === 'jwks' ? { kid: testKeyName(algorithm) } : {}),
    })
    .setJti(webhook.eventId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS);
  const [issuer] = scheme.issuers ?? [];
  if (issuer !== undefined) token.setIssuer(issuer);
  if (scheme.audience !== undefined) token.setAudience(textOf(scheme.audience));
  if (scheme.subject !== undefined) token.setSubject(textOf(scheme.subject));
  const text = await token.sign(
    scheme.key.kind === 'secret' ? Buffer.from(secret, 'utf8') : createPrivateKey(secret),
  );
  if (scheme.place.kind === 'body') draft.body = Buffer.from(text);
  else draft.set(scheme.place.ref, `${scheme.prefix ?? ''}${text}`);
  return draft.signed();
}

/** Where the token is the body, it carries what the body said. */
function bodyClaims(scheme: JwtScheme, webhook: WebhookToSign): Record<string, unknown> {
  if (scheme.place.kind !== 'body') return {};
  try {
    const said: unknown = JSON.parse(Buffer.from(webhook.body).toString('utf8'));
    return typeof said === 'object' && said !== null && !Array.isArray(said)
      ? (said as Record<string, unknown>)
      : { data: said };
  } catch {
    return {};
  }
}

/** The first that this secret can make. */
function signingAlgorithm({ algorithms, key }: JwtScheme, secret: string): JwtAlgorithm {
  const kind = key.kind === 'secret' ? undefined : kindOf(secret);
  const algorithm = algorithms.find(known => testKeyKind(known) === kind);
  if (algorithm === undefined) throw new Error('the secret cannot sign: it is no key of this kind');
  return algorithm;
}

function kindOf(privateKey: string): string | undefined {
  try {
    return createPrivateKey(privateKey).asymmetricKeyType;
  } catch {
    throw new Error(
      'only the provider can sign: its private key is not ours, and the source holds the public one',
    );
  }
}
