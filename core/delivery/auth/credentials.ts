/** A credential that is sent as it is: a bearer token, an API key, a user name and password. */
import { HEADER_VALUE, type Proof, unusable } from './proof.ts';

export interface BearerAuth {
  readonly type: 'bearer';
  readonly secret: string;
}

export interface ApiKeyAuth {
  readonly type: 'api-key';
  readonly secret: string;
  /** Either the lower-case name of a header, or the name of a query parameter. */
  readonly in: { readonly header: string } | { readonly query: string };
}

export interface BasicAuth {
  readonly type: 'basic';
  /** `user:password`. */
  readonly secret: string;
}

/** RFC 6750, section 2.1. */
export const proveWithBearer = (token: string): Proof =>
  HEADER_VALUE.test(token) ? { ok: true, headers: { authorization: `Bearer ${token}` } } : unusable;

export function proveWithApiKey(auth: ApiKeyAuth, key: string): Proof {
  if (!HEADER_VALUE.test(key)) return unusable;
  return 'header' in auth.in
    ? { ok: true, headers: { [auth.in.header]: key } }
    : { ok: true, headers: {}, query: { [auth.in.query]: key } };
}

/** RFC 7617: the user holds no colon, the password may. */
export const proveWithBasic = (userAndPassword: string): Proof =>
  userAndPassword.indexOf(':') > 0
    ? {
        ok: true,
        headers: { authorization: `Basic ${Buffer.from(userAndPassword, 'utf8').toString('base64')}` },
      }
    : unusable;
