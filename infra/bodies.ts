/**
 * The bucket for bodies that are too large for a message: receive writes, deliver of every shard reads, and nobody lists. It
 * is there in every stage, because a webhook may be as large as the front door lets through, whoever its source is.
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { BODIES_PREFIX, BODY_DAYS } from '../core/bodies.ts';
import { bodiesBucketName } from '../core/names.ts';
import type { Stage } from './stages.ts';

export class Bodies extends Construct {
  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    new Bucket(this, 'Bucket', {
      bucketName: bucketNameIn(this, stage),
      // Not under a KMS key: each body would cost two calls to it, and both functions would need the right to make them.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: false,
      // What no message points to, because its send failed, goes the same way.
      lifecycleRules: [{ id: 'bodies', prefix: BODIES_PREFIX, expiration: Duration.days(BODY_DAYS) }],
      // Like the queues: a body that is gone is a lost webhook.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

/** By its name, so that the stacks of other shards import nothing. */
export function bucketNameIn(scope: Construct, stage: Stage): string {
  const { account, region } = Stack.of(scope);
  return bodiesBucketName(stage.name, account, region);
}

export const bodiesIn = (scope: Construct, stage: Stage): string =>
  Stack.of(scope).formatArn({
    service: 's3',
    account: '',
    region: '',
    resource: `${bucketNameIn(scope, stage)}/${BODIES_PREFIX}*`,
  });
