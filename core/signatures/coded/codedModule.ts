/** What every module for a scheme that data cannot say looks like. */
import { type Acceptor, acceptorOf, type Content } from '../acceptor.ts';
import type { FetchedKey, KeyRequest } from '../remoteKey.ts';
import type { RequestDraft, SignedRequest } from '../requestDraft.ts';
import type { RequestValues } from '../requestValues.ts';
import type { CodedScheme, HmacScheme } from '../scheme.ts';
import type { SecretProblem, SecretVersion, SecretVersions } from '../secret.ts';
import type { WebhookToSign } from '../sign.ts';
import { misconfigured, refused, type Unproven, type Verification } from '../verification.ts';

export interface CodedVerification {
  readonly scheme: CodedScheme;
  /** Undefined where the source has none. */
  readonly secrets: SecretVersions | undefined;
  readonly values: RequestValues;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What `keyWanted` asked for. */
  readonly fetched: FetchedKey | undefined;
}

export interface CodedSigning {
  readonly scheme: CodedScheme;
  /** As the source's secret is stored, or the private key of the rehearsal in PEM. */
  readonly secret: string;
  readonly webhook: WebhookToSign;
  /** Holds the body and the identity headers. */
  readonly draft: RequestDraft;
}

export interface CodedModuleCode {
  /** Absent where no key has to be fetched. */
  readonly keyWanted?: (verification: Omit<CodedVerification, 'fetched' | 'now'>) => KeyRequest | Unproven;
  readonly verify: (verification: CodedVerification) => Verification | Promise<Verification>;
  readonly sign: (signing: CodedSigning) => SignedRequest | Promise<SignedRequest>;
}

const NO_ITEMS: ReadonlyMap<string, readonly string[]> = new Map();

/** The only value of a header; a refusal where there is none or more than one. */
export function onlyHeader(
  values: RequestValues,
  name: string,
  missing: 'signature-missing' | 'signed-header-missing',
): string | Unproven {
  const [value, ...more] = values.of({ kind: 'header', names: [name] }, NO_ITEMS);
  if (more.length > 0) {
    return refused(missing === 'signature-missing' ? 'signature-header-repeated' : 'signed-header-repeated');
  }
  return value === undefined || value.trim() === '' ? refused(missing) : value;
}

/** The text at a path of a JSON body, or undefined. */
export const fieldText = (values: RequestValues, ...path: string[]): string | undefined => {
  const [text, ...more] = values.of({ kind: 'field', path }, NO_ITEMS);
  return more.length === 0 ? text : undefined;
};

/**
 * Which live secret made the signature over one of these contents. Every secret is tried with every content, whatever
 * the first says.
 */
export function matchingSecret(
  algorithm: HmacScheme['algorithm'],
  secrets: SecretVersions | undefined,
  contents: readonly Content[],
  signature: Uint8Array,
): SecretVersion | Unproven {
  if (secrets === undefined) return misconfigured('secret-missing');
  const accepting = (secret: string): Acceptor | SecretProblem => acceptorOf(hmacOf(algorithm), secret);
  const current = accepting(secrets.current);
  if (typeof current === 'string') return misconfigured(current);
  const previous = secrets.previous === undefined ? 'secret-empty' : accepting(secrets.previous);
  let match: SecretVersion | undefined;
  for (const content of contents) {
    if (current(content)(signature)) match ??= 'current';
    if (typeof previous !== 'string' && previous(content)(signature)) match ??= 'previous';
  }
  return match ?? refused('signature-mismatch');
}

const hmacOf = (algorithm: HmacScheme['algorithm']): HmacScheme => ({
  kind: 'hmac',
  algorithm,
  secretEncoding: 'utf8',
  signature: { from: { kind: 'header', names: [] }, encoding: 'hex' },
  content: [],
  eventId: [],
  eventType: [],
});

/** @throws Error when the secret is blank. */
export function usableSecret(secret: string): string {
  if (secret.trim() === '') throw new Error('the secret cannot sign: secret-empty');
  return secret;
}
