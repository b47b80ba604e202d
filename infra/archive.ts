/**
 * The archive: a bucket with a copy of each accepted event, for the sources that ask for one. It is written by receive
 * and read by an operator's `hookwright replay`, and by nobody else.
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ARCHIVE_PREFIX, archivePrefix, MAX_ARCHIVE_DAYS } from '../core/archive.ts';
import { archiveBucketName, logGroupName } from '../core/names.ts';
import type { OnCall } from './onCall.ts';
import type { RelayFunction } from './relayFunction.ts';
import { relayMetric } from './relayMetric.ts';
import type { Stage } from './stages.ts';

export interface ArchivingSource {
  readonly name: string;
  readonly archiveDays: number;
}

export interface ArchiveProps {
  readonly stage: Stage;
  readonly sources: readonly ArchivingSource[];
  readonly receive: RelayFunction;
  readonly onCall: OnCall;
}

export class Archive extends Construct {
  constructor(scope: Construct, id: string, props: ArchiveProps) {
    super(scope, id);
    const { stage, sources, receive } = props;
    const stack = Stack.of(this);
    const bucket = new Bucket(this, 'Bucket', {
      bucketName: archiveBucketName(stage.name, stack.account, stack.region),
      // Not under a KMS key: each event would cost a call to it, and receive would need the right to make that.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // Nothing is ever changed in place, and an old version would outlive the days that a source's file promises.
      versioned: false,
      lifecycleRules: [...sources.map(expiryOf), LEFT_BEHIND],
      // Like the queues: what was kept outlives the stack and any mistake in it.
      removalPolicy: RemovalPolicy.RETAIN,
    });

    receive.function.addEnvironment('HOOKWRIGHT_ARCHIVE_BUCKET', bucket.bucketName);
    // Of all sources at once: a line for each would fill the role of a relay that has hundreds.
    receive.allow(['s3:PutObject'], bucket.arnForObjects(`${ARCHIVE_PREFIX}*`));

    this.#alarm(props);
  }

  #alarm({ stage, onCall }: ArchiveProps): void {
    onCall.alarm(this, 'Failed', {
      urgency: 'ticket',
      subject: 'archive',
      section: 'archive-failed',
      whatFailed:
        'Accepted events were not copied to the archive: they are delivered as always, and cannot be replayed.',
      owner: stage.owner,
      firstCommand: `aws logs tail ${logGroupName(stage.name, 'receive')} --since 15m --filter-pattern '{ $.archive = "failed" }'`,
      metric: relayMetric('ArchiveFailed', { stage: stage.name }, 'Sum', 5),
      threshold: 1,
      // Written for each copy that failed: no data is that none did.
      missingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

const expiryOf = ({ name, archiveDays }: ArchivingSource): LifecycleRule => ({
  id: `source-${name}`,
  prefix: archivePrefix(name),
  expiration: Duration.days(archiveDays),
});

/** For a source that no longer archives or no longer exists. Where two rules meet, S3 goes by the shorter time. */
const LEFT_BEHIND: LifecycleRule = {
  id: 'left-behind',
  prefix: ARCHIVE_PREFIX,
  expiration: Duration.days(MAX_ARCHIVE_DAYS),
};
