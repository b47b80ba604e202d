/** What happened to one attempt, and what that means. */

/** What the network gave us, or the reason it gave nothing. */
export type Exchange =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly retryAfter?: string;
      /** The beginning of the response body, at most 1 KiB; kept for the dead letter and never logged. */
      readonly excerpt: string;
    }
  | { readonly kind: 'no-response'; readonly code: NetworkCode };

export type NetworkCode =
  | 'timeout'
  | 'connection-refused'
  | 'connection-reset'
  | 'dns-failed'
  | 'tls-failed'
  | 'address-refused'
  | 'network-error';

/** An attempt's result. `delivered` is the only good one; the others say who has to do something. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number }
  /** They ask us to slow down. */
  | { readonly kind: 'throttled'; readonly status: number; readonly retryAfter?: string }
  /** It may go better later. */
  | { readonly kind: 'failed'; readonly code: string; readonly status?: number }
  /** They will never take this request as it is. */
  | { readonly kind: 'rejected'; readonly code: string; readonly status?: number }
  /** They say that nobody lives there any more. */
  | { readonly kind: 'gone'; readonly status: number };

/**
 * | answer | outcome |
 * | --- | --- |
 * | 2xx | delivered |
 * | 429; 503 with Retry-After | throttled |
 * | 408, 425, 5xx | failed |
 * | 410 | gone |
 * | any other status, redirects among them | rejected |
 * | an address that must not be reached | rejected |
 * | any other silence | failed |
 */
export function classify(exchange: Exchange): Outcome {
  if (exchange.kind === 'no-response') {
    return exchange.code === 'address-refused'
      ? { kind: 'rejected', code: exchange.code }
      : { kind: 'failed', code: exchange.code };
  }
  const { status, retryAfter } = exchange;
  const code = `http-${status}`;
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === 429 || (status === 503 && retryAfter !== undefined)) {
    return { kind: 'throttled', status, ...(retryAfter === undefined ? {} : { retryAfter }) };
  }
  if (status === 408 || status === 425 || status >= 500) return { kind: 'failed', code, status };
  if (status === 410) return { kind: 'gone', status };
  return { kind: 'rejected', code, status };
}
