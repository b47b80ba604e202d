/** A secret that is sent along with the request, at a place of its own or by HTTP Basic. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { RequestValues } from './requestValues.ts';
import type { TokenRef, TokenScheme } from './scheme.ts';
import type { SecretProblem, SecretVersions } from './secret.ts';
import { misconfigured, proven, refused, type Verification } from './verification.ts';

const AUTHORIZATION: TokenRef = { kind: 'header', names: ['authorization'] };
const NO_ITEMS: ReadonlyMap<string, readonly string[]> = new Map();

/** The text as whoever knows the secret sends it. */
export function tokenOf(
  { place }: TokenScheme,
  secret: string,
): { readonly ok: true; readonly token: string } | { readonly ok: false; readonly problem: SecretProblem } {
  const text = secret.trim();
  if (text === '') return { ok: false, problem: 'secret-empty' };
  if (place.kind === 'value') return { ok: true, token: `${place.prefix ?? ''}${text}` };
  if (text.indexOf(':') < 1) return { ok: false, problem: 'secret-not-user-and-password' };
  return { ok: true, token: `Basic ${Buffer.from(text, 'utf8').toString('base64')}` };
}

/** Where it stands. */
export const tokenRef = ({ place }: TokenScheme): TokenRef =>
  place.kind === 'value' ? place.ref : AUTHORIZATION;

export function authenticate(
  scheme: TokenScheme,
  secrets: SecretVersions,
  values: RequestValues,
): Verification {
  const current = tokenOf(scheme, secrets.current);
  if (!current.ok) return misconfigured(current.problem);
  const [sent, ...more] = values.of(tokenRef(scheme), NO_ITEMS);
  if (more.length > 0) return refused('signature-header-repeated');
  if (sent === undefined || sent.trim() === '') return refused('signature-missing');
  const previous = secrets.previous === undefined ? undefined : tokenOf(scheme, secrets.previous);
  // Both are compared, whatever the first says.
  const isCurrent = isSameText(current.token, sent);
  const isPrevious = previous?.ok === true && isSameText(previous.token, sent);
  if (!isCurrent && !isPrevious) return refused('signature-mismatch');
  return proven(values.webhook, 'authenticated', isCurrent ? 'current' : 'previous');
}

/** By hashes of equal length: comparing texts of different lengths would tell how long the right one is. */
const isSameText = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
