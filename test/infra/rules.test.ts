/** Rules over the whole template of a stage, whatever resources it has. */
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../core/events/metrics.ts';
import { SAVED_QUERIES } from '../../core/events/savedQueries.ts';
import { GATEWAY_REFUSED, metricNamespace } from '../../core/names.ts';
import {
  destination,
  list,
  ofType,
  pointsTo,
  projectOf,
  type Resource,
  resourcesOf,
  source,
  stacksFor,
} from './synthesize.ts';

const templates = [
  ...stacksFor(
    projectOf(
      [destination('ledger'), destination('far', { shard: 1 })],
      [
        source('stripe', {
          ...{ dedupe: { seconds: 86_400, by: 'id' }, archiveDays: 30 },
          ...{ expectEverySeconds: 3600 },
        }),
      ],
    ),
  ).values(),
].map(resourcesOf);
const all: Array<[string, Resource]> = templates.flatMap(Object.entries);
const of = (type: string): Resource['Properties'][] =>
  all.filter(([, { Type }]) => Type === type).map(([, { Properties }]) => Properties);

describe('every queue', () => {
  it('has a dead-letter queue or is one', () => {
    for (const resources of templates) {
      const queues = ofType(resources, 'AWS::SQS::Queue');
      const deadLetterQueues = queues
        .filter(([, { Properties }]) => Properties['RedrivePolicy'] !== undefined)
        .map(([, { Properties }]) => pointsTo(Properties['RedrivePolicy'].deadLetterTargetArn));
      expect(queues.length).toBe(deadLetterQueues.length * 2);
      for (const [id, { Properties }] of queues)
        expect(Properties['RedrivePolicy'] === undefined).toBe(deadLetterQueues.includes(id));
    }
  });
});

describe('every alarm', () => {
  const alarms = [...of('AWS::CloudWatch::Alarm'), ...of('AWS::CloudWatch::CompositeAlarm')];

  it('has an action, which is one of the topics', () => {
    expect(alarms.length).toBeGreaterThan(30);
    for (const alarm of alarms) {
      expect(alarm['ActionsEnabled'] ?? true).toBe(true);
      expect(alarm['AlarmActions']).toHaveLength(1);
      expect(JSON.stringify(alarm['AlarmActions'])).toMatch(
        /OnCallPage|OnCallTicket|hookwright-prod-(page|ticket)/,
      );
    }
  });

  it('has a runbook', () => {
    for (const alarm of alarms) {
      expect(alarm['AlarmDescription']).toMatch(/^Runbook: docs\/operations\.md#[a-z-]+$/m);
      expect(alarm['AlarmDescription'].length).toBeLessThanOrEqual(1024);
    }
  });

  it('says what silence means; where silence is the fault, it tells of it', () => {
    for (const alarm of of('AWS::CloudWatch::Alarm')) {
      const treated = alarm['TreatMissingData'];
      expect(['notBreaching', 'ignore', 'missing']).toContain(treated);
      expect(alarm['InsufficientDataActions'] !== undefined).toBe(treated === 'missing');
    }
  });

  it('has a name that no other alarm of the stage has', () => {
    const names = alarms.map(alarm => alarm['AlarmName']);
    expect(new Set(names).size).toBe(names.length);
  });
});

/** Calls that cannot be allowed for single resources, and who needs them. */
const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  'sqs:ListQueues': 'people: which destinations a stage has',
  'lambda:ListEventSourceMappings': 'people: which mapping is whose',
  'logs:GetQueryResults': 'people: the answer to their own query',
};

it('no permission is for every resource without a reason', () => {
  for (const [id, { Type, Properties }] of all) {
    if (Type !== 'AWS::IAM::Policy' && Type !== 'AWS::IAM::ManagedPolicy') continue;
    for (const { Action, Effect, Resource: targets } of Properties['PolicyDocument'].Statement) {
      if (Effect !== 'Allow') continue;
      for (const action of list(Action)) {
        expect(action, id).not.toContain('*');
        if (list(targets).includes('*')) expect(Object.keys(WITHOUT_RESOURCE), id).toContain(action);
      }
    }
  }
});

it('every event source mapping reports which messages of a batch failed', () => {
  const mappings = of('AWS::Lambda::EventSourceMapping');
  expect(mappings).toHaveLength(2);
  for (const mapping of mappings)
    expect(mapping['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
});

/** Types that have a name of their own here, and who needs it. */
const NAMED: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'the functions and the command derive it from the destination',
  'AWS::SecretsManager::Secret': 'the functions and people find it by the file’s word',
  'AWS::Logs::LogGroup': 'the command reads it, knowing the stage alone',
  'AWS::Lambda::Function': 'other stacks and the command call it by the stage',
  'AWS::Lambda::Alias': 'every caller and a rollback name it',
  'AWS::S3::Bucket': 'other stacks and the command find it by the stage',
  'AWS::DynamoDB::Table': 'receive derives it from the stage',
  'AWS::SNS::Topic': 'other stacks’ alarms go to it',
  'AWS::IAM::Policy': 'CloudFormation makes none without',
  'AWS::IAM::Role': 'other stacks’ queues let it in',
  'AWS::CloudWatch::Alarm': 'it is the subject of the page',
  'AWS::CloudWatch::CompositeAlarm': 'it is the subject of the page',
  'AWS::CloudWatch::Dashboard': 'it is looked for at night',
  'AWS::Logs::QueryDefinition': 'it is picked from a list',
  'AWS::ApiGatewayV2::Api': 'it is a label, and may be taken twice',
  'AWS::ApiGatewayV2::Stage': 'the default stage has no other',
};

/** Properties that name the thing itself. */
const isName = (type: string, property: string): boolean => {
  const kind = type.split('::').at(-1)?.replace('Composite', '') ?? '';
  return property === 'Name' || property === `${kind}Name`;
};

it('nothing has a physical name that nobody needs', () => {
  const named = new Set(
    all.flatMap(([, { Type, Properties = {} }]) =>
      Object.keys(Properties).some(property => isName(Type, property)) ? [Type] : [],
    ),
  );
  for (const type of named) expect(Object.keys(NAMED), `${type} has a name`).toContain(type);
});

describe('the dashboard', () => {
  const [dashboard] = of('AWS::CloudWatch::Dashboard');
  const [, parts = []] = (dashboard?.['DashboardBody']['Fn::Join'] ?? []) as [string, unknown[]];
  const body = JSON.parse(parts.map(part => (typeof part === 'string' ? part : 'eu-central-1')).join('')) as {
    readonly widgets: readonly { readonly type: string; readonly properties: Record<string, unknown> }[];
  };
  const graphs = body.widgets.filter(({ type }) => type === 'metric');
  const written: Readonly<Record<string, readonly string[]>> = METRICS;

  it('draws only metrics that the functions write, and gauges of queues', () => {
    const text = JSON.stringify(graphs);
    const searches = [...text.matchAll(/SEARCH\('\{([^}]+)\} MetricName=\\+"(\w+)\\+"/g)];
    expect(searches.length).toBeGreaterThan(10);
    for (const [, schema = '', name = ''] of searches) {
      const [namespace, ...dimensions] = schema.split(',');
      if (namespace === 'AWS/SQS') {
        expect(dimensions).toEqual(['QueueName']);
        expect(name).toMatch(/^ApproximateNumberOfMessages(NotVisible|Visible)$/);
      } else {
        expect(namespace).toBe(metricNamespace('prod'));
        expect(dimensions).toEqual(written[name]);
      }
    }
    const direct = graphs.flatMap(({ properties }) =>
      (properties['metrics'] as unknown[][]).filter(([first]) => typeof first === 'string'),
    );
    expect(direct.length).toBe(graphs.length);
    for (const [namespace, name] of direct)
      expect([namespace, name]).toEqual([metricNamespace('prod'), 'Deployed']);
  });

  it('shows what comes in, what goes out, what waits, why it fails, and each deploy', () => {
    const text = JSON.stringify(body);
    for (const name of ['Taken', 'Refused', 'Failed', 'Retried', 'DeadLettered', 'AgeSeconds', 'Deployed'])
      expect(text).toContain(name);
    for (const query of ['latencyMs', 'isDelivered', 'by destination, code']) expect(text).toContain(query);
  });

  it('leads to every saved query', () => {
    const text = JSON.stringify(body);
    for (const { name } of SAVED_QUERIES) expect(text).toContain(`[${name}](https://`);
  });
});

it('every metric that is watched or drawn has somebody who writes it', () => {
  const text = JSON.stringify(templates);
  for (const [, name = ''] of text.matchAll(/"Namespace":"Hookwright\/prod","MetricName":"(\w+)"/g))
    expect([...Object.keys(METRICS), GATEWAY_REFUSED]).toContain(name);
});

describe('saved queries', () => {
  const saved = of('AWS::Logs::QueryDefinition');

  it('are in a folder of the stage, each on the log that has its lines', () => {
    expect(saved.map(query => query['Name']).sort()).toEqual(
      SAVED_QUERIES.map(({ name }) => `hookwright-prod/${name}`).sort(),
    );
    for (const query of saved) {
      const lines = /line = "(\w+)"/.exec(query['QueryString'])?.[1];
      expect(query['LogGroupNames']).toEqual([
        `/hookwright/prod/${lines === 'webhook' ? 'receive' : 'deliver'}`,
      ]);
    }
  });

  it('can be asked by event id, by destination and by failure cause', () => {
    const names = SAVED_QUERIES.map(({ name }) => name);
    for (const name of ['event-by-id', 'attempts-by-event-id', 'by-destination', 'by-failure-cause'])
      expect(names).toContain(name);
  });
});
