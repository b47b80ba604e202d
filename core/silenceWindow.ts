/**
 * How an alarm looks back over the longest silence that is ordinary. Many short periods instead of one long one, because the
 * alarm is late by some of them. CloudWatch looks back a day at most, and a week when the periods are an hour or longer.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export interface SilenceWindow {
  readonly periodMinutes: 1 | 5 | 60;
  readonly periods: number;
}

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/** @param seconds - 300 to 604,800. It is never shortened, and made longer by less than a period. */
export function silenceWindow(seconds: number): SilenceWindow {
  const periodMinutes = seconds <= HOUR_SECONDS ? 1 : seconds <= DAY_SECONDS ? 5 : 60;
  return { periodMinutes, periods: Math.ceil(seconds / (periodMinutes * 60)) };
}
