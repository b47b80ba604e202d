/**
 * OAuth 2.0 client credentials (RFC 6749, section 4.4): the request for a token, and what its answer means. Fetching and
 * keeping tokens is deliver's business.
 */
import { HEADER_VALUE, secretFields } from './proof.ts';

export interface OAuth2Auth {
  readonly type: 'oauth2';
  readonly tokenUrl: string;
  /** JSON: clientId, clientSecret. */
  readonly secret: string;
  readonly scope?: string;
  readonly audience?: string;
  /** How the client proves itself to the token endpoint (RFC 6749, section 2.3.1). */
  readonly credentialsIn: 'header' | 'body';
}

export interface TokenRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Undefined when the secret does not hold a client. */
export function tokenRequest(auth: OAuth2Auth, secret: string): TokenRequest | undefined {
  const client = secretFields(secret, ['clientId', 'clientSecret']);
  if (client === undefined) return undefined;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (auth.scope !== undefined) form.set('scope', auth.scope);
  if (auth.audience !== undefined) form.set('audience', auth.audience);
  const inBody = auth.credentialsIn === 'body';
  if (inBody) {
    form.set('client_id', client.clientId);
    form.set('client_secret', client.clientSecret);
  }
  // Both halves are form-encoded before they are joined: a colon in the id would otherwise end it.
  const basic = [client.clientId, client.clientSecret].map(formEncode).join(':');
  return {
    method: 'POST',
    url: auth.tokenUrl,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      ...(inBody ? {} : { authorization: `Basic ${Buffer.from(basic, 'utf8').toString('base64')}` }),
    },
    body: Buffer.from(form.toString(), 'utf8'),
  };
}

const formEncode = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

export interface AccessToken {
  readonly token: string;
  /** Seconds that it is good for; RFC 6749 only recommends to send them. */
  readonly expiresInSeconds: number;
}

const DEFAULT_EXPIRY_SECONDS = 300;

/** Undefined when the answer holds no bearer token (RFC 6749, section 5.1). */
export function readTokenAnswer(text: string): AccessToken | undefined {
  const { access_token: token, token_type: type, expires_in: expiresIn } = fieldsOf(text);
  if (typeof token !== 'string' || !HEADER_VALUE.test(token)) return undefined;
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') return undefined;
  const seconds = Number(expiresIn);
  return { token, expiresInSeconds: seconds > 0 ? seconds : DEFAULT_EXPIRY_SECONDS };
}

/** RFC 6749, section 5.2. */
const ERRORS: readonly unknown[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];

/** Why no token was given, such as `oauth2-invalid-client`: only words of the standard's own get into a log. */
export function tokenRefusal(status: number, text: string): string {
  const { error } = fieldsOf(text);
  return ERRORS.includes(error) ? `oauth2-${String(error).replaceAll('_', '-')}` : `oauth2-http-${status}`;
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
