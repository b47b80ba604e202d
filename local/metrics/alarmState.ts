/**
 * The decision of a CloudWatch alarm, on data points that are already statistics of one period each.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
import type { AlarmComparison, AlarmDescription, AlarmStatistic } from '../template/description.ts';
import type { Statistics } from './metricStore.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** @param points - one for each evaluation period, oldest first; undefined where there was no data. */
export function alarmState(
  alarm: Pick<AlarmDescription, 'comparison' | 'threshold' | 'datapointsToAlarm' | 'missingData'>,
  points: readonly (number | undefined)[],
  before: AlarmState,
): AlarmState {
  const present = points.filter(point => point !== undefined);
  const missing = points.length - present.length;
  const breaching = present.filter(point => breaches(point, alarm.comparison, alarm.threshold)).length;
  switch (alarm.missingData) {
    case 'breaching':
      return breaching + missing >= alarm.datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return breaching >= alarm.datapointsToAlarm ? 'ALARM' : 'OK';
    case 'ignore':
      if (breaching >= alarm.datapointsToAlarm) return 'ALARM';
      return missing === 0 || breaching + missing < alarm.datapointsToAlarm ? 'OK' : before;
    case 'missing':
      if (present.length === 0) return 'INSUFFICIENT_DATA';
      return breaching >= alarm.datapointsToAlarm || breaching === present.length ? 'ALARM' : 'OK';
  }
}

export function breaches(value: number, comparison: AlarmComparison, threshold: number): boolean {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
}

export function statisticOf(statistic: AlarmStatistic, { count, sum, minimum, maximum }: Statistics): number {
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / count;
    case 'Maximum':
      return maximum;
    case 'Minimum':
      return minimum;
    case 'SampleCount':
      return count;
  }
}
