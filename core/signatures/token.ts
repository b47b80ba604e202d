/** A secret that is sent along with the request, in a header of its own or by HTTP Basic. */
import type { Webhook } from '../webhook.ts';
import type { TokenScheme } from './scheme.ts';
import type { SecretProblem } from './secret.ts';

/** The header's text as whoever knows the secret sends it. */
export function tokenOf(
  { place }: TokenScheme,
  secret: string,
): { readonly ok: true; readonly token: string } | { readonly ok: false; readonly problem: SecretProblem } {
  const text = secret.trim();
  if (text === '') return { ok: false, problem: 'secret-empty' };
  if (place.kind === 'header') return { ok: true, token: `${place.prefix ?? ''}${text}` };
  if (text.indexOf(':') < 1) return { ok: false, problem: 'secret-not-user-and-password' };
  return { ok: true, token: `Basic ${Buffer.from(text, 'utf8').toString('base64')}` };
}

export const tokenHeaders = ({ place }: TokenScheme): readonly string[] =>
  place.kind === 'header' ? place.names : ['authorization'];

export function sentToken(
  scheme: TokenScheme,
  webhook: Webhook,
): { readonly token: string } | { readonly cause: 'signature-missing' | 'signature-header-repeated' } {
  const name = tokenHeaders(scheme).find(header => webhook.headers.has(header));
  const [value, ...more] = name === undefined ? [] : (webhook.headers.get(name) ?? []);
  if (more.length > 0) return { cause: 'signature-header-repeated' };
  return value === undefined || value.trim() === '' ? { cause: 'signature-missing' } : { token: value };
}
