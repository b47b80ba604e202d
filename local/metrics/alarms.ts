/**
 * The template's alarms, evaluated each minute on the local metrics. Whoever tests an alarm calls `evaluate` with a time
 * of its own: time is then advanced, not waited for.
 */
import { evaluateMetricMath, lookBehind, type Points } from '../../core/metricMath.ts';
import { readJsonFile, writeJsonFile } from '../storage/jsonFile.ts';
import type { AlarmDescription, AlarmMetric, CompositeAlarmDescription } from '../template/description.ts';
import { type AlarmState, alarmState, statisticOf } from './alarmState.ts';
import type { MetricStore } from './metricStore.ts';

export interface AlarmStatus {
  readonly state: AlarmState;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly reason: string;
}

export interface AlarmChange extends AlarmStatus {
  readonly alarm: AlarmDescription | CompositeAlarmDescription;
  readonly before: AlarmState;
  /** Whether somebody is told that something is wrong, as the alarm's actions say. */
  readonly fires: boolean;
}

/** For people. */
export function alarmText({ alarm, state, reason, fires }: AlarmChange): string {
  return fires ? `ALARM ${alarm.name}: ${reason}\n${alarm.description}` : `${state} ${alarm.name}: ${reason}`;
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
  #composites: readonly CompositeAlarmDescription[] = [];
  #status: Readonly<Record<string, AlarmStatus>>;

  constructor(options: AlarmsOptions) {
    this.#options = options;
    this.#status = (readJsonFile(options.file) as Record<string, AlarmStatus> | undefined) ?? {};
  }

  get descriptions(): readonly AlarmDescription[] {
    return this.#descriptions;
  }

  get composites(): readonly CompositeAlarmDescription[] {
    return this.#composites;
  }

  define(
    descriptions: readonly AlarmDescription[],
    composites: readonly CompositeAlarmDescription[] = [],
  ): void {
    this.#descriptions = descriptions;
    this.#composites = composites;
    for (const alarm of descriptions) {
      const minutes = windowMs(alarm) / MINUTE_MS + 2;
      for (const metric of alarm.metrics) this.#options.metrics.keepAtLeast(metric, minutes);
    }
  }

  status(name: string): AlarmStatus | undefined {
    return this.#status[name];
  }

  /** How far back the longest alarm looks. */
  get windowMs(): number {
    return Math.max(0, ...this.#descriptions.map(windowMs));
  }

  /**
   * As CloudWatch does it: once a minute, on windows that end with the last whole minute, whatever the period.
   * @param at - milliseconds since the epoch.
   */
  evaluate(at: number): readonly AlarmChange[] {
    const endsAt = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const status: Record<string, AlarmStatus> = {};
    const changes: AlarmChange[] = [];
    const set = (
      alarm: AlarmDescription | CompositeAlarmDescription,
      state: AlarmState,
      reason: () => string,
    ): void => {
      const before = this.#status[alarm.name];
      if (before?.state === state) {
        status[alarm.name] = before;
        return;
      }
      const now: AlarmStatus = { state, since: new Date(at).toISOString(), reason: reason() };
      status[alarm.name] = now;
      const tellsOfSilence = 'tellsOfSilence' in alarm && alarm.tellsOfSilence;
      // An alarm begins without data: that is no change, and nobody is told.
      const isNewSilence = state === 'INSUFFICIENT_DATA' && before !== undefined && tellsOfSilence;
      const fires = state === 'ALARM' || isNewSilence;
      changes.push({ ...now, alarm, before: before?.state ?? 'INSUFFICIENT_DATA', fires });
    };
    for (const alarm of this.#descriptions) {
      const points = this.#points(alarm, endsAt);
      const before = this.#status[alarm.name]?.state ?? 'INSUFFICIENT_DATA';
      set(alarm, alarmState(alarm, points, before), () => reasonOf(alarm, points));
    }
    for (const composite of this.#composites) {
      const causes = composite.anyOf.filter(name => status[name]?.state === 'ALARM');
      set(composite, causes.length > 0 ? 'ALARM' : 'OK', () =>
        causes.length > 0 ? `in alarm: ${causes.join(', ')}` : 'none of its alarms is on',
      );
    }
    this.#status = status;
    if (changes.length > 0) writeJsonFile(this.#options.file, status);
    for (const change of changes) this.#options.onChange(change);
    return changes;
  }

  #points(alarm: AlarmDescription, endsAt: number): Points {
    const length = alarm.evaluationPeriods + lookBehind(alarm.math);
    const pointsOf = (id: string): Points => {
      const metric = alarm.metrics.find(each => each.id === id);
      return metric === undefined ? [] : this.#pointsOf(metric, alarm.periodSeconds * 1000, endsAt, length);
    };
    return evaluateMetricMath(alarm.math, pointsOf, length).slice(-alarm.evaluationPeriods);
  }

  #pointsOf(metric: AlarmMetric, periodMs: number, endsAt: number, length: number): Points {
    return Array.from({ length }, (_, index) => {
      const from = endsAt - (length - index) * periodMs;
      const statistics = this.#options.metrics.statistics(metric, from, from + periodMs);
      return statistics && statisticOf(metric.statistic, statistics);
    });
  }
}

const windowMs = (alarm: AlarmDescription): number =>
  alarm.periodSeconds * (alarm.evaluationPeriods + lookBehind(alarm.math)) * 1000;

/** As many points as a person reads; an alarm that looks back a week has 168 of them. */
const SHOWN_POINTS = 5;

function reasonOf(alarm: AlarmDescription, points: Points): string {
  const shown = points
    .slice(-SHOWN_POINTS)
    .map(point => (point === undefined ? 'no data' : String(Number(point.toFixed(3)))))
    .join(', ');
  const before = points.length > SHOWN_POINTS ? '…, ' : '';
  const [first, ...others] = alarm.metrics;
  const what =
    others.length === 0 && first !== undefined
      ? `${first.statistic} of ${first.metric}`
      : `${alarm.expression} (${alarm.metrics.map(({ id, statistic, metric }) => `${id}: ${statistic} of ${metric}`).join(', ')})`;
  return `${what} over ${alarm.periodSeconds} s: ${before}${shown}; threshold ${alarm.threshold}`;
}
