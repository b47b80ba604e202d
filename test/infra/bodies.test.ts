import { expect, it } from 'vitest';
import { BODY_DAYS } from '../../core/bodies.ts';
import { ofType, queueNamed, resourcesFor } from './synthesize.ts';

const resources = resourcesFor();
const [, bucket] = ofType(resources, 'AWS::S3::Bucket')[0] ?? [];
const DAY_SECONDS = 24 * 3600;

it('the bucket of large bodies has the name that functions and commands compute', () => {
  expect(ofType(resources, 'AWS::S3::Bucket')).toHaveLength(1);
  expect(bucket?.Properties['BucketName']).toEqual({
    'Fn::Join': ['', ['hookwright-prod-bodies-', { Ref: 'AWS::AccountId' }, '-', { Ref: 'AWS::Region' }]],
  });
});

it('keeps a body longer than a message can lie in its queue and its dead-letter queue', () => {
  const { Rules } = bucket?.Properties['LifecycleConfiguration'] ?? {};
  expect(Rules).toEqual([
    { Id: 'bodies', Prefix: 'bodies/', Status: 'Enabled', ExpirationInDays: BODY_DAYS },
  ]);
  const retention = (name: string) =>
    queueNamed(resources, name)[1].Properties['MessageRetentionPeriod'] / DAY_SECONDS;
  expect(BODY_DAYS).toBeGreaterThan(
    retention('hookwright-prod-ledger') + retention('hookwright-prod-ledger-dlq'),
  );
});

it('outlives the stack, is encrypted, closed to the public, and reached over TLS only', () => {
  expect([bucket?.DeletionPolicy, bucket?.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  expect(bucket?.Properties).toMatchObject({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  });
  const [[, policy] = ['', undefined]] = ofType(resources, 'AWS::S3::BucketPolicy');
  expect(policy?.Properties['PolicyDocument'].Statement).toMatchObject([
    { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ]);
});
