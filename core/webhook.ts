/** The HTTP request as received. Its bytes are never turned into text before they are verified. */
export interface Webhook {
  readonly method: string;
  readonly path: string;
  /** Lower-case names; every line that came, in order, so that a repeated header is visible. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The query string's parameters, decoded; every value that came, in order. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly body: Uint8Array;
  /** Milliseconds since the epoch, when receive was called. */
  readonly receivedAt: number;
}

/** The only value of a header, or undefined when it is absent. A repeated header gives its values joined, as Node does. */
export function headerValue(webhook: Pick<Webhook, 'headers'>, name: string): string | undefined {
  return webhook.headers.get(name)?.join(', ');
}

/** `/github` and `/github/` name the source `github`; anything deeper names nobody. */
export const sourceNameOf = (path: string): string | undefined => /^\/([^/]+)\/?$/.exec(path)?.[1];
