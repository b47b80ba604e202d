/** The request that a destination gets: headers, proof of who we are, and exactly the bytes that were signed. */
import type { DestinationConfiguration } from '../configuration.ts';
import type { DeliveryId } from '../ids.ts';
import type { ShapedRequest } from '../mapping/shapeRequest.ts';
import type { VerificationStrength } from '../signatures/scheme.ts';
import type { SecretVersions } from '../signatures/secret.ts';
import type { Method } from './allowance.ts';
import { type ClientCertificate, readClientCertificate } from './auth/clientCertificate.ts';
import { prove } from './auth/destinationAuth.ts';
import type { ProofProblem } from './auth/proof.ts';
import { judgeUrl } from './judgeUrl.ts';

export interface OutboundRequest {
  readonly method: Method;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Present where the connection proves who we are. */
  readonly client?: ClientCertificate;
}

export type BuiltRequest =
  | { readonly ok: true; readonly request: OutboundRequest }
  /** Ours to mend: a secret that is missing or cannot be used, a secret URL that may not be called. */
  | { readonly ok: false; readonly code: RequestProblem };

export type RequestProblem =
  | ProofProblem
  | 'url-secret-missing'
  | 'url-secret-refused'
  | 'certificate-unusable';

export interface OutboundDelivery {
  readonly id: DeliveryId;
  readonly shaped: ShapedRequest;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The delivery that this one repeats on purpose. */
  readonly replayOf?: DeliveryId | undefined;
  /** What is proven of the event. */
  readonly verification: VerificationStrength;
}

/** The live versions of the secrets that a destination names, as far as they exist. */
export interface RequestSecrets {
  readonly url?: SecretVersions | undefined;
  readonly auth?: SecretVersions | undefined;
  readonly certificate?: SecretVersions | undefined;
}

const USER_AGENT = 'Hookwright/0.1';

/** @param token - the access token, where the destination wants one. */
export function buildRequest(
  destination: DestinationConfiguration,
  secrets: RequestSecrets,
  delivery: OutboundDelivery,
  token?: string,
): BuiltRequest {
  const base = typeof destination.url === 'string' ? destination.url : secrets.url?.current.trim();
  if (base === undefined || base === '') return { ok: false, code: 'url-secret-missing' };
  if (judgeUrl(base, destination.allowPrivate) !== undefined)
    return { ok: false, code: 'url-secret-refused' };
  const client = clientOf(destination, secrets.certificate);
  if (client === 'unusable') return { ok: false, code: 'certificate-unusable' };

  const { shaped, id, now, replayOf, verification } = delivery;
  const unproven = {
    method: shaped.method,
    url: urlBelow(base, shaped),
    headers: {
      ...destination.headers,
      ...shaped.headers,
      'content-type': shaped.contentType,
      'user-agent': USER_AGENT,
      // Stable over all attempts and redrives: what a receiver deduplicates by.
      'webhook-id': id,
      // A replay has an id of its own, or receivers would take it for a repeat; this tells it from news.
      ...(replayOf === undefined ? {} : { 'webhook-replay-of': replayOf }),
      // Nothing covers such an event's body: a receiver that acts on money or access must be able to tell.
      ...(verification === 'verified' ? {} : { 'webhook-verification': verification }),
      ...(destination.idempotencyHeader === undefined ? {} : { [destination.idempotencyHeader]: id }),
    },
    body: Buffer.from(shaped.body, 'utf8'),
    id,
    now,
  };
  const proof = prove(destination.auth, { secret: secrets.auth, token }, unproven);
  if (!proof.ok) return proof;
  return {
    ok: true,
    request: {
      method: unproven.method,
      url: withQuery(unproven.url, Object.entries(proof.query ?? {})),
      headers: { ...unproven.headers, ...proof.headers },
      body: unproven.body,
      ...(client === undefined ? {} : { client }),
    },
  };
}

/** What is shaped is encoded already, and a URL's path can only grow here: its host is out of reach. */
function urlBelow(base: string, { path, query }: ShapedRequest): string {
  if (path === '' && query.length === 0) return base;
  const url = new URL(base);
  if (path !== '') url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
  return withQuery(url.href, query);
}

/** Parameters of these names that the URL has already are replaced. */
function withQuery(base: string, parameters: readonly (readonly [string, string])[]): string {
  if (parameters.length === 0) return base;
  const url = new URL(base);
  for (const [name] of parameters) url.searchParams.delete(name);
  for (const [name, value] of parameters) url.searchParams.append(name, value);
  return url.href;
}

function clientOf(
  { clientCertificate }: DestinationConfiguration,
  secret: SecretVersions | undefined,
): ClientCertificate | 'unusable' | undefined {
  if (clientCertificate === undefined) return undefined;
  return (secret && readClientCertificate(secret.current)) ?? 'unusable';
}
