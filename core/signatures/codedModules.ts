/**
 * The schemes that data cannot say, and what is known of each without running it. Their code is in `coded/`, one module
 * each, and is loaded only where a source uses it.
 */

export interface CodedModuleTraits {
  /** In a few words, for people. */
  readonly description: string;
  readonly strength: 'verified' | 'authenticated';
  /** Whether every byte of the body is signed, and not only its values. */
  readonly coversBody: boolean;
  readonly replayDefence: 'signed-timestamp' | 'signed-event-id' | 'undefended';
  readonly needsSecret: boolean;
  readonly needsUrl: boolean;
  /** Whether a key has to be fetched. */
  readonly wantsKey: boolean;
}

const SIGNED = {
  strength: 'verified',
  coversBody: true,
  replayDefence: 'undefended',
  needsSecret: true,
  needsUrl: false,
  wantsKey: false,
} as const;

export const CODED_MODULES = {
  twilio: {
    ...SIGNED,
    description: 'hmac-sha1 over URL and form, or over a URL that holds the digest of the body',
    needsUrl: true,
  },
  'aws-sns': {
    description: 'rsa-sha1 or rsa-sha256 over the message, with the certificate of SNS; topic pinned',
    // Message attributes and the links to unsubscribe are not signed.
    strength: 'authenticated',
    coversBody: false,
    replayDefence: 'signed-timestamp',
    needsSecret: false,
    needsUrl: false,
    wantsKey: true,
  },
  contentful: {
    ...SIGNED,
    description: 'hmac-sha256 over a canonical request with the headers that it names',
    replayDefence: 'signed-timestamp',
    needsUrl: true,
  },
  'dropbox-sign': {
    ...SIGNED,
    description: "hmac-sha256 over the event's time and type, in the form field json",
    strength: 'authenticated',
    coversBody: false,
    replayDefence: 'signed-timestamp',
  },
  'paddle-classic': {
    ...SIGNED,
    description: 'rsa-sha1 over the sorted form as PHP serialises it, in the form field p_signature',
  },
  plaid: {
    ...SIGNED,
    description: "JWT ES256 in plaid-verification, with a key asked of Plaid's API",
    replayDefence: 'signed-timestamp',
    wantsKey: true,
  },
} as const satisfies Record<string, CodedModuleTraits>;

export type CodedModule = keyof typeof CODED_MODULES;
