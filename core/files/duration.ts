/** `30s`, `5m`, `2h`, `3d`: how files write a span of time. */
const DURATION = /^([1-9][0-9]{0,5})(s|m|h|d)$/;
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds, or undefined for anything outside the grammar. */
export function readDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  const unit = match?.[2] as keyof typeof SECONDS | undefined;
  return match === null || unit === undefined ? undefined : Number(match[1]) * SECONDS[unit];
}

/** `100_800` → `28 h`: rounded to what a person needs. */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 72 * 3600) return `${Number((seconds / 3600).toFixed(seconds < 10 * 3600 ? 1 : 0))} h`;
  return `${Number((seconds / 86_400).toFixed(1))} d`;
}
