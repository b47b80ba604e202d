/** What the rule packs of cdk-nag say of the template, and why each of it is as it should be. */
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it, test } from 'vitest';
import {
  destination,
  list,
  ofType,
  pointsTo,
  projectOf,
  type Resource,
  type Resources,
  resourcesOf,
  source,
  stacksFor,
} from './synthesize.ts';

// Everything that a stage can have: a second shard, claims, an archive, every alarm.
const stacks = stacksFor(
  projectOf(
    [destination('ledger'), destination('far', { shard: 1 })],
    [
      source('stripe', {
        ...{ dedupe: { seconds: 86_400, by: 'id' }, archiveDays: 30 },
        ...{ expectEverySeconds: 3600 },
      }),
    ],
  ),
);
const templates = [...stacks.values()].map(resourcesOf);
const everything = (type: string): Array<[string, Resource]> =>
  templates.flatMap(resources => ofType(resources, type));

interface Finding {
  readonly rule: string;
  readonly path: string;
}

interface Acknowledgement {
  readonly rule: RegExp;
  readonly on: RegExp;
  readonly reason: string;
  /** What the reason rests on, asked of the template. */
  readonly holds: () => void;
}

const policiesOf = (resources: Resources): unknown[] =>
  ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap(type =>
    ofType(resources, type)
      .filter(([id]) => !id.startsWith('Operators'))
      .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement),
  );

const ACKNOWLEDGED: readonly Acknowledgement[] = [
  {
    rule: /^AwsSolutions-SMG4$/,
    on: /\/Secrets\/(sources|destinations)\./,
    reason:
      'The value is shared with a provider or a destination, so only a person can change both ends; two versions are accepted meanwhile.',
    holds: () => {
      for (const [, { Properties }] of everything('AWS::SecretsManager::Secret')) {
        expect(Properties['Name']).toMatch(/^hookwright\/prod\/(sources|destinations)\//);
      }
    },
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*\/(bodies|events)\/\*\]$/,
    on: /\/(Receive|Deliver)\/Role\//,
    reason:
      'Objects are named by events that are yet to come; the prefix is all that the function may touch.',
    holds: () => {
      for (const resources of templates) {
        for (const statement of policiesOf(resources) as { Action: unknown; Resource: unknown }[]) {
          if (!JSON.stringify(statement.Action).includes('s3:')) continue;
          for (const target of list(statement.Resource)) {
            expect(JSON.stringify(target)).toMatch(/\/(bodies|events)\/\*/);
          }
        }
      }
    },
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*:log-group:\/hookwright\/prod\/deliver:\*\]$/,
    on: /^hookwright-prod-shard-1\//,
    reason:
      'The streams of one log group, which a role cannot name before they are; the group is found by its name in further shards.',
    holds: () => expect(stacks.size).toBe(2),
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::/,
    on: /\/Operators\/(Read|Operate|Pair)\//,
    reason:
      'People look at and act on whatever destinations there are, so the policies go by the stage in the names; what has no such name is listed in the test of the rules.',
    holds: () => {
      const policies = everything('AWS::IAM::ManagedPolicy').filter(([id]) => id.startsWith('Operators'));
      expect(policies).toHaveLength(3);
      // To be attached to people: no function has them.
      for (const [, { Properties }] of policies) expect(Properties['Roles'] ?? []).toEqual([]);
    },
  },
  {
    rule: /^AwsSolutions-S1$/,
    on: /\/(Bodies|Archive)\/Bucket\//,
    reason:
      'Who reads a body is known already: deliver, or an operator whose command leaves a line. An access log would cost as much again.',
    holds: () => {
      for (const [, { Properties }] of everything('AWS::S3::Bucket')) {
        expect(Properties['PublicAccessBlockConfiguration']).toMatchObject({ BlockPublicAcls: true });
      }
    },
  },
  {
    rule: /^AwsSolutions-DDB3$/,
    on: /\/Claims\/Table\//,
    reason: 'A claim is worth nothing after days, and without it a repeat is accepted again.',
    holds: () => {
      const [[, table] = []] = everything('AWS::DynamoDB::Table');
      expect(table?.Properties['TimeToLiveSpecification']).toMatchObject({ Enabled: true });
    },
  },
  {
    rule: /^AwsSolutions-APIG4$/,
    on: /\/FrontDoor\/.*Route\//,
    reason: 'The signature of the webhook is the authorization; receive refuses what has none that holds.',
    holds: () => {
      const [[, route] = []] = everything('AWS::ApiGatewayV2::Route');
      expect(route?.Properties).toMatchObject({ RouteKey: '$default', AuthorizationType: 'NONE' });
    },
  },
  {
    rule: /^Serverless-APIGWStructuredLogging$/,
    on: /\/FrontDoor\/.*Stage\//,
    reason:
      'A line is five words in a fixed order, which filter patterns and Insights can tell apart; as JSON it would be more than twice the bytes, of every webhook.',
    holds: () => {
      const [[, stage] = []] = everything('AWS::ApiGatewayV2::Stage');
      const words = stage?.Properties['AccessLogSettings'].Format.split(' ');
      expect(words).toHaveLength(5);
      for (const word of words) expect(word).toMatch(/^\$context\.[A-Za-z.]+$/);
    },
  },
  {
    rule: /^Serverless-LambdaDLQ$/,
    on: /\/(Receive|Deliver|PauseKeeper)\/Function\//,
    reason:
      'Receive is called by the gateway, which waits for its answer; deliver takes from a queue that has a dead-letter queue; the keeper does all of it again in five minutes, and its errors page.',
    holds: () => {
      const alarms = everything('AWS::CloudWatch::Alarm').map(
        ([, { Properties }]) => Properties['AlarmName'],
      );
      for (const name of ['keeper', 'keeper-1'])
        expect(alarms).toContain(`hookwright-prod-${name}-function-errors`);
      const rules = everything('AWS::Events::Rule').map(
        ([, { Properties }]) => Properties['ScheduleExpression'],
      );
      expect(rules).toContain('rate(5 minutes)');
    },
  },
  {
    rule: /^Serverless-LambdaTracing$/,
    on: /\/(Receive|Deliver|PauseKeeper)\/Function\//,
    reason:
      'One wide line for each webhook and attempt carries the ids that a trace would; tracing each webhook costs more than its two invocations.',
    holds: () => {
      for (const [, { Properties }] of everything('AWS::Lambda::Function')) {
        expect(Properties['LoggingConfig']).toMatchObject({ LogFormat: 'JSON' });
      }
    },
  },
  {
    rule: /^Serverless-SQSRedrivePolicy$/,
    on: /\/DeadLetters\//,
    reason: 'It is the dead-letter queue.',
    holds: () => {
      for (const resources of templates) {
        const queues = ofType(resources, 'AWS::SQS::Queue');
        const targets = queues.flatMap(([, { Properties }]) =>
          Properties['RedrivePolicy'] === undefined
            ? []
            : [pointsTo(Properties['RedrivePolicy'].deadLetterTargetArn)],
        );
        for (const [id, { Properties }] of queues) {
          if (Properties['RedrivePolicy'] === undefined) expect(targets).toContain(id);
        }
      }
    },
  },
  {
    rule: /^Serverless-LambdaEventSourceMappingDestination$/,
    on: /\/Mapping\//,
    reason:
      'A destination on failure is for streams; of a queue the redrive policy is the net, and each mapping’s queue has one.',
    holds: () => {
      for (const resources of templates) {
        for (const [, { Properties }] of ofType(resources, 'AWS::Lambda::EventSourceMapping')) {
          const queue = resources[pointsTo(Properties['EventSourceArn'])];
          expect(queue?.Properties['RedrivePolicy']).toBeDefined();
        }
      }
    },
  },
  {
    rule: /^Serverless-EventBusDLQ$/,
    on: /\/PauseKeeper\/Each(Deploy|FewMinutes)\//,
    reason: 'What a lost call would have done is done by the next one, within five minutes.',
    holds: () => expect(everything('AWS::Events::Rule').length).toBe(4),
  },
];

function findings(): Finding[] {
  const [stack] = stacks.values();
  const found: Finding[] = [];
  for (const pack of [new AwsSolutionsChecks(), new ServerlessChecks()]) {
    for (const violation of pack.validateScope(stack?.node.root ?? fail()).violations) {
      for (const at of violation.violatingResources as readonly {
        readonly constructPath?: string;
      }[]) {
        found.push({ rule: violation.ruleName, path: at.constructPath ?? '' });
      }
    }
  }
  return found;
}

const fail = (): never => {
  throw new Error('there is no stack');
};

const covers = ({ rule, on }: Acknowledgement, found: Finding): boolean =>
  rule.test(found.rule) && on.test(found.path);

describe('the packs AwsSolutions and Serverless', () => {
  const found = findings();

  it('find something to say, so they did look', () => {
    expect(found.length).toBeGreaterThan(20);
  });

  it('find nothing that has no reason', () => {
    expect(found.filter(one => !ACKNOWLEDGED.some(reason => covers(reason, one)))).toEqual([]);
  });

  test.each(ACKNOWLEDGED.map(one => [one.rule.source, one] as const))(
    '%s is acknowledged with a reason that is needed and holds',
    (_, acknowledged) => {
      expect(found.some(one => covers(acknowledged, one))).toBe(true);
      expect(acknowledged.reason).toMatch(/^[A-Z].{20,}\.$/);
      acknowledged.holds();
    },
  );
});
