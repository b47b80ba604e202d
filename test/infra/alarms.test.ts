import { describe, expect, it, test } from 'vitest';
import { METRICS } from '../../core/events/metrics.ts';
import { GATEWAY_REFUSED, metricNamespace } from '../../core/names.ts';
import {
  destination,
  list,
  ofType,
  pointsTo,
  projectOf,
  type Resource,
  type Resources,
  resource,
  resourcesFor,
  source,
} from './synthesize.ts';

// One source dedupes and archives and must not fall silent, so that every alarm there is is here.
const resources = resourcesFor(
  projectOf(
    [destination('ledger'), destination('ops-chat')],
    [
      source('github', { patience: { isCertain: true, name: 'GitHub', acknowledgeWithinSeconds: 10 } }),
      source('stripe', {
        ...{ dedupe: { seconds: 86_400, by: 'id' }, archiveDays: 30 },
        ...{ expectEverySeconds: 6 * 3600, expectAtMost: { webhooks: 1200, seconds: 3600 } },
      }),
    ],
  ),
);
type Alarm = Resource['Properties'];
const alarmsOf = (all: Resources): Alarm[] =>
  ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap(type =>
    ofType(all, type).map(([, { Properties }]) => Properties),
  );
const alarms = alarmsOf(resources);
const named = (name: string): Alarm => {
  const found = alarms.find(alarm => alarm['AlarmName'] === `hookwright-prod-${name}`);
  if (found === undefined) throw new Error(`no alarm ${name}`);
  return found;
};
const urgency = (alarm: Alarm): string =>
  pointsTo(list(alarm['AlarmActions'])[0]).startsWith('OnCallPage') ? 'page' : 'ticket';

interface Stat {
  readonly name: string;
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly statistic: string;
  readonly period: number;
}

/** The metrics of an alarm by their ids, whether it has one or calculates. */
function statsOf(alarm: Alarm): Readonly<Record<string, Stat>> {
  const stat = (metric: Alarm, statistic: string, period: number): Stat => ({
    name: metric['MetricName'],
    namespace: metric['Namespace'],
    dimensions: Object.fromEntries(
      (metric['Dimensions'] ?? []).map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
    ),
    statistic,
    period,
  });
  if (alarm['Metrics'] === undefined) return { m: stat(alarm, alarm['Statistic'], alarm['Period']) };
  return Object.fromEntries(
    alarm['Metrics']
      .filter((part: Alarm) => part['MetricStat'] !== undefined)
      .map((part: Alarm) => [
        part['Id'],
        stat(part['MetricStat'].Metric, part['MetricStat'].Stat, part['MetricStat'].Period),
      ]),
  );
}

const expressionOf = (alarm: Alarm): unknown =>
  alarm['Metrics'].find((part: Alarm) => part['Expression'] !== undefined)['Expression'];

const DESTINATION = [
  ...['new-dead-letters', 'old-dead-letters', 'failure-rate', 'late-deliveries'],
  ...['in-flight', 'paused-too-long', 'drift'],
];
const SOURCE = ['signature-failures', 'spike', 'unmatched-events'];
const FUNCTION = ['function-errors', 'function-throttles', 'function-duration'];

describe('alarms', () => {
  it('watch each destination, each source, each function and the front door', () => {
    const names = (subjects: readonly string[], sections: readonly string[]) =>
      subjects.flatMap(subject => sections.map(section => `hookwright-prod-${subject}-${section}`));
    expect(alarms.map(alarm => alarm['AlarmName']).sort()).toEqual(
      [
        ...names(['ledger', 'ops-chat'], DESTINATION),
        ...names(['github', 'stripe'], SOURCE),
        ...names(['stripe'], ['silence']),
        ...names(['receive', 'deliver', 'keeper'], FUNCTION),
        ...names(
          ['front-door'],
          ['receive-faults', 'gateway-refusals', 'front-door-down', 'claims-unavailable'],
        ),
        ...names(['archive'], ['archive-failed']),
        ...names(['relay'], ['old-backlog']),
      ].sort(),
    );
  });

  it('each say what failed, who owns it and what to type first', () => {
    for (const alarm of alarms) {
      const lines = alarm['AlarmDescription'].split('\n');
      expect(lines[0]).toMatch(/^\S.+\.$/);
      expect(lines.filter((line: string) => /^Owner: [a-z-]+\.$/.test(line))).toHaveLength(1);
      expect(lines.at(-1)).toMatch(/^First: (npx --no-install hookwright .+ --stage prod|aws .+)$/);
    }
  });

  it('of a destination name its owner, its runbook and its dead letters', () => {
    expect(named('ledger-new-dead-letters')['AlarmDescription']).toBe(
      [
        'Deliveries to ledger were given up just now and lie in its dead-letter queue.',
        'Owner: ledger-team.',
        'Runbook: docs/operations.md#new-dead-letters',
        "Destination's runbook: docs/operations.md#ledger",
        'First: npx --no-install hookwright dlq ls ledger --stage prod',
      ].join('\n'),
    );
  });

  it('of a source say what its provider does meanwhile', () => {
    expect(named('github-signature-failures')['AlarmDescription']).toContain(
      '\nGitHub waits 10 s for an answer.\nOwner: github-team.\n',
    );
  });

  it('of the local stage give the command as it is typed there', () => {
    const local = alarmsOf(resourcesFor(undefined, 'local'));
    const alarm = local.find(each => each['AlarmName'] === 'hookwright-local-ledger-new-dead-letters');
    expect(alarm?.['AlarmDescription']).toMatch(/\nFirst: npx --no-install hookwright dlq ls ledger$/);
  });

  it('watch metrics of ours with exactly the dimensions that the functions write', () => {
    const ours = alarms.flatMap(alarm =>
      Object.values(statsOf(alarm)).filter(
        ({ namespace, name }) => namespace === metricNamespace('prod') && name !== GATEWAY_REFUSED,
      ),
    );
    expect(ours.length).toBeGreaterThan(20);
    const written: Readonly<Record<string, readonly string[]>> = METRICS;
    for (const { name, dimensions } of ours)
      expect(Object.keys(dimensions).sort()).toEqual([...(written[name] ?? [])].sort());
  });

  it('calculate with metrics of one period', () => {
    for (const alarm of alarms.filter(each => each['Metrics'] !== undefined)) {
      expect(new Set(Object.values(statsOf(alarm)).map(({ period }) => period)).size).toBe(1);
    }
  });

  it('refuse an expression that the local stack could not evaluate, when the template is made', async () => {
    const { App, Stack, Duration } = await import('aws-cdk-lib');
    const { MathExpression, TreatMissingData } = await import('aws-cdk-lib/aws-cloudwatch');
    const { OnCall } = await import('../../infra/onCall.ts');
    const { relayMetric } = await import('../../infra/relayMetric.ts');
    const { stageOf } = await import('../../infra/stages.ts');
    const stack = new Stack(new App(), 'stack');
    const onCall = new OnCall(stack, 'OnCall', stageOf('prod'), 'made');
    const alarm = (expression: string) =>
      onCall.alarm(stack, 'Alarm', {
        ...{
          urgency: 'page',
          subject: 'x',
          section: 'spike',
          whatFailed: 'X.',
          owner: 'o',
          firstCommand: 'aws',
        },
        metric: new MathExpression({
          expression,
          usingMetrics: { m: relayMetric('Fault', { stage: 'prod' }, 'Sum', 1) },
          period: Duration.minutes(1),
        }),
        threshold: 1,
        missingData: TreatMissingData.NOT_BREACHING,
      });
    expect(() => alarm('ANOMALY_DETECTION_BAND(m, 2)')).toThrow('ANOMALY_DETECTION_BAND is not known');
    expect(() => alarm('FILL(m, 0)')).not.toThrow();
  });
});

describe('what makes an alarm go off', () => {
  const once = { ComparisonOperator: 'GreaterThanOrEqualToThreshold', EvaluationPeriods: 1 };
  const quiet = { TreatMissingData: 'notBreaching' };
  const ofLedger = { destination: 'ledger' };
  const ofStripe = { source: 'stripe' };
  const ours = { namespace: 'Hookwright/prod' };

  it('one dead letter within a minute, whoever put it there, and not that somebody looks', () => {
    const alarm = named('ledger-new-dead-letters');
    expect(alarm).toMatchObject({ ...once, ...quiet, Threshold: 1 });
    expect(expressionOf(alarm)).toBe('MAX([FILL(own, 0), DIFF(FILL(visible, 0) + FILL(hidden, 0))])');
    const { own, visible, hidden } = statsOf(alarm);
    expect(own).toEqual({
      ...ours,
      name: 'DeadLettered',
      dimensions: ofLedger,
      statistic: 'Sum',
      period: 60,
    });
    expect(visible?.name).toBe('ApproximateNumberOfMessagesVisible');
    expect(hidden?.name).toBe('ApproximateNumberOfMessagesNotVisible');
    for (const gauge of [visible, hidden]) {
      const queue = resource(resources, pointsTo(gauge?.dimensions['QueueName']));
      expect(queue.Properties['QueueName']).toBe('hookwright-prod-ledger-dlq');
    }
    expect(urgency(alarm)).toBe('page');
  });

  it('half of the attempts failing for 15 minutes pages; that nobody tries does not end it', () => {
    const alarm = named('ledger-failure-rate');
    expect(alarm).toMatchObject({
      ...{ EvaluationPeriods: 3, DatapointsToAlarm: 3, Threshold: 0.5, TreatMissingData: 'ignore' },
    });
    expect(statsOf(alarm)['m']).toEqual({
      ...{ ...ours, name: 'Failed', dimensions: ofLedger, statistic: 'Average', period: 300 },
    });
    expect(urgency(alarm)).toBe('page');
  });

  it('one attempt within 12 hours, longer than any wait, at a delivery older than an hour makes a ticket', () => {
    const alarm = named('ledger-late-deliveries');
    expect(alarm).toMatchObject({
      ...quiet,
      ...{ EvaluationPeriods: 12, DatapointsToAlarm: 1, Threshold: 3600 },
    });
    expect(statsOf(alarm)['m']).toEqual({
      ...{ ...ours, name: 'AgeSeconds', dimensions: ofLedger, statistic: 'Maximum', period: 3600 },
    });
    expect(urgency(alarm)).toBe('ticket');
  });

  test.each([
    ['in-flight', '', 'ApproximateNumberOfMessagesNotVisible', 96_000, 'page'],
    ['old-dead-letters', '-dlq', 'ApproximateAgeOfOldestMessage', 10 * 86_400, 'ticket'],
  ])('%s watches the queue ledger%s', (section, suffix, name, Threshold, goesTo) => {
    const alarm = named(`ledger-${section}`);
    expect(alarm).toMatchObject({ ...once, ...quiet, Threshold });
    const stat = statsOf(alarm)['m'];
    expect(stat).toMatchObject({ namespace: 'AWS/SQS', name, statistic: 'Maximum' });
    const queue = resource(resources, pointsTo(stat?.dimensions['QueueName']));
    expect(queue.Properties['QueueName']).toBe(`hookwright-prod-ledger${suffix}`);
    expect(urgency(alarm)).toBe(goesTo);
  });

  test.each([
    ['ledger-paused-too-long', 'PausedSeconds', 24 * 3600, ofLedger],
    ['relay-old-backlog', 'BacklogSeconds', 9 * 86_400, { stage: 'prod' }],
  ])('%s makes a ticket', (of, name, Threshold, dimensions) => {
    const alarm = named(of);
    expect(alarm).toMatchObject({ ...once, ...quiet, Threshold });
    expect(statsOf(alarm)['m']).toMatchObject({ ...ours, name, dimensions, statistic: 'Maximum' });
    expect(urgency(alarm)).toBe('ticket');
  });

  it('three more failed signatures than webhooks that were taken, within 15 minutes', () => {
    const alarm = named('stripe-signature-failures');
    expect(alarm).toMatchObject({ ...once, ...quiet, Threshold: 0.5 });
    expect(expressionOf(alarm)).toBe('failed / (failed + FILL(taken, 0) + 3)');
    const of = { ...ours, dimensions: ofStripe, statistic: 'Sum', period: 900 };
    expect(statsOf(alarm)).toEqual({
      failed: { ...of, name: 'SignatureFailed' },
      taken: { ...of, name: 'Taken' },
    });
    expect(urgency(alarm)).toBe('page');
  });

  it('no data for the time that the source’s file names, once there was any', () => {
    const alarm = named('stripe-silence');
    expect(alarm).toMatchObject({
      ...{ ComparisonOperator: 'LessThanThreshold', Threshold: 1, TreatMissingData: 'missing' },
      ...{ EvaluationPeriods: 72, DatapointsToAlarm: 72, Period: 300 },
    });
    expect(alarm['InsufficientDataActions']).toEqual(alarm['AlarmActions']);
    expect(urgency(alarm)).toBe('page');
    expect(alarms.some(each => each['AlarmName'] === 'hookwright-prod-github-silence')).toBe(false);
  });

  test.each([
    ['stripe', 1200, 3600, 'what its file says'],
    ['github', 75_000, 300, 'half of what the gateway lets in'],
  ])('a spike of %s is %d webhooks in %d s: %s', (name, Threshold, period) => {
    const alarm = named(`${name}-spike`);
    expect(alarm).toMatchObject({ ...once, ...quiet, Threshold });
    expect(statsOf(alarm)['m']).toMatchObject({ name: 'Taken', statistic: 'Sum', period });
    expect(urgency(alarm)).toBe('ticket');
  });

  it('one event that no route wants, within an hour', () => {
    const alarm = named('github-unmatched-events');
    expect(alarm).toMatchObject({ ...once, ...quiet, Threshold: 1 });
    expect(statsOf(alarm)['m']).toMatchObject({ name: 'Unmatched', statistic: 'Sum', period: 3600 });
    expect(urgency(alarm)).toBe('ticket');
  });

  it('one 5xx of receive within a minute', () => {
    const alarm = named('front-door-receive-faults');
    expect(alarm).toMatchObject({ ...once, ...quiet, Threshold: 1 });
    expect(statsOf(alarm)['m']).toEqual({
      ...{ ...ours, name: 'Fault', dimensions: { stage: 'prod' }, statistic: 'Sum', period: 60 },
    });
  });

  test.each([
    ['receive', 'function-errors', 'Errors', 1, 'ticket'],
    ['deliver', 'function-errors', 'Errors', 1, 'page'],
    ['keeper', 'function-errors', 'Errors', 1, 'page'],
    ['receive', 'function-throttles', 'Throttles', 1, 'ticket'],
    ['deliver', 'function-throttles', 'Throttles', 1, 'page'],
    ['keeper', 'function-throttles', 'Throttles', 1, 'page'],
    ['receive', 'function-duration', 'Duration', 9_000, 'ticket'],
    ['deliver', 'function-duration', 'Duration', 54_000, 'ticket'],
    ['keeper', 'function-duration', 'Duration', 54_000, 'ticket'],
  ])('%s %s', (role, section, name, Threshold, goesTo) => {
    const alarm = named(`${role}-${section}`);
    expect(alarm).toMatchObject({ ...once, ...quiet, Threshold });
    const stat = statsOf(alarm)['m'];
    expect(stat).toMatchObject({ namespace: 'AWS/Lambda', name, period: 300 });
    const fn = pointsTo(stat?.dimensions['FunctionName']);
    expect(fn.toLowerCase()).toContain(role);
    expect(resource(resources, fn).Type).toBe('AWS::Lambda::Function');
    expect(urgency(alarm)).toBe(goesTo);
  });

  it('twenty requests that the gateway refused itself, within five minutes', () => {
    const alarm = named('front-door-gateway-refusals');
    expect(alarm).toMatchObject({ ...once, ...quiet, Threshold: 20 });
    const [counted] = ofType(resources, 'AWS::Logs::MetricFilter').flatMap(([, { Properties }]) =>
      Properties['MetricTransformations'].filter(
        (made: { MetricName: string }) => made.MetricName === 'GatewayRefused',
      ),
    );
    expect(statsOf(alarm)['m']).toEqual({
      ...{ namespace: counted.MetricNamespace, name: counted.MetricName },
      ...{ dimensions: {}, statistic: 'Sum', period: 300 },
    });
    expect(urgency(alarm)).toBe('ticket');
  });

  it('the front door pages once for all of its alarms', () => {
    const composite = named('front-door-front-door-down');
    expect(urgency(composite)).toBe('page');
    const causes = JSON.stringify(composite['AlarmRule']).matchAll(/"Fn::GetAtt":\["([^"]+)","Arn"\]/g);
    expect(
      [...causes].map(([, id = '']) => resource(resources, id).Properties['AlarmName'] as string).sort(),
    ).toEqual([
      'hookwright-prod-front-door-gateway-refusals',
      'hookwright-prod-front-door-receive-faults',
      'hookwright-prod-receive-function-errors',
      'hookwright-prod-receive-function-throttles',
    ]);
  });
});

describe('alarm topics', () => {
  it('are under a key that alarms may use', () => {
    const topics = ofType(resources, 'AWS::SNS::Topic');
    const keys = ofType(resources, 'AWS::KMS::Key');
    expect(topics).toHaveLength(2);
    expect(keys).toHaveLength(1);
    const [[keyId, key] = ['', undefined]] = keys;
    for (const [, topic] of topics) expect(pointsTo(topic.Properties['KmsMasterKeyId'])).toBe(keyId);
    expect(key?.Properties['EnableKeyRotation']).toBe(true);
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html: what a service needs to publish.
    expect(key?.Properties['KeyPolicy'].Statement).toContainEqual({
      Sid: 'Alarms',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
    });
  });

  it('let the alarms of this account publish', () => {
    const allowed = ofType(resources, 'AWS::SNS::TopicPolicy').flatMap(([, policy]) =>
      policy.Properties['PolicyDocument'].Statement.filter(
        (each: { Effect: string }) => each.Effect === 'Allow',
      ),
    );
    expect(allowed).toHaveLength(2);
    for (const statement of allowed) {
      expect(statement).toMatchObject({
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      });
    }
    expect(allowed.map((each: { Resource: unknown }) => pointsTo(each.Resource)).sort()).toEqual(
      ofType(resources, 'AWS::SNS::Topic')
        .map(([id]) => id)
        .sort(),
    );
  });
});
