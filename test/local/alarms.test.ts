import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMetricMath } from '../../core/metricMath.ts';
import { type AlarmState, alarmState, breaches } from '../../local/metrics/alarmState.ts';
import { type AlarmChange, Alarms } from '../../local/metrics/alarms.ts';
import { embeddedMetrics } from '../../local/metrics/embeddedMetrics.ts';
import { measureLine, recoverMetrics } from '../../local/metrics/measureLines.ts';
import { MetricStore } from '../../local/metrics/metricStore.ts';
import { sampleQueues } from '../../local/metrics/minuteTick.ts';
import type {
  AlarmDescription,
  AlarmMetric,
  MetricFilterDescription,
} from '../../local/template/description.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const MINUTE_MS = 60_000;
const DEAD_LETTERED = {
  namespace: 'Hookwright',
  metric: 'DeadLettered',
  dimensions: { Stage: 'local', Destination: 'ledger' },
};
const ALARM: AlarmDescription = {
  metrics: [{ ...DEAD_LETTERED, id: 'm', statistic: 'Sum' }],
  expression: 'm',
  math: parseMetricMath('m'),
  tellsOfSilence: false,
  logicalId: 'Alarm',
  name: 'ledger-new-dead-letters',
  description: 'docs/operations.md#new-dead-letters',
  periodSeconds: 60,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  comparison: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  missingData: 'notBreaching',
};

describe('an alarm at 1 or more', () => {
  const _ = undefined;
  const cases: readonly [
    string,
    AlarmDescription['missingData'],
    number,
    readonly (number | undefined)[],
    AlarmState,
    AlarmState,
  ][] = [
    ['all points breach', 'notBreaching', 1, [1], 'OK', 'ALARM'],
    ['no point breaches', 'notBreaching', 1, [0], 'ALARM', 'OK'],
    ['no data, not breaching', 'notBreaching', 1, [_], 'ALARM', 'OK'],
    ['no data, breaching', 'breaching', 1, [_], 'OK', 'ALARM'],
    ['no data, missing', 'missing', 1, [_], 'OK', 'INSUFFICIENT_DATA'],
    ['no data, ignored, was OK', 'ignore', 1, [_], 'OK', 'OK'],
    ['no data, ignored, was ALARM', 'ignore', 1, [_], 'ALARM', 'ALARM'],
    ['2 of 3 breach, 2 needed', 'notBreaching', 2, [1, 0, 1], 'OK', 'ALARM'],
    ['1 of 3 breaches, 2 needed', 'notBreaching', 2, [0, 0, 1], 'ALARM', 'OK'],
    ['1 breaches, 1 missing counts, 2 needed', 'breaching', 2, [_, 0, 1], 'OK', 'ALARM'],
    ['1 breaches, others missing, 2 needed', 'missing', 2, [_, _, 1], 'OK', 'ALARM'],
    ['1 breaches, others missing, 2 needed, ignored', 'ignore', 2, [_, _, 1], 'OK', 'OK'],
    ['enough are fine to know', 'ignore', 2, [0, 0, _], 'ALARM', 'OK'],
  ];
  it.each(cases)('%s', (_name, missingData, datapointsToAlarm, points, before, expected) => {
    expect(alarmState({ ...ALARM, missingData, datapointsToAlarm }, points, before)).toBe(expected);
  });
});

it.each([
  ['GreaterThanOrEqualToThreshold', [false, true, true]],
  ['GreaterThanThreshold', [false, false, true]],
  ['LessThanThreshold', [true, false, false]],
  ['LessThanOrEqualToThreshold', [true, true, false]],
] as const)('%s compares 1, 2 and 3 with 2', (comparison, expected) => {
  expect([1, 2, 3].map(value => breaches(value, comparison, 2))).toEqual(expected);
});

function run(alarm: Partial<AlarmDescription> = {}, file = join(temporaryFolder(), 'alarms.json')) {
  const metrics = new MetricStore();
  const changes: AlarmChange[] = [];
  const alarms = new Alarms({ file, metrics, onChange: change => changes.push(change) });
  alarms.define([{ ...ALARM, ...alarm }]);
  return { metrics, alarms, changes, file };
}

it.each([
  ['Sum', 6],
  ['Average', 2],
  ['Minimum', 1],
  ['Maximum', 3],
  ['SampleCount', 3],
] as const)('%s of 1, 2 and 3 is %d', (statistic, expected) => {
  const { metrics, alarms, changes } = run({
    metrics: [{ ...DEAD_LETTERED, id: 'm', statistic }],
    threshold: expected,
  });
  for (const value of [1, 2, 3]) metrics.record(DEAD_LETTERED, value, NOON);
  alarms.evaluate(NOON + MINUTE_MS);
  expect(changes).toMatchObject([{ state: 'ALARM', before: 'INSUFFICIENT_DATA' }]);
});

it('reports each change of state once', () => {
  const { metrics, alarms, changes } = run();
  const evaluate = (minutes: number) => alarms.evaluate(NOON + minutes * MINUTE_MS);
  evaluate(0);
  metrics.record(DEAD_LETTERED, 1, NOON + 30_000);
  evaluate(1);
  metrics.record(DEAD_LETTERED, 1, NOON + 90_000);
  evaluate(2);
  evaluate(3);
  expect(changes.map(({ state }) => state)).toEqual(['OK', 'ALARM', 'OK']);
  expect(changes[1]?.reason).toBe('Sum of DeadLettered over 60 s: 1; threshold 1');
});

it('looks at whole minutes, each minute, whatever the period', () => {
  const { metrics, alarms } = run({ periodSeconds: 300, threshold: 2 });
  metrics.record(DEAD_LETTERED, 1, NOON + 30_000);
  metrics.record(DEAD_LETTERED, 1, NOON + 4.5 * MINUTE_MS);
  const states = [4, 4.9, 5, 6].map(minutes => {
    alarms.evaluate(NOON + minutes * MINUTE_MS);
    return alarms.status(ALARM.name)?.state;
  });
  expect(states).toEqual(['OK', 'OK', 'ALARM', 'OK']);
});

it('remembers its state through a restart, and does not report it again', () => {
  const { metrics, alarms, file } = run();
  metrics.record(DEAD_LETTERED, 1, NOON);
  alarms.evaluate(NOON + MINUTE_MS);
  const again = run({}, file);
  again.metrics.record(DEAD_LETTERED, 1, NOON);
  again.alarms.evaluate(NOON + MINUTE_MS);
  expect(again.alarms.status(ALARM.name)?.state).toBe('ALARM');
  expect(again.changes).toEqual([]);
});

it('tells when half has failed for 15 minutes, and not before a success or without attempts', () => {
  const failed = { ...DEAD_LETTERED, metric: 'Failed' };
  const { metrics, alarms, changes } = run({
    metrics: [{ ...failed, id: 'm', statistic: 'Average' }],
    ...{ threshold: 0.5, periodSeconds: 300, missingData: 'ignore' },
    ...{ evaluationPeriods: 3, datapointsToAlarm: 3 },
  });
  const attempt = (minute: number, value: 0 | 1) => metrics.record(failed, value, NOON + minute * MINUTE_MS);
  const stateAt = (minute: number) => {
    alarms.evaluate(NOON + minute * MINUTE_MS);
    return alarms.status(ALARM.name)?.state ?? 'INSUFFICIENT_DATA';
  };
  for (const minute of [0, 1, 2, 5, 6]) attempt(minute, 1);
  expect(stateAt(10)).not.toBe('ALARM');
  attempt(11, 1);
  expect(stateAt(15)).toBe('ALARM');
  // Nobody tried: that is no recovery.
  expect(stateAt(40)).toBe('ALARM');
  for (const minute of [41, 46, 51]) attempt(minute, 0);
  expect(stateAt(55)).toBe('OK');
  expect(changes.at(-1)?.state).toBe('OK');
});

it('watches a queue by the samples that are taken of it', async () => {
  const dead = {
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: 'ledger-dlq' },
  };
  const { metrics, alarms, changes } = run({
    metrics: [{ ...dead, id: 'm', statistic: 'Maximum' }],
  });
  const gauges = async () => ({ visible: 2, notVisible: 0, delayed: 0, oldestAgeSeconds: 9 });
  await sampleQueues({ metrics, alarms, gauges, now: () => NOON });
  alarms.evaluate(NOON + MINUTE_MS);
  expect(changes).toMatchObject([{ state: 'ALARM' }]);
});

it('tells of silence once there was something, and not before', () => {
  const { metrics, alarms, changes } = run({
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
    comparison: 'LessThanThreshold',
    missingData: 'missing',
    tellsOfSilence: true,
  });
  const fired = (minute: number): boolean =>
    alarms.evaluate(NOON + minute * MINUTE_MS).some(({ fires }) => fires);
  expect([1, 6, 600].map(fired)).toEqual([false, false, false]);
  metrics.record(DEAD_LETTERED, 1, NOON + 600 * MINUTE_MS);
  expect([601, 602, 604, 605, 606, 607].map(fired)).toEqual([false, false, false, false, true, false]);
  metrics.record(DEAD_LETTERED, 1, NOON + 620 * MINUTE_MS);
  expect(fired(621)).toBe(false);
  expect(changes.at(-1)?.state).toBe('OK');
});

it('calculates over several metrics, each missing one filled as the expression says', () => {
  const own = { ...DEAD_LETTERED, id: 'own', statistic: 'Sum' } as const;
  const gauge = (id: string, metric: string): AlarmMetric => ({
    ...{ id, namespace: 'AWS/SQS', metric },
    ...{ dimensions: { QueueName: 'q' }, statistic: 'Maximum' },
  });
  const [visible, hidden] = [gauge('visible', 'Visible'), gauge('hidden', 'NotVisible')];
  const expression = 'MAX([FILL(own, 0), DIFF(FILL(visible, 0) + FILL(hidden, 0))])';
  const { metrics, alarms } = run({
    metrics: [own, visible, hidden],
    expression,
    math: parseMetricMath(expression),
  });
  const at = (minute: number) => NOON + minute * MINUTE_MS;
  const stateAfter = (minute: number) => {
    alarms.evaluate(at(minute + 1));
    return alarms.status(ALARM.name)?.state;
  };
  expect(stateAfter(0)).toBe('OK');
  // Moved by SQS itself: only the queue tells.
  metrics.record(visible, 1, at(1));
  expect(stateAfter(1)).toBe('ALARM');
  // Somebody looks: it is hidden for a while, and no new one.
  metrics.record(visible, 0, at(2));
  metrics.record(hidden, 1, at(2));
  expect(stateAfter(2)).toBe('OK');
  metrics.record(hidden, 1, at(3));
  metrics.record(own, 1, at(3));
  expect(stateAfter(3)).toBe('ALARM');
});

it('puts several alarms into one', () => {
  const metrics = new MetricStore();
  const changes: AlarmChange[] = [];
  const file = join(temporaryFolder(), 'alarms.json');
  const alarms = new Alarms({ file, metrics, onChange: change => changes.push(change) });
  const composite = { logicalId: 'Any', name: 'any', description: '', anyOf: [ALARM.name, 'another'] };
  alarms.define([ALARM], [composite]);
  alarms.evaluate(NOON);
  metrics.record(DEAD_LETTERED, 1, NOON);
  alarms.evaluate(NOON + MINUTE_MS);
  expect(alarms.status('any')).toMatchObject({ state: 'ALARM', reason: `in alarm: ${ALARM.name}` });
  alarms.evaluate(NOON + 2 * MINUTE_MS);
  expect(changes.filter(({ alarm }) => alarm.name === 'any').map(({ state }) => state)).toEqual([
    'OK',
    'ALARM',
    'OK',
  ]);
});

describe('embedded metrics', () => {
  const line = JSON.stringify({
    Stage: 'local',
    Destination: 'ledger',
    Failed: 1,
    LatencyMs: [3, 5],
    Missing: 'text',
    _aws: {
      Timestamp: NOON,
      CloudWatchMetrics: [
        {
          Namespace: 'Hookwright',
          Dimensions: [['Stage', 'Destination'], ['Stage', 'Absent'], []],
          Metrics: [{ Name: 'Failed' }, { Name: 'LatencyMs' }, { Name: 'Missing' }],
        },
      ],
    },
  });

  it('are read for each set of dimensions that the line has values for', () => {
    const dimensions = { Stage: 'local', Destination: 'ledger' };
    expect(embeddedMetrics(line)).toEqual([
      { namespace: 'Hookwright', metric: 'Failed', dimensions, values: [1], at: NOON },
      { namespace: 'Hookwright', metric: 'LatencyMs', dimensions, values: [3, 5], at: NOON },
      { namespace: 'Hookwright', metric: 'Failed', dimensions: {}, values: [1], at: NOON },
      { namespace: 'Hookwright', metric: 'LatencyMs', dimensions: {}, values: [3, 5], at: NOON },
    ]);
  });

  it.each([
    'text',
    '{"_aws":',
    '{"_aws":{}}',
    '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[null,{"Namespace":1}]}}',
  ])('are none in %s', text => {
    expect(embeddedMetrics(text)).toEqual([]);
  });

  it('take a bounded amount of memory', () => {
    const metrics = new MetricStore();
    for (let minute = 0; minute < 300; minute += 1)
      metrics.record(DEAD_LETTERED, 1, NOON + minute * MINUTE_MS);
    expect(metrics.statistics(DEAD_LETTERED, NOON, NOON + 400 * MINUTE_MS)?.count).toBe(60);
    measureLine(line, '/group', NOON, [], metrics);
    expect(metrics.statistics({ ...DEAD_LETTERED, metric: 'LatencyMs' }, NOON, NOON + MINUTE_MS)).toEqual({
      count: 2,
      sum: 8,
      minimum: 3,
      maximum: 5,
    });
  });
});

describe('metrics that a filter counts', () => {
  const failed = (value: number, ...states: readonly string[]): MetricFilterDescription => ({
    ...{
      logicalId: `Failed${value}`,
      logGroup: '/deliver',
      namespace: 'Hookwright',
      metric: 'Failed',
      value,
    },
    pattern: {
      kind: 'json',
      condition: { kind: 'any', of: states.map(text => ({ kind: 'is', field: 'state', text })) },
    },
    dimensions: { destination: 'destination' },
  });
  const filters = [failed(0, 'delivered'), failed(1, 'dead')];
  const line = (fields: object): string => JSON.stringify(fields);
  const of = (metrics: MetricStore, destination: string) =>
    metrics.statistics(
      { namespace: 'Hookwright', metric: 'Failed', dimensions: { destination } },
      NOON,
      NOON + MINUTE_MS,
    );

  it('have the dimension that the line says, and only of lines of their log group that match', () => {
    const metrics = new MetricStore();
    const log = (fields: object, group = '/deliver') =>
      measureLine(line(fields), group, NOON, filters, metrics);
    log({ state: 'delivered', destination: 'ledger' });
    log({ state: 'dead', destination: 'ledger' });
    log({ state: 'dead', destination: 'desk' });
    log({ state: 'dead' });
    log({ state: 'retrying', destination: 'ledger' });
    log({ state: 'dead', destination: 'ledger' }, '/receive');
    expect(of(metrics, 'ledger')).toEqual({ count: 2, sum: 1, minimum: 0, maximum: 1 });
    expect(of(metrics, 'desk')).toMatchObject({ count: 1, sum: 1 });
  });

  it('are there again after a restart, from the logs of the last run', async () => {
    const metrics = new MetricStore();
    const records = [
      { message: line({ state: 'dead', destination: 'ledger' }), log: '0:/deliver', timestamp: NOON + 1 },
      { message: line({ state: 'dead', destination: 'ledger' }), log: '0:/receive', timestamp: NOON + 2 },
    ];
    await recoverMetrics(
      (async function* () {
        yield* records;
      })(),
      filters,
      metrics,
    );
    expect(of(metrics, 'ledger')).toMatchObject({ count: 1, sum: 1 });
  });
});
