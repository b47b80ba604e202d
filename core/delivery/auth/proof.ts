/** What every way of authenticating takes and gives. */
import type { DeliveryId } from '../../ids.ts';
import type { SecretVersions } from '../../signatures/secret.ts';

/** A request that is complete but for the proof of who sends it. */
export interface UnprovenRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The delivery's id: the outbound `webhook-id`. */
  readonly id: DeliveryId;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Proof =
  | {
      readonly ok: true;
      readonly headers: Readonly<Record<string, string>>;
      /** Set in the URL's query. */
      readonly query?: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly code: ProofProblem };

/** Ours to mend, in Secrets Manager: the delivery is tried again meanwhile. */
export type ProofProblem = 'secret-missing' | 'secret-empty' | 'secret-unusable';

/** What a request is proven with, beside the destination's configuration. */
export interface ProofMaterial {
  readonly secret: SecretVersions | undefined;
  /** OAuth 2.0's access token, which stands in for the secret. */
  readonly token?: string | undefined;
}

/** Visible ASCII with single spaces inside: anything else could end the header and begin another. */
export const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

export const unusable: Proof = { ok: false, code: 'secret-unusable' };

/** Fields of a secret that is a JSON object; undefined when it is none, or one of the fields is missing or empty. */
export function secretFields<Name extends string>(
  text: string,
  names: readonly Name[],
): (Readonly<Record<Name, string>> & Readonly<Record<string, unknown>>) | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = value as Record<string, unknown>;
  const isWhole = names.every(name => typeof fields[name] === 'string' && fields[name] !== '');
  return isWhole ? (fields as Record<Name, string> & Record<string, unknown>) : undefined;
}
