/**
 * The template's alarms, evaluated each minute on the local metrics. Whoever tests an alarm calls `evaluate` with a time
 * of its own: time is then advanced, not waited for.
 */
import { readJsonFile, writeJsonFile } from '../storage/jsonFile.ts';
import type { AlarmDescription } from '../template/description.ts';
import { type AlarmState, alarmState, statisticOf } from './alarmState.ts';
import type { MetricStore } from './metricStore.ts';

export interface AlarmStatus {
  readonly state: AlarmState;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly reason: string;
}

export interface AlarmChange extends AlarmStatus {
  readonly alarm: AlarmDescription;
  readonly before: AlarmState;
}

export interface AlarmsOptions {
  /** Where the states are kept, so that a restart neither forgets an alarm nor raises it again. */
  readonly file: string;
  readonly metrics: MetricStore;
  readonly onChange: (change: AlarmChange) => void;
}

const MINUTE_MS = 60_000;

export class Alarms {
  readonly #options: AlarmsOptions;
  #descriptions: readonly AlarmDescription[] = [];
  #status: Readonly<Record<string, AlarmStatus>>;

  constructor(options: AlarmsOptions) {
    this.#options = options;
    this.#status = (readJsonFile(options.file) as Record<string, AlarmStatus> | undefined) ?? {};
  }

  get descriptions(): readonly AlarmDescription[] {
    return this.#descriptions;
  }

  define(descriptions: readonly AlarmDescription[]): void {
    this.#descriptions = descriptions;
    for (const { periodSeconds, evaluationPeriods } of descriptions) {
      this.#options.metrics.keepAtLeast((periodSeconds / 60) * evaluationPeriods + 2);
    }
  }

  status(name: string): AlarmStatus | undefined {
    return this.#status[name];
  }

  /** How far back the longest alarm looks. */
  get windowMs(): number {
    return Math.max(
      0,
      ...this.#descriptions.map(alarm => alarm.periodSeconds * alarm.evaluationPeriods * 1000),
    );
  }

  /**
   * As CloudWatch does it: once a minute, on windows that end with the last whole minute, whatever the period.
   * @param at - milliseconds since the epoch.
   */
  evaluate(at: number): readonly AlarmChange[] {
    const endsAt = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const status: Record<string, AlarmStatus> = {};
    const changes: AlarmChange[] = [];
    for (const alarm of this.#descriptions) {
      const before = this.#status[alarm.name];
      const points = this.#points(alarm, endsAt);
      const state = alarmState(alarm, points, before?.state ?? 'INSUFFICIENT_DATA');
      if (before?.state === state) {
        status[alarm.name] = before;
        continue;
      }
      const now: AlarmStatus = { state, since: new Date(at).toISOString(), reason: reasonOf(alarm, points) };
      status[alarm.name] = now;
      changes.push({ ...now, alarm, before: before?.state ?? 'INSUFFICIENT_DATA' });
    }
    this.#status = status;
    if (changes.length > 0) writeJsonFile(this.#options.file, status);
    for (const change of changes) this.#options.onChange(change);
    return changes;
  }

  #points(alarm: AlarmDescription, endsAt: number): readonly (number | undefined)[] {
    const periodMs = alarm.periodSeconds * 1000;
    return Array.from({ length: alarm.evaluationPeriods }, (_, index) => {
      const from = endsAt - (alarm.evaluationPeriods - index) * periodMs;
      const statistics = this.#options.metrics.statistics(alarm, from, from + periodMs);
      return statistics && statisticOf(alarm.statistic, statistics);
    });
  }
}

function reasonOf(alarm: AlarmDescription, points: readonly (number | undefined)[]): string {
  const shown = points
    .map(point => (point === undefined ? 'no data' : String(Number(point.toFixed(3)))))
    .join(', ');
  return `${alarm.statistic} of ${alarm.metric} over ${alarm.periodSeconds} s: ${shown}; threshold ${alarm.threshold}`;
}
