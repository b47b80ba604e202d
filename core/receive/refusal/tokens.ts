/** Other ways to send the same token, or to store it. */
import type { TokenScheme } from '../../signatures/scheme.ts';
import type { Webhook } from '../../webhook.ts';
import type { Trial } from './trial.ts';
import { COMMON } from './writings.ts';

/** What stands before a token (RFC 6750 and custom), in the spellings that occur. */
const PREFIXES = ['Bearer ', 'bearer ', 'Token ', 'token '];

export function* tokenVariations(scheme: TokenScheme, secret: string): Generator<Trial> {
  const { place } = scheme;
  if (place.kind === 'basic') return;
  const { prefix, ...bare } = place;
  for (const other of [undefined, ...PREFIXES]) {
    if (other === prefix) continue;
    yield {
      reason: 'signature-encoding',
      detail: other === undefined ? 'without a prefix' : `after ${other.trim()}`,
      scheme: { ...scheme, place: other === undefined ? bare : { ...bare, prefix: other } },
    };
  }
  const stored = secret.trim();
  const before = PREFIXES.find(known => stored.startsWith(known));
  if (before !== undefined) {
    yield { reason: 'secret-encoding', detail: 'prefix', secret: stored.slice(before.length) };
  }
  const quoted = /^(["'])(.*)\1$/s.exec(stored)?.[2];
  if (quoted !== undefined) yield { reason: 'secret-encoding', detail: 'quotes', secret: quoted };
}

/** The token as it stands, or after the prefix that goes with such headers. */
export function* otherTokenHeaders(scheme: TokenScheme, webhook: Webhook): Generator<Trial> {
  if (scheme.place.kind === 'basic') return;
  for (const name of webhook.headers.keys()) {
    if (COMMON.has(name)) continue;
    const ref = { kind: 'header', names: [name] } as const;
    const { prefix: _, ...bare } = scheme.place;
    const places = [
      { ...bare, ref },
      { ...bare, ref, prefix: 'Bearer ' },
    ];
    for (const place of places) yield { reason: 'wrong-header', detail: name, scheme: { ...scheme, place } };
  }
}
