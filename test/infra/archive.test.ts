import type { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import type { Source } from '../../core/files/sourceFile.ts';
import { allowedToFunction } from './policies.ts';
import {
  destination,
  functionOf,
  list,
  ofType,
  pointsTo,
  projectOf,
  type Resource,
  resourcesFor,
  source,
  stackFor,
} from './synthesize.ts';

const archiving = (...sources: readonly Source[]) =>
  resourcesFor(projectOf([destination('ledger')], sources));

const resources = archiving(
  source('github', { archiveDays: 30 }),
  source('stripe'),
  source('stripe-live', { archiveDays: 365 }),
);
const [bucketId = '', bucket] =
  ofType(resources, 'AWS::S3::Bucket').find(([id]) => id.startsWith('Archive')) ?? [];
if (bucket === undefined) throw new Error('there is no archive');

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const statementsOf = (policies: ReturnType<typeof ofType>): readonly Statement[] =>
  policies.flatMap(([, policy]) => policy.Properties['PolicyDocument'].Statement as Statement[]);

describe('a stack without archive: in any source', () => {
  const without = archiving(source('github'));

  it('has no bucket, no alarm for it, and no word of it in its functions', () => {
    // People may look into an archive whether or not there is one yet.
    const ours = Object.entries(without).filter(([id]) => !id.startsWith('Operators'));
    expect(ours.filter(([, each]) => /archive/i.test(JSON.stringify(each))).map(([id]) => id)).toEqual([]);
  });
});

describe("the archive's bucket", () => {
  it('has the name that the command computes, which no other account can have', () => {
    expect(bucket.Properties['BucketName']).toEqual({
      'Fn::Join': ['', ['hookwright-prod-archive-', { Ref: 'AWS::AccountId' }, '-', { Ref: 'AWS::Region' }]],
    });
  });

  it('outlives the stack and a replacement', () => {
    expect([bucket.DeletionPolicy, bucket.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  it('is encrypted, closed to the public, and keeps no old versions', () => {
    expect(bucket.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(bucket.Properties).not.toHaveProperty('VersioningConfiguration');
  });

  it('is reached over TLS only', () => {
    expect(
      statementsOf(ofType(resources, 'AWS::S3::BucketPolicy').filter(([id]) => id.startsWith('Archive'))),
    ).toMatchObject([
      { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  it('forgets each source after its own days, and after a year what no source owns any more', () => {
    const rules = bucket.Properties['LifecycleConfiguration'].Rules as Resource['Properties'][];
    expect(rules.map(({ Prefix, ExpirationInDays, Status }) => [Prefix, ExpirationInDays, Status])).toEqual([
      ['events/source=github/', 30, 'Enabled'],
      ['events/source=stripe-live/', 365, 'Enabled'],
      ['events/', 365, 'Enabled'],
    ]);
  });
});

describe('who may do what with it', () => {
  it('receive may put events, and nothing else', () => {
    const inArchive = (role: 'receive' | 'deliver' | 'keeper') =>
      allowedToFunction(resources, functionOf(resources, role)[1])
        .filter(({ resource }) => resource.includes('-archive-'))
        .map(({ action, resource }) => `${action} on ${resource.split(':').at(-1)}`);
    expect(inArchive('receive')).toEqual([
      's3:PutObject on hookwright-prod-archive-000000000000-us-east-1/events/*',
    ]);
    expect([...inArchive('deliver'), ...inArchive('keeper')]).toEqual([]);
  });

  it('receive alone is told its name', () => {
    const variables = (role: 'receive' | 'deliver') =>
      functionOf(resources, role)[1].Properties['Environment'].Variables;
    expect(variables('receive')['HOOKWRIGHT_ARCHIVE_BUCKET']).toEqual({ Ref: bucketId });
    expect(variables('deliver')).not.toHaveProperty('HOOKWRIGHT_ARCHIVE_BUCKET');
  });
});

it("breaks none of CloudFormation's own rules", () => {
  const project = projectOf([destination('ledger')], [source('github', { archiveDays: 30 })]);
  const stack = stackFor(project, 'prod', {
    builtinCloudFormationValidation: true,
    context: { '@aws-cdk/core:validateAgainstDefaultRules': true },
  });
  expect(() => (stack.node.root as App).synth()).not.toThrow();
}, 60_000);

it('an event that is not copied makes a ticket with a runbook', () => {
  const alarm = ofType(resources, 'AWS::CloudWatch::Alarm')
    .map(([, { Properties }]) => Properties)
    .find(({ AlarmName }) => AlarmName === 'hookwright-prod-archive-archive-failed');
  expect(alarm).toMatchObject({
    Namespace: 'Hookwright/prod',
    MetricName: 'ArchiveFailed',
    Dimensions: [{ Name: 'stage', Value: 'prod' }],
    Statistic: 'Sum',
    Period: 300,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
  expect(alarm?.['AlarmDescription']).toMatch(
    /\nRunbook: docs\/operations\.md#archive-failed\nFirst: aws logs tail /,
  );
  expect(pointsTo(list(alarm?.['AlarmActions'])[0])).toMatch(/^OnCallTicket/);
});
