import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  destination,
  list,
  ofType,
  pointsTo,
  projectOf,
  type Resource,
  resource,
  resourcesFor,
  source,
} from './synthesize.ts';

// One source dedupes, so that every alarm there is is here.
const resources = resourcesFor(
  projectOf(
    [destination('ledger'), destination('ops-chat')],
    [source('github'), source('stripe', { dedupe: { seconds: 86_400, by: 'id' } })],
  ),
);
const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, alarm]) => alarm.Properties);
const named = (name: string) => {
  const found = alarms.find(alarm => alarm['AlarmName'] === `hookwright-prod-${name}`);
  if (found === undefined) throw new Error(`no alarm ${name}`);
  return found;
};
const urgency = (alarm: Resource['Properties']): string =>
  pointsTo(list(alarm['AlarmActions'])[0]).startsWith('OnCallPage') ? 'page' : 'ticket';

const dimensions = (alarm: Resource['Properties']) =>
  Object.fromEntries(
    alarm['Dimensions'].map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
  );

describe('alarms', () => {
  it('watch each destination, the front door, the functions and what waits too long', () => {
    expect(alarms.map(alarm => alarm['AlarmName']).sort()).toEqual(
      [
        'hookwright-prod-front-door-receive-faults',
        'hookwright-prod-front-door-claims-unavailable',
        'hookwright-prod-receive-function-errors',
        'hookwright-prod-deliver-function-errors',
        'hookwright-prod-keeper-function-errors',
        'hookwright-prod-relay-paused-too-long',
        'hookwright-prod-relay-old-backlog',
        ...['ledger', 'ops-chat'].flatMap(name =>
          ['new-dead-letters', 'dead-letters-waiting', 'failure-rate', 'everything-fails'].map(
            section => `hookwright-prod-${name}-${section}`,
          ),
        ),
      ].sort(),
    );
  });

  it('each tell somebody', () => {
    for (const alarm of alarms) {
      expect(alarm['AlarmActions']).toHaveLength(1);
      expect(resource(resources, pointsTo(alarm['AlarmActions'][0])).Type).toBe('AWS::SNS::Topic');
      expect(alarm['ActionsEnabled'] ?? true).toBe(true);
    }
  });

  it('each lead to the runbook section that their name ends with', () => {
    for (const alarm of alarms) {
      const anchor = /^Runbook: docs\/operations\.md#([a-z-]+)$/m.exec(alarm['AlarmDescription'])?.[1];
      expect(anchor).toBeDefined();
      expect(alarm['AlarmName'].endsWith(`-${anchor}`)).toBe(true);
    }
  });

  it('each have their section in the runbook', () => {
    const runbook = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
    const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const alarm of alarms) {
      expect(anchors).toContain(/^Runbook: docs\/operations\.md#(.+)$/m.exec(alarm['AlarmDescription'])?.[1]);
    }
  });

  it('each say whether silence is good news', () => {
    for (const alarm of alarms) expect(['notBreaching', 'ignore']).toContain(alarm['TreatMissingData']);
  });

  it('each say what failed, who owns it and what to type first', () => {
    for (const alarm of alarms) {
      const lines = alarm['AlarmDescription'].split('\n');
      expect(lines[0]).toMatch(/^\S.+\.$/);
      expect(lines[1]).toMatch(/^Owner: [a-z-]+\.$/);
      expect(lines.at(-1)).toMatch(/^First: (npx --no-install hookwright .+ --stage prod|aws logs tail .+)$/);
      expect(alarm['AlarmDescription'].length).toBeLessThan(1024);
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

  it('of the local stage give the command as it is typed there', () => {
    const local = ofType(resourcesFor(undefined, 'local'), 'AWS::CloudWatch::Alarm').map(
      ([, alarm]) => alarm.Properties,
    );
    const alarm = local.find(each => each['AlarmName'] === 'hookwright-local-ledger-new-dead-letters');
    expect(alarm?.['AlarmDescription']).toMatch(/\nFirst: npx --no-install hookwright dlq ls ledger$/);
  });

  it('need no metric math, which the local stack cannot do', () => {
    for (const alarm of alarms) {
      expect(alarm).not.toHaveProperty('Metrics');
      expect(alarm).not.toHaveProperty('ThresholdMetricId');
      expect(alarm['MetricName']).toEqual(expect.any(String));
    }
  });
});

describe('what makes an alarm go off', () => {
  const at = { ComparisonOperator: 'GreaterThanOrEqualToThreshold', EvaluationPeriods: 1 };

  it('one dead letter within a minute pages', () => {
    const alarm = named('ledger-new-dead-letters');
    const metric = { Namespace: 'Hookwright', MetricName: 'DeadLettered', Statistic: 'Sum', Period: 60 };
    expect(alarm).toMatchObject({ ...at, ...metric, Threshold: 1, TreatMissingData: 'notBreaching' });
    expect(dimensions(alarm)).toEqual({ Stage: 'prod', Destination: 'ledger' });
    expect(urgency(alarm)).toBe('page');
  });

  it('one dead letter that waits makes a ticket, and silence of an idle queue does not close it', () => {
    const alarm = named('ledger-dead-letters-waiting');
    expect(alarm).toMatchObject({
      ...at,
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Statistic: 'Maximum',
      Period: 300,
      Threshold: 1,
      TreatMissingData: 'ignore',
    });
    const queue = resource(resources, pointsTo(dimensions(alarm)['QueueName']));
    expect(queue.Properties['QueueName']).toBe('hookwright-prod-ledger-dlq');
    expect(urgency(alarm)).toBe('ticket');
  });

  it('half of the attempts failing within five minutes makes a ticket', () => {
    const alarm = named('ledger-failure-rate');
    const metric = { Namespace: 'Hookwright', MetricName: 'Failed', Statistic: 'Average', Period: 300 };
    expect(alarm).toMatchObject({ ...at, ...metric, Threshold: 0.5, TreatMissingData: 'notBreaching' });
    expect(dimensions(alarm)).toEqual({ Stage: 'prod', Destination: 'ledger' });
    expect(urgency(alarm)).toBe('ticket');
  });

  it('no success in 15 minutes, with an attempt in each 5, pages and says how to pause; silence does not end it', () => {
    const alarm = named('ledger-everything-fails');
    expect(alarm).toMatchObject({
      ...at,
      ...{ Namespace: 'Hookwright', MetricName: 'Failed', Statistic: 'Minimum', Period: 300 },
      ...{ EvaluationPeriods: 3, Threshold: 1, TreatMissingData: 'ignore' },
    });
    expect(dimensions(alarm)).toEqual({ Stage: 'prod', Destination: 'ledger' });
    expect(alarm['AlarmDescription']).toMatch(
      /\nFirst: npx --no-install hookwright pause ledger --stage prod$/,
    );
    expect(urgency(alarm)).toBe('page');
  });

  it.each([
    ['relay-paused-too-long', 'PausedSeconds', 24 * 3600],
    ['relay-old-backlog', 'AgeSeconds', 9 * 24 * 3600],
  ])('%s makes a ticket', (name, MetricName, Threshold) => {
    const alarm = named(name);
    expect(alarm).toMatchObject({
      ...at,
      ...{ Namespace: 'Hookwright', MetricName, Statistic: 'Maximum', Threshold },
      TreatMissingData: 'notBreaching',
    });
    expect(dimensions(alarm)).toEqual({ Stage: 'prod' });
    expect(urgency(alarm)).toBe('ticket');
  });

  it('one 5xx of receive within a minute pages', () => {
    const alarm = named('front-door-receive-faults');
    const metric = { Namespace: 'Hookwright', MetricName: 'Fault', Statistic: 'Sum', Period: 60 };
    expect(alarm).toMatchObject({ ...at, ...metric, Threshold: 1, TreatMissingData: 'notBreaching' });
    expect(dimensions(alarm)).toEqual({ Stage: 'prod' });
    expect(urgency(alarm)).toBe('page');
  });

  it.each(['receive', 'deliver', 'keeper'])('one invocation of %s that ends in an error pages', role => {
    const alarm = named(`${role}-function-errors`);
    const metric = { Namespace: 'AWS/Lambda', MetricName: 'Errors', Statistic: 'Sum', Period: 300 };
    expect(alarm).toMatchObject({ ...at, ...metric, Threshold: 1, TreatMissingData: 'notBreaching' });
    const fn = pointsTo(dimensions(alarm)['FunctionName']);
    expect(fn.toLowerCase()).toContain(role);
    expect(resource(resources, fn).Type).toBe('AWS::Lambda::Function');
    expect(urgency(alarm)).toBe('page');
  });
});

describe('alarm topics', () => {
  it('are under no key that CloudWatch may not use', () => {
    const topics = ofType(resources, 'AWS::SNS::Topic');
    expect(topics).toHaveLength(2);
    for (const [, topic] of topics) expect(topic.Properties ?? {}).not.toHaveProperty('KmsMasterKeyId');
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
