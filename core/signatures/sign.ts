/**
 * The other direction: sign a body as the provider would, from the same description that verifies it. `hookwright
 * send` and the demo rehearse with it.
 */
import { digest, hmac } from './acceptor.ts';
import { type ContentBytes, SECRET, signedContent } from './content.ts';
import { signWithPrivateKey } from './publicKey.ts';
import { RequestDraft, type SignedRequest } from './requestDraft.ts';
import type { ContentPart, ValueRef } from './requestPart.ts';
import type {
  CodedScheme,
  ImmediateScheme,
  JwtScheme,
  PublishedKey,
  Scheme,
  SignatureList,
  SignatureSource,
  SignedScheme,
  TypeRef,
} from './scheme.ts';
import { decodeSecret } from './secret.ts';
import { encodeSignature } from './signatureText.ts';
import { TEST_CERTIFICATE_PATH, testKeyName } from './testKey.ts';
import { writeSignedTime } from './timestamp.ts';
import { tokenOf, tokenRef } from './token.ts';

export interface WebhookToSign {
  readonly body: Uint8Array;
  readonly contentType?: string;
  readonly eventType: string;
  readonly eventId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The request that the provider would send with this body: identity headers, timestamp and signature. Where a provider
 * writes its signature into the body, the body is another one afterwards.
 *
 * @param secret - as the source's secret is stored; for a signature by public key the private key in PEM.
 * @throws Error naming the problem when the secret cannot be used.
 */
export function signWebhook(
  scheme: ImmediateScheme,
  secret: string | undefined,
  webhook: WebhookToSign,
): SignedRequest;
export function signWebhook(
  scheme: Scheme,
  secret: string | undefined,
  webhook: WebhookToSign,
): SignedRequest | Promise<SignedRequest>;
export function signWebhook(
  scheme: Scheme,
  secret: string | undefined,
  webhook: WebhookToSign,
): SignedRequest | Promise<SignedRequest> {
  const draft = new RequestDraft(webhook.body, webhook.contentType);
  for (const [name, value] of identityHeaders(scheme, webhook)) draft.headers.set(name, value);
  switch (scheme.kind) {
    case 'unverified':
      return draft.signed();
    case 'token': {
      const token = tokenOf(scheme, secret ?? '');
      if (!token.ok) throw new Error(`the secret cannot be sent: ${token.problem}`);
      draft.set(tokenRef(scheme), token.token);
      return draft.signed();
    }
    case 'jwt':
    case 'coded':
      return signElsewhere(scheme, secret, webhook, draft);
    default:
      return signContent(scheme, secret, webhook, draft);
  }
}

async function signElsewhere(
  scheme: JwtScheme | CodedScheme,
  secret: string | undefined,
  webhook: WebhookToSign,
  draft: RequestDraft,
): Promise<SignedRequest> {
  if (scheme.kind === 'jwt') {
    const { signToken } = await import('./jwtSign.ts');
    return signToken(scheme, secret ?? '', webhook, draft);
  }
  const { loadCoded } = await import('./coded/load.ts');
  const { sign } = await loadCoded(scheme.module);
  return sign({ scheme, secret: secret ?? '', webhook, draft });
}

function signContent(
  scheme: SignedScheme,
  secret: string | undefined,
  webhook: WebhookToSign,
  draft: RequestDraft,
): SignedRequest {
  const sign = signerOf(scheme, secret ?? '');
  const { timestamp, content, signature } = scheme;
  if (timestamp !== undefined) draft.set(timestamp.from, writeSignedTime(webhook.now, timestamp.unit));
  if (scheme.kind === 'public-key' && scheme.published !== undefined) {
    const ref = nameOfKey(scheme.published);
    if (ref !== undefined) draft.set(ref.ref, ref.text(testKeyName(scheme.algorithm)));
  }
  for (const ref of refsIn(content)) fill(ref, draft, webhook);

  const values = draft.asValues(webhook.now);
  const signed = signedContent(content, draft.items, values);
  if ('cause' in signed) throw new Error(`this body cannot be signed: ${signed.cause}`);
  const text = (signature.prefix ?? '') + encodeSignature(sign(signed), signature.encoding);
  draft.set(placeOf(signature.from), listed(signature.list, draft.items, text));
  return draft.signed();
}

function signerOf(scheme: SignedScheme, secret: string): (content: readonly ContentBytes[]) => Uint8Array {
  if (scheme.kind === 'public-key') {
    if (!secret.includes('PRIVATE KEY-----')) {
      throw new Error(
        'only the provider can sign: its private key is not ours, and the source holds the public one',
      );
    }
    return content =>
      signWithPrivateKey(
        secret,
        scheme,
        content.filter(part => part !== SECRET),
      );
  }
  const key = decodeSecret(secret, scheme.secretEncoding);
  if (!key.ok) throw new Error(`the secret cannot sign: ${key.problem}`);
  return scheme.kind === 'hmac'
    ? content => hmac(scheme, key.key, content)
    : content => digest(scheme, key.key, content);
}

/** The places that must hold something before it can be signed. */
function* refsIn(content: readonly ContentPart[]): Generator<ValueRef> {
  for (const part of content) {
    switch (part.kind) {
      case 'header':
      case 'query':
      case 'form':
      case 'field':
      case 'signature-item':
        if (part.optional !== true) yield part;
        break;
      case 'when-present':
        yield part.ref;
        break;
      case 'json-text':
        yield* refsIn([part.of]);
        break;
      default:
    }
  }
}

/** A signed place that is neither the time nor the identity holds a message's id, as in Standard Webhooks. */
function fill(ref: ValueRef, draft: RequestDraft, webhook: WebhookToSign): void {
  const values = draft.asValues(webhook.now);
  if (values.of(ref, draft.items).length === 0) draft.set(ref, webhook.eventId);
}

function nameOfKey(
  published: PublishedKey,
): { readonly ref: ValueRef; readonly text: (keyName: string) => string } | undefined {
  if (published.kind === 'jwks') {
    return published.id === undefined ? undefined : { ref: published.id, text: name => name };
  }
  const [host = ''] = published.hosts;
  return { ref: published.url, text: () => `https://${host}${TEST_CERTIFICATE_PATH}` };
}

function placeOf(from: SignatureSource): ValueRef {
  switch (from.kind) {
    case 'headers':
      return { kind: 'header', names: from.names };
    case 'numbered-headers':
      return { kind: 'header', names: [`${from.stem}1`] };
    default:
      return from;
  }
}

function listed(
  list: SignatureList | undefined,
  items: ReadonlyMap<string, readonly string[]>,
  text: string,
): string {
  if (list === undefined) return text;
  const leading = list.leading ?? [];
  const named = [...items].map(([key, [value = '']]) =>
    leading.includes(key) ? value : `${key}${list.pair}${value}`,
  );
  const [key] = list.keys ?? [];
  return [...named, key === undefined ? text : `${key}${list.pair}${text}`].join(list.separator);
}

/**
 * Identity headers for the wanted event type. With `[header, body.action]` the header takes what stands before the
 * last full stop, with `[body.type, header]` what stands behind the first: the body says the rest itself.
 */
function identityHeaders(scheme: Scheme, webhook: WebhookToSign): [string, string][] {
  const headers: [string, string][] = [];
  const isHeader = (ref: TypeRef): ref is Extract<TypeRef, { kind: 'header' }> => ref.kind === 'header';
  const idHeader = scheme.eventId.find(isHeader);
  if (idHeader !== undefined) headers.push([idHeader.name, webhook.eventId]);
  const typeHeader = scheme.eventType.find(isHeader);
  if (typeHeader !== undefined) {
    const before = scheme.eventType.indexOf(typeHeader);
    const behind = scheme.eventType.filter((ref, index) => index > before && ref.kind !== 'header').length;
    const words = webhook.eventType.split('.');
    const kept = words.length <= before + behind ? words : words.slice(before, words.length - behind);
    headers.push([typeHeader.name, kept.join(scheme.eventTypeSeparator ?? '.')]);
  }
  return headers;
}
