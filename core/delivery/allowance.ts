/** What a route may shape in the requests to a destination. The destination's own file says it, and anything else is refused. */

export const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

export interface RequestAllowance {
  readonly methods: readonly Method[];
  /** Below the destination's URL, segment by segment; `*` stands for any one segment. */
  readonly paths: readonly (readonly string[])[];
  /** Names of query parameters. */
  readonly query: readonly string[];
  /** Lower-case names of request headers. */
  readonly headers: readonly string[];
}

/** @param segments - as they are, not percent-encoded. */
export const allowsPath = (allowance: RequestAllowance, segments: readonly string[]): boolean =>
  allowance.paths.some(
    pattern =>
      pattern.length === segments.length &&
      pattern.every((part, index) => part === '*' || part === segments[index]),
  );
