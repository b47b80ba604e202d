import { describe, expect, it } from 'vitest';
import { filteredLine, matchFilterPattern, parseFilterPattern } from '../../core/filterPattern.ts';
import { logGroupName } from '../../core/names.ts';
import { functionOf, ofType, pointsTo, resource, resourcesFor } from './synthesize.ts';

const resources = resourcesFor();

describe.each([
  { role: 'receive' as const, timeout: 10, memory: 256 },
  { role: 'deliver' as const, timeout: 60, memory: 512 },
])('the $role function', ({ role, timeout, memory }) => {
  const { Properties: properties } = functionOf(resources, role)[1];

  it('runs Node 24 on arm64', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
  });

  it(`has ${timeout} s and ${memory} MB`, () => {
    expect(properties).toMatchObject({ Timeout: timeout, MemorySize: memory });
  });

  it('is told its stage, where queues and large bodies are, and nothing else', () => {
    expect(properties['Environment'].Variables).toEqual({
      HOOKWRIGHT_STAGE: 'prod',
      HOOKWRIGHT_QUEUE_BASE_URL: {
        'Fn::Join': [
          '',
          [
            'https://sqs.',
            { Ref: 'AWS::Region' },
            '.',
            { Ref: 'AWS::URLSuffix' },
            '/',
            { Ref: 'AWS::AccountId' },
          ],
        ],
      },
      HOOKWRIGHT_BODIES_BUCKET: {
        'Fn::Join': ['', ['hookwright-prod-bodies-', { Ref: 'AWS::AccountId' }, '-', { Ref: 'AWS::Region' }]],
      },
      NODE_OPTIONS: '--enable-source-maps',
    });
  });

  it('logs JSON to the group in which the command looks', () => {
    const { LogFormat, SystemLogLevel, LogGroup } = properties['LoggingConfig'];
    expect({ LogFormat, SystemLogLevel }).toEqual({ LogFormat: 'JSON', SystemLogLevel: 'WARN' });
    const logGroup = resource(resources, pointsTo(LogGroup));
    expect(logGroup.Properties).toEqual({ LogGroupName: logGroupName('prod', role), RetentionInDays: 90 });
    expect(logGroup.DeletionPolicy).toBe('Retain');
  });

  it('has no concurrency of its own reserved, for a small one throttles the queues', () => {
    expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });
});

describe('the metrics that stand', () => {
  /** Metric, dimension and value of each filter of a function's log group that matches. */
  const countedIn = (role: 'receive' | 'deliver', line: object): readonly string[] => {
    const logGroup = pointsTo(functionOf(resources, role)[1].Properties['LoggingConfig'].LogGroup);
    return ofType(resources, 'AWS::Logs::MetricFilter').flatMap(([, { Properties }]) => {
      if (pointsTo(Properties['LogGroupName']) !== logGroup) return [];
      const pattern = parseFilterPattern(Properties['FilterPattern']);
      if (matchFilterPattern(pattern, filteredLine(JSON.stringify(line))) === undefined) return [];
      const [made, ...others] = Properties['MetricTransformations'];
      expect(others).toEqual([]);
      expect(made.MetricNamespace).toBe('Hookwright/prod');
      return made.Dimensions.map(
        ({ Key, Value }: { Key: string; Value: string }) =>
          `${made.MetricName} ${made.MetricValue} ${Key}=${Value}`,
      );
    });
  };

  it.each([
    ['accepted', ['Taken 1 source=$.source']],
    ['unmatched', ['Taken 1 source=$.source']],
    ['duplicate', ['Taken 1 source=$.source']],
    ['refused', []],
    ['handshake', []],
  ])('count a webhook that was %s as %j', (state, counted) => {
    expect(countedIn('receive', { line: 'webhook', state, source: 'github' })).toEqual(counted);
    expect(countedIn('deliver', { line: 'webhook', state, source: 'github' })).toEqual([]);
  });

  it.each([
    ['delivered', ['Failed 0 destination=$.destination']],
    ['dropped', ['Failed 0 destination=$.destination']],
    ['retrying', ['Failed 1 destination=$.destination']],
    ['dead', ['Failed 1 destination=$.destination']],
  ])('count an attempt after which the delivery is %s as %j', (state, counted) => {
    expect(countedIn('deliver', { line: 'attempt', state, destination: 'ledger' })).toEqual(counted);
    expect(countedIn('deliver', { line: 'operation', state, destination: 'ledger' })).toEqual([]);
  });
});
