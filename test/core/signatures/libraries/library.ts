/** What the vendors' own libraries say about a request: the judges that our signer and our verifier are held to. */
import fc from 'fast-check';
import type { Webhook } from '../../../../core/webhook.ts';

/** Milliseconds since the epoch: when everything here is signed and judged. */
export const NOW = Date.UTC(2026, 0, 15, 12);
export const NOW_SECONDS = NOW / 1000;

export interface Posted {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Absent: the body that was given. */
  readonly body?: string;
  readonly contentType?: string;
}

export interface VendorLibrary {
  /** On npm; its version is the one in package.json. */
  readonly name: string;
  /** Entries of the catalogue whose vendor makes this library or names it in its own documentation. */
  readonly providers: readonly string[];
  readonly bodies: fc.Arbitrary<string>;
  readonly contentType?: string;
  /** Absent where the library verifies with a public key: those of the entry's rehearsal serve. */
  readonly secrets?: fc.Arbitrary<string>;
  /** As the library signs. */
  readonly signs?: (body: string, secret: string, provider: string) => Posted | Promise<Posted>;
  /** Whether the library accepts a request; false or an error for a refusal. */
  readonly accepts?: (webhook: Webhook, secret: string, provider: string) => unknown;
}

export const textBodies = fc.oneof(fc.string({ unit: 'grapheme' }), fc.json());
/** As `JSON.stringify` writes them: some libraries parse a body and write it anew. */
export const canonicalJson = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean()))
  .map(value => JSON.stringify(value));
export const forms = fc
  .array(fc.tuple(fc.stringMatching(/^[A-Za-z]{1,8}$/), fc.string({ unit: 'grapheme' })), {
    minLength: 1,
    maxLength: 5,
  })
  .map(pairs => new URLSearchParams(pairs).toString());

export const textSecrets = fc.stringMatching(/^[\x21-\x7e]{16,40}$/);
export const hexSecrets = fc.stringMatching(/^(?:[0-9A-F]{2}){32}$/);
export const whsecSecrets = fc
  .uint8Array({ minLength: 24, maxLength: 48 })
  .map(key => `whsec_${Buffer.from(key).toString('base64')}`);

export const bodyText = ({ body }: Webhook): string => Buffer.from(body).toString('utf8');
export const only = ({ headers }: Webhook, name: string): string => headers.get(name)?.[0] ?? '';
export const plainHeaders = ({ headers }: Webhook): Record<string, string> =>
  Object.fromEntries([...headers].map(([name, values]) => [name, values.join(', ')]));
export const addressOf = (provider: string): string => `https://hooks.example.com/${provider}`;
