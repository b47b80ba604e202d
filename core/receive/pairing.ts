/**
 * Some providers bring the secret with their first, unsigned question. It is taken only while an operator pairs the source:
 * the operator's command writes for how long, and a public key, beside the secret; receive seals what comes with that key
 * and writes it into its log line; the command, which alone holds the other half, opens and stores it. So receive can
 * write no secret, and what it logged is of no use once the command has ended.
 */
import { isRecord } from '../envelope.ts';

/** The label of the version that says so. Who may read a secret may read it. */
export const PAIRING_LABEL = 'HOOKWRIGHT_PAIRING';

/** Receive does not look again for so long: strangers shall not make it ask for each of their questions. */
export const PAIRING_KNOWN_MS = 2_000;

export interface Pairing {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** RSA, 2,048 bits, SubjectPublicKeyInfo in base64. */
  readonly publicKey: string;
}

/** What RSA-OAEP with SHA-256 and 2,048 bits can hold. */
export const MAX_SEALED_BYTES = 190;

export const writePairing = ({ until, publicKey }: Pairing): string =>
  JSON.stringify({ pairingUntil: new Date(until).toISOString(), publicKey });

/** Undefined for anything else: whatever is wrong with it, nobody is pairing. */
export function readPairing(text: string): Pairing | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { pairingUntil, publicKey } = value;
  if (typeof pairingUntil !== 'string' || typeof publicKey !== 'string') return undefined;
  const until = Date.parse(pairingUntil);
  return Number.isNaN(until) ? undefined : { until, publicKey };
}
