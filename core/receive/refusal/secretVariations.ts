/** Other readings of one stored secret: slips of whoever stored it. */
import type { SecretEncoding } from '../../signatures/scheme.ts';

export interface SecretVariation {
  readonly detail: string;
  readonly secret: string;
  readonly encoding: SecretEncoding;
}

const ENCODINGS: readonly SecretEncoding[] = ['utf8', 'base64', 'whsec', 'hex'];

/** @param encoding - as the scheme reads it. */
export function* secretVariations(secret: string, encoding: SecretEncoding): Generator<SecretVariation> {
  const trimmed = secret.trim();
  if (trimmed !== secret) yield { detail: 'white-space', secret: trimmed, encoding };
  const quoted = /^(["'])(.*)\1$/s.exec(trimmed)?.[2];
  if (quoted !== undefined) yield { detail: 'quotes', secret: quoted, encoding };
  for (const other of ENCODINGS) {
    if (other !== encoding) yield { detail: other, secret: trimmed, encoding: other };
  }
  // A scheme that wants the text as it stands, prefix and all, and a person who took the prefix off.
  if (encoding === 'utf8' && !trimmed.startsWith('whsec_')) {
    yield { detail: 'whsec-prefix', secret: `whsec_${trimmed}`, encoding };
  }
}
