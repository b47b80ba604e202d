/**
 * OAuth 2.0 access tokens, kept for as long as they are good. However many deliveries want one at the same moment, this
 * execution environment asks for it once.
 */
import {
  type AccessToken,
  type OAuth2Auth,
  readTokenAnswer,
  tokenRefusal,
  tokenRequest,
} from '../../core/delivery/auth/oauth2.ts';
import type { Exchange } from '../../core/delivery/outcome.ts';
import type { SecretVersions } from '../../core/signatures/secret.ts';
import type { Post, PostLimits } from './post.ts';

export type GivenToken =
  | { readonly ok: true; readonly token: string }
  /** Such as `secret-unusable`, `oauth2-invalid-client` or `oauth2-timeout`. */
  | { readonly ok: false; readonly code: string };

export interface AccessTokens {
  /** @param destination - whose token it is. */
  get(
    destination: string,
    auth: OAuth2Auth,
    secret: SecretVersions | undefined,
    limits: PostLimits,
  ): Promise<GivenToken>;
  /** The destination did not accept this token: the next one who asks gets another. */
  drop(destination: string, token: string): void;
}

/** A token is renewed before it ends, so that none ends on its way: a minute, or a tenth of a short life. */
const RENEW_BEFORE_MS = 60_000;
const RENEW_BEFORE_SHARE = 0.1;
/** Tokens that carry their claims with them are a few KB. */
const MAX_TOKEN_ANSWER_BYTES = 64 * 1024;

interface Kept {
  readonly token: string;
  readonly renewAt: number;
}

/** @param now - milliseconds since the epoch. */
export function createAccessTokens(post: Post, now: () => number): AccessTokens {
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<GivenToken>>();

  const fetch = async (
    destination: string,
    auth: OAuth2Auth,
    secret: SecretVersions | undefined,
    limits: PostLimits,
  ): Promise<GivenToken> => {
    if (secret === undefined) return { ok: false, code: 'secret-missing' };
    const askedAt = now();
    const given = await askWithEither(post, auth, secret, limits);
    if ('code' in given) return { ok: false, code: given.code };
    const lifeMs = given.expiresInSeconds * 1000;
    const renewAt = askedAt + lifeMs - Math.min(RENEW_BEFORE_MS, lifeMs * RENEW_BEFORE_SHARE);
    kept.set(destination, { token: given.token, renewAt });
    return { ok: true, token: given.token };
  };

  return {
    get: (destination, auth, secret, limits) => {
      const known = kept.get(destination);
      if (known !== undefined && now() < known.renewAt)
        return Promise.resolve({ ok: true, token: known.token });
      const running =
        underWay.get(destination) ??
        fetch(destination, auth, secret, limits).finally(() => underWay.delete(destination));
      underWay.set(destination, running);
      return running;
    },
    drop: (destination, token) => {
      if (kept.get(destination)?.token === token) kept.delete(destination);
    },
  };
}

type Answer = AccessToken | { readonly code: string };

/** During a rotation the server may still know the previous secret alone. */
async function askWithEither(
  post: Post,
  auth: OAuth2Auth,
  { current, previous }: SecretVersions,
  limits: PostLimits,
): Promise<Answer> {
  const answer = await ask(post, auth, current, limits);
  const isUnknownClient =
    'code' in answer && ['oauth2-invalid-client', 'oauth2-http-401'].includes(answer.code);
  return isUnknownClient && previous !== undefined ? ask(post, auth, previous, limits) : answer;
}

async function ask(post: Post, auth: OAuth2Auth, secret: string, limits: PostLimits): Promise<Answer> {
  const request = tokenRequest(auth, secret);
  if (request === undefined) return { code: 'secret-unusable' };
  const exchange: Exchange = await post(request, { ...limits, keepBytes: MAX_TOKEN_ANSWER_BYTES });
  if (exchange.kind === 'no-response') return { code: `oauth2-${exchange.code}` };
  if (exchange.status !== 200) return { code: tokenRefusal(exchange.status, exchange.excerpt) };
  return readTokenAnswer(exchange.excerpt) ?? { code: 'oauth2-unreadable-answer' };
}
