import { describe, expect, it } from 'vitest';
import { functionName, queueName } from '../../core/names.ts';
import { mappingUuid } from '../../local/template/mappingUuid.ts';
import { allowedBy, allowedToFunction, POLICY_TYPES } from './policies.ts';
import {
  arnOf,
  destination,
  functionOf,
  list,
  ofType,
  pointsTo,
  projectOf,
  type Resources,
  resourcesFor,
} from './synthesize.ts';

const resources = resourcesFor();

type Role = Parameters<typeof functionOf>[1];

/** Every `action on what-it-is-called` that a function may do. */
const allowedTo = (all: Resources, role: Role): string[] =>
  allowedToFunction(all, functionOf(all, role)[1])
    .map(({ action, resource }) => `${action} on ${nameOf(resource)}`)
    .sort();

/** The resource in an ARN, without the kind of thing it is and without what the service adds to it. */
const nameOf = (arn: string): string =>
  arn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^(secret|log-group):/, '')
    .replace(/(-LOCAL0|:\*)$/, '');

describe('the role of receive', () => {
  it('allows sending to the destination queues, reading the source secrets, and logging', () => {
    expect(allowedTo(resources, 'receive')).toEqual([
      'logs:CreateLogStream on /hookwright/prod/receive',
      'logs:PutLogEvents on /hookwright/prod/receive',
      's3:PutObject on hookwright-prod-bodies-000000000000-us-east-1/bodies/*',
      'secretsmanager:GetSecretValue on hookwright/prod/sources/github',
      'secretsmanager:GetSecretValue on hookwright/prod/sources/stripe',
      'sqs:SendMessage on hookwright-prod-ledger',
      'sqs:SendMessage on hookwright-prod-ops-chat',
    ]);
  });
});

describe('the role of deliver', () => {
  it('allows consuming the queues, dead-lettering, reading the destination secrets, and logging', () => {
    expect(allowedTo(resources, 'deliver')).toEqual(
      [
        'logs:CreateLogStream on /hookwright/prod/deliver',
        'logs:PutLogEvents on /hookwright/prod/deliver',
        's3:GetObject on hookwright-prod-bodies-000000000000-us-east-1/bodies/*',
        ...['ledger', 'ops-chat'].flatMap(name => [
          `secretsmanager:GetSecretValue on hookwright/prod/destinations/${name}`,
          `sqs:ChangeMessageVisibility on hookwright-prod-${name}`,
          `sqs:DeleteMessage on hookwright-prod-${name}`,
          `sqs:GetQueueAttributes on hookwright-prod-${name}`,
          `sqs:ReceiveMessage on hookwright-prod-${name}`,
          `sqs:SendMessage on hookwright-prod-${name}-dlq`,
        ]),
      ].sort(),
    );
  });

  it('allows the same for each of 30 destinations, over as many policies as that takes', () => {
    const names = Array.from({ length: 30 }, (_, index) => `destination-${index}`);
    const many = resourcesFor(projectOf(names.map(name => destination(name))));
    const allowed = allowedTo(many, 'deliver');
    expect(allowed).toHaveLength(3 + 6 * names.length);
    expect(new Set(allowed).size).toBe(allowed.length);
    expect(ofType(many, 'AWS::IAM::ManagedPolicy').length).toBeGreaterThan(0);
  });
});

describe('the role of the pause keeper', () => {
  it('allows reading and changing the event source mappings, and logging', () => {
    expect(allowedTo(resources, 'keeper')).toEqual(
      [
        'logs:CreateLogStream on /hookwright/prod/deliver',
        'logs:PutLogEvents on /hookwright/prod/deliver',
        ...['ledger', 'ops-chat'].flatMap(name => {
          const uuid = mappingUuid({
            queue: queueName('prod', name),
            functionName: functionName('prod', 'deliver'),
          });
          return ['GetEventSourceMapping', 'ListTags', 'UpdateEventSourceMapping'].map(
            action => `lambda:${action} on event-source-mapping:${uuid}`,
          );
        }),
      ].sort(),
    );
  });
});

describe('roles', () => {
  const roles = ofType(resources, 'AWS::IAM::Role');

  it('are one for each function, taken by Lambda only', () => {
    const used = (['receive', 'deliver', 'keeper'] as const).map(role =>
      pointsTo(functionOf(resources, role)[1].Properties['Role']),
    );
    expect(roles.map(([id]) => id).sort()).toEqual(used.sort());
    for (const [, role] of roles) {
      expect(role.Properties['AssumeRolePolicyDocument'].Statement).toEqual([
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
    }
  });

  it('hold no policy that somebody else wrote', () => {
    expect(roles).toHaveLength(3);
    for (const [, role] of roles) expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});

/** Every place where a `*` may stand, and why. */
const REASONS: Readonly<Record<string, string>> = {
  'deny sqs:* to everyone': 'a queue policy that refuses whatever does not come over TLS',
  'deny sns:Publish to everyone': 'a topic policy that refuses whatever does not come over TLS',
  'allow s3:PutObject': 'the objects of one folder: each body has a key of its own',
  'allow s3:GetObject': 'the objects of one folder: each body has a key of its own',
};

/** Those for people are held to rules of their own, below. */
const functionsOwn = (all: ReturnType<typeof ofType>) => all.filter(([id]) => !id.startsWith('Operators'));

describe('a wildcard', () => {
  const statements = [...POLICY_TYPES, 'AWS::IAM::Role'].flatMap(type =>
    functionsOwn(ofType(resources, type)).flatMap(([id, { Properties }]) =>
      (Properties['PolicyDocument'] ?? Properties['AssumeRolePolicyDocument']).Statement.map(
        (statement: Record<string, unknown>) => ({ id, statement }),
      ),
    ),
  );

  it('stands in no statement without a reason', () => {
    const used = statements
      .filter(({ statement }) => /\*/.test(JSON.stringify(statement)))
      .map(({ id, statement }) => {
        const everyone = ['"*"', '{"AWS":"*"}'].includes(JSON.stringify(statement.Principal));
        const isTlsOnly = JSON.stringify(statement.Condition) === '{"Bool":{"aws:SecureTransport":"false"}}';
        const what = `${String(statement.Effect).toLowerCase()} ${list(statement.Action).join()}`;
        const isOneFolder = list(statement.Resource).every(each =>
          /\/bodies\/\*$/.test(arnOf(resources, each)),
        );
        if (everyone && isTlsOnly) return `${what} to everyone`;
        return isOneFolder ? what : `${what} in ${id}`;
      });
    expect(statements.length).toBeGreaterThan(8);
    expect([...new Set(used)].sort()).toEqual(Object.keys(REASONS).sort());
  });

  it('is no whole resource', () => {
    const wild = statements.filter(({ statement }) =>
      list(statement.Resource ?? []).some(target =>
        /[*?]/.test(arnOf(resources, target).replace(/(\/bodies\/|:)\*$/, '')),
      ),
    );
    expect(wild).toEqual([]);
  });
});

/** What a policy for people allows on more than the stage's own, and why. */
const NOT_BY_STAGE: Readonly<Record<string, string>> = {
  'sqs:ListQueues': 'IAM knows no resource for it',
  'lambda:ListEventSourceMappings': 'IAM knows no resource for it',
  'logs:GetQueryResults': 'IAM knows no resource for it; the id of a query is known to who began it',
  'lambda:ListTags': 'mappings have ids that Lambda makes, and tags say of none whose it is',
  'lambda:UpdateEventSourceMapping': 'the same',
  'lambda:TagResource': 'the same',
  'lambda:UntagResource': 'the same',
};

describe('the policies for people', () => {
  const allowed = allowedBy(resources, 'Operators');

  it('are about the stage alone, but for what cannot be told apart', () => {
    const elsewhere = allowed.filter(({ resource }) => !/hookwright[-/]prod/.test(resource));
    expect([...new Set(elsewhere.map(({ action }) => action))].sort()).toEqual(
      Object.keys(NOT_BY_STAGE).sort(),
    );
  });

  it('let nobody look who changes anything but how long a dead letter is hidden', () => {
    const verbs = allowedBy(resources, 'OperatorsRead').map(({ action }) => action.split(':')[1] ?? '');
    expect(verbs.filter(verb => !/^(Get|List|StartQuery|ReceiveMessage)/.test(verb))).toEqual([
      'ChangeMessageVisibility',
    ]);
  });

  it('read secrets of sources, to sign as the provider does, and none of destinations', () => {
    expect(
      allowed
        .filter(({ action }) => action === 'secretsmanager:GetSecretValue')
        .map(({ resource }) => resource),
    ).toEqual(['arn:aws:secretsmanager:us-east-1:000000000000:secret:hookwright/prod/sources/*']);
  });

  it('are attached to no function', () => {
    for (const [, { Properties }] of ofType(resources, 'AWS::IAM::ManagedPolicy')) {
      expect(Properties).not.toHaveProperty('Roles');
    }
  });
});

it('lets those who pair sources write the secrets of sources, and nothing else', () => {
  expect(
    allowedBy(resources, 'OperatorsPair').map(({ action, resource }) => `${action} on ${nameOf(resource)}`),
  ).toEqual(['secretsmanager:PutSecretValue on hookwright/prod/sources/*']);
  const others = ['OperatorsRead', 'OperatorsOperate'].flatMap(name => allowedBy(resources, name));
  expect(others.map(({ action }) => action)).not.toContain('secretsmanager:PutSecretValue');
});
