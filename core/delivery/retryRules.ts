/** A destination's own word on which answers are tried again, and which never. */

/** Both ends included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

export interface RetryRules {
  readonly on: readonly StatusRange[];
  readonly never: readonly StatusRange[];
}

export const NO_RETRY_RULES: RetryRules = { on: [], never: [] };

/** Statuses with a meaning of their own. A range that happens to hold them leaves it; only their own name changes it. */
const CHANGED_BY_NAME_ALONE = [410, 429];

export const coversStatus = ({ from, to }: StatusRange, status: number): boolean =>
  status >= from && status <= to;

/** The narrowest range that holds a status decides: `on: [4xx], never: [422]` is "all of 4xx but 422". */
export function ruleFor(status: number, rules: RetryRules): 'on' | 'never' | undefined {
  const widest = CHANGED_BY_NAME_ALONE.includes(status) ? 0 : Number.POSITIVE_INFINITY;
  const narrowest = (ranges: readonly StatusRange[]): number =>
    Math.min(
      ...ranges.flatMap(range => (coversStatus(range, status) ? [range.to - range.from] : [])),
      Number.POSITIVE_INFINITY,
    );
  const on = narrowest(rules.on);
  const never = narrowest(rules.never);
  if (Math.min(on, never) > widest || on === never) return undefined;
  return on < never ? 'on' : 'never';
}
