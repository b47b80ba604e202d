import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Stage } from './stage.ts';

/** SQS's own figures, and approximate. */
export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
}

export async function depthOf(stage: Stage, queueUrl: string): Promise<QueueDepth> {
  const { Attributes = {} } = await stage.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    visible: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  };
}
