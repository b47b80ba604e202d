/** What happened to one attempt, what that means, and whose move it is: two tables, and the function that reads them. */
import { coversStatus, NO_RETRY_RULES, type RetryRules, ruleFor, type StatusRange } from './retryRules.ts';

/** What the network gave us, or the reason it gave nothing. */
export type Exchange =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly retryAfter?: string;
      /** The beginning of the response body, at most 1 KiB; kept for the dead letter and never logged. */
      readonly excerpt: string;
    }
  | {
      readonly kind: 'no-response';
      readonly code: NetworkCode;
      /** The system's own word for it, such as `CERT_HAS_EXPIRED`: a constant, never text that somebody sent. */
      readonly detail?: string;
    };

/** An attempt's result. `delivered` is the only good one. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number }
  /** They ask us to slow down. */
  | { readonly kind: 'throttled'; readonly status: number; readonly retryAfter?: string }
  /** It may go better later. */
  | { readonly kind: 'failed'; readonly code: string; readonly status?: number; readonly detail?: string }
  /** They will never take this request as it is, or it may never be sent. */
  | { readonly kind: 'rejected'; readonly code: string; readonly status?: number; readonly detail?: string }
  /** They say that nobody lives there any more. */
  | { readonly kind: 'gone'; readonly status: number };

/**
 * Whose move it is. `ours`: the relay's and its files' owners. `source`, `destination`: the owner of that system.
 * `network`: nobody at either end; it usually passes, and if it does not, it is for whoever runs the network.
 */
export type Side = 'ours' | 'source' | 'destination' | 'network';

interface Row {
  readonly outcome: Outcome['kind'];
  readonly whose: Side;
  /** A sentence for the log and the dead letter. */
  readonly meaning: string;
}

const failed = (whose: Side, meaning: string) => ({ outcome: 'failed', whose, meaning }) as const;
const rejected = (whose: Side, meaning: string) => ({ outcome: 'rejected', whose, meaning }) as const;

/**
 * No answer. All but two may pass, so they are tried again; after a time-out, a close or a reset the destination may
 * have done its work all the same, which is why it deduplicates by `webhook-id`.
 */
export const SILENCES = {
  'dns-not-found': failed('destination', 'their host name does not exist'),
  'dns-failed': failed('network', 'the look-up of their host name failed or took too long'),
  'address-refused': rejected(
    'destination',
    'their host name leads to a private address, and allowPrivate does not name it',
  ),
  'connection-refused': failed('destination', 'nobody listens at their address and port'),
  'connect-timeout': failed('network', 'no connection to their address within the time-out'),
  'host-unreachable': failed('network', 'there is no way to their address'),
  'certificate-expired': failed('destination', 'their certificate has expired'),
  'certificate-wrong-host': failed('destination', 'their certificate is for another host name'),
  'certificate-untrusted': failed('destination', 'their certificate comes from nobody whom we trust'),
  'client-certificate-refused': failed('ours', 'they did not take our client certificate'),
  'certificate-unusable': failed('ours', 'our client certificate or its key is none that TLS takes'),
  'tls-failed': failed('destination', 'the TLS handshake failed'),
  'connection-reset': failed('destination', 'they reset the connection before their answer'),
  'connection-closed': failed('destination', 'they closed the connection without an answer'),
  timeout: failed('destination', 'connected, but no answer within the time-out'),
  'malformed-response': failed('destination', 'what they sent is not HTTP/1.1'),
  'oversized-headers': failed('destination', 'the headers of their answer are larger than 16 KiB'),
  'request-unsendable': rejected('ours', 'the request has a URL or a header that HTTP cannot carry'),
  'network-error': failed('network', 'the connection failed'),
} as const satisfies Record<string, Row>;

export type NetworkCode = keyof typeof SILENCES;

interface AnswerRow extends Row {
  readonly statuses: StatusRange;
  /** The row counts only for an answer with this header. */
  readonly needs?: 'retry-after';
}

const one = (status: number): StatusRange => ({ from: status, to: status });
const oneHundred = (from: number): StatusRange => ({ from, to: from + 99 });

/**
 * An answer: its status counts, whatever becomes of its body. The first row that fits is the answer's. A destination's
 * `retry.on` and `retry.never` move a status between failed and rejected.
 */
const ANSWERS: readonly AnswerRow[] = [
  { statuses: oneHundred(200), outcome: 'delivered', whose: 'destination', meaning: 'they took it' },
  { statuses: one(408), ...failed('destination', 'our request took too long for them') },
  { statuses: one(425), ...failed('destination', 'it was too early for them') },
  { statuses: one(429), outcome: 'throttled', whose: 'ours', meaning: 'we send more than they take' },
  {
    statuses: one(503),
    needs: 'retry-after',
    outcome: 'throttled',
    whose: 'destination',
    meaning: 'they are not available, and say for how long',
  },
  { statuses: oneHundred(500), ...failed('destination', 'they failed') },
  { statuses: { from: 600, to: 999 }, ...failed('destination', 'a status that HTTP does not know') },
  { statuses: one(410), outcome: 'gone', whose: 'destination', meaning: 'they closed this endpoint' },
  { statuses: oneHundred(300), ...rejected('ours', 'they redirect, and redirects are never followed') },
  { statuses: one(401), ...rejected('ours', 'they do not know our credential') },
  { statuses: one(403), ...rejected('ours', 'our credential may not do this') },
  { statuses: one(404), ...rejected('ours', 'they have nothing at this URL') },
  { statuses: oneHundred(400), ...rejected('ours', 'they do not take this request') },
  // A 101 is final, and means that another protocol follows; the other 1xx only announce an answer.
  { statuses: oneHundred(100), ...rejected('destination', 'they want to speak another protocol') },
];
const NO_STATUS: Row = rejected('destination', 'a status that HTTP does not know');

export function classify(exchange: Exchange, rules: RetryRules = NO_RETRY_RULES): Outcome {
  if (exchange.kind === 'no-response') {
    const { code, detail } = exchange;
    return { kind: SILENCES[code].outcome, code, ...(detail === undefined ? {} : { detail }) };
  }
  const { status, retryAfter } = exchange;
  const code = `http-${status}`;
  const kind = withRules(rowOf(status, retryAfter !== undefined).outcome, ruleFor(status, rules));
  switch (kind) {
    case 'delivered':
    case 'gone':
      return { kind, status };
    case 'throttled':
      return { kind, status, ...(retryAfter === undefined ? {} : { retryAfter }) };
    case 'failed':
    case 'rejected':
      return { kind, code, status };
    default:
      return kind satisfies never;
  }
}

const rowOf = (status: number, hasRetryAfter: boolean): Row =>
  ANSWERS.find(
    ({ statuses, needs }) => coversStatus(statuses, status) && (needs === undefined || hasRetryAfter),
  ) ?? NO_STATUS;

/** A rule turns the end into a retry, or a retry into the end, and leaves alone what is so already. */
function withRules(kind: Outcome['kind'], rule: 'on' | 'never' | undefined): Outcome['kind'] {
  if (rule === 'on' && (kind === 'rejected' || kind === 'gone')) return 'failed';
  if (rule === 'never' && (kind === 'failed' || kind === 'throttled')) return 'rejected';
  return kind;
}

/** Begins the codes of what goes wrong while an access token is asked for. */
const OF_TOKENS = 'oauth2-';

/** What a code of these tables means and whose move it is; undefined for codes of other steps, such as mappings. */
export function explain(code: string): { whose: Side; meaning: string } | undefined {
  if (code.startsWith(OF_TOKENS)) {
    const inner = explain(code.slice(OF_TOKENS.length));
    return inner && { whose: inner.whose, meaning: `while asking for a token: ${inner.meaning}` };
  }
  if (Object.hasOwn(SILENCES, code)) return SILENCES[code as NetworkCode];
  const status = /^http-([0-9]{1,3})$/.exec(code)?.[1];
  return status === undefined ? undefined : rowOf(Number(status), false);
}

/** Whose move it is after a failure of any step. What no table names is ours: a mapping, a secret, a route, a file. */
export function whoseMove(code: string): Side {
  const isOfPayload = code === 'CONTRACT_INPUT' || code.startsWith('PAYLOAD_');
  return explain(code)?.whose ?? (isOfPayload ? 'source' : 'ours');
}
