/** The table by which receive recognises repeats, for the sources that ask for it. A stage without one has no table. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { claimsTableName, logGroupName } from '../core/names.ts';
import type { OnCall } from './onCall.ts';
import type { RelayFunction } from './relayFunction.ts';
import { relayMetric } from './relayMetric.ts';
import type { Stage } from './stages.ts';

export interface ClaimsProps {
  readonly stage: Stage;
  readonly receive: RelayFunction;
  readonly onCall: OnCall;
}

export class Claims extends Construct {
  constructor(scope: Construct, id: string, { stage, receive, onCall }: ClaimsProps) {
    super(scope, id);
    const table = new Table(this, 'Table', {
      tableName: claimsTableName(stage.name),
      partitionKey: { name: 'claimId', type: AttributeType.STRING },
      // Webhooks come in bursts that nobody can plan for; two writes an event are all there is to pay.
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      // Encrypted by DynamoDB's own key, as every table is. A key of ours would cost a call to KMS and guard only ids.
      // No backup, and nothing kept: a claim is worth nothing after days, and without it a repeat is accepted again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // No dynamodb:LeadingKeys: one function claims for all sources, so every key is its own.
    receive.allow(['dynamodb:PutItem', 'dynamodb:DeleteItem'], table.tableArn);

    onCall.alarm(this, 'Unavailable', {
      urgency: 'ticket',
      subject: 'front-door',
      section: 'claims-unavailable',
      whatFailed:
        'Claims could not be stored. Events are accepted all the same, and repeats of them may be delivered again.',
      owner: stage.owner,
      // The lines say which call failed, and with which error.
      firstCommand: `aws logs tail ${logGroupName(stage.name, 'receive')} --since 15m --filter-pattern '{ $.ClaimFault = 1 }'`,
      metric: relayMetric('ClaimFault', { stage: stage.name }, 'Sum', 5),
      threshold: 1,
      // Written for each claim that failed: no data is that none did.
      missingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
