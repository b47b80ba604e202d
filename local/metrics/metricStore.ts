/**
 * Metrics as CloudWatch keeps them: statistics for each minute, no single value. Memory is bounded by the number of
 * series and of minutes, whatever the traffic.
 */
export interface MetricName {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Statistics {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

const MINUTE_MS = 60_000;
const MAX_SERIES = 5_000;

/** Of what no alarm looks at for longer. */
const KEEP_MINUTES = 60;

type Series = Map<number, Statistics>;

export class MetricStore {
  readonly #series = new Map<string, Series>();
  readonly #keepMinutes = new Map<string, number>();

  /** An alarm looks back this far. */
  keepAtLeast(name: MetricName, minutes: number): void {
    const key = keyOf(name);
    this.#keepMinutes.set(key, Math.max(this.#keepMinutes.get(key) ?? KEEP_MINUTES, minutes));
  }

  /** @param at - milliseconds since the epoch. */
  record(name: MetricName, value: number, at: number): void {
    if (!Number.isFinite(value)) return;
    const key = keyOf(name);
    let series = this.#series.get(key);
    if (series === undefined) {
      if (this.#series.size >= MAX_SERIES) return;
      series = new Map();
      this.#series.set(key, series);
    }
    const minute = Math.floor(at / MINUTE_MS);
    const before = series.get(minute);
    series.set(minute, {
      count: (before?.count ?? 0) + 1,
      sum: (before?.sum ?? 0) + value,
      minimum: Math.min(before?.minimum ?? value, value),
      maximum: Math.max(before?.maximum ?? value, value),
    });
    if (before === undefined && series.size > (this.#keepMinutes.get(key) ?? KEEP_MINUTES))
      forgetOldest(series);
  }

  /** Over the whole minutes that begin in [fromMs, toMs); undefined when nothing was recorded. */
  statistics(name: MetricName, fromMs: number, toMs: number): Statistics | undefined {
    const series = this.#series.get(keyOf(name));
    let all: Statistics | undefined;
    for (let minute = Math.ceil(fromMs / MINUTE_MS); minute * MINUTE_MS < toMs; minute += 1) {
      const one = series?.get(minute);
      if (one === undefined) continue;
      all = {
        count: (all?.count ?? 0) + one.count,
        sum: (all?.sum ?? 0) + one.sum,
        minimum: Math.min(all?.minimum ?? one.minimum, one.minimum),
        maximum: Math.max(all?.maximum ?? one.maximum, one.maximum),
      };
    }
    return all;
  }
}

function keyOf({ namespace, metric, dimensions }: MetricName): string {
  return JSON.stringify([namespace, metric, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function forgetOldest(series: Series): void {
  series.delete(Math.min(...series.keys()));
}
