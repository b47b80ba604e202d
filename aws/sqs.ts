/** SQS, three verbs. */
import {
  ChangeMessageVisibilityCommand,
  type MessageAttributeValue,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

/**
 * The endpoint is the region's own, or the one in AWS_ENDPOINT_URL_SQS. By default the SDK would call the host of each
 * queue URL instead, and a queue URL is only a name to us.
 */
export const createSqsClient = (): SQSClient => new SQSClient({ useQueueUrlAsEndpoint: false });

export type SendMessage = (
  queueUrl: string,
  body: string,
  attributes?: Readonly<Record<string, string>>,
) => Promise<void>;

export const sendMessageWith =
  (client: SQSClient): SendMessage =>
  async (queueUrl, body, attributes) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        ...(attributes && { MessageAttributes: messageAttributes(attributes) }),
      }),
    );
  };

function messageAttributes(
  attributes: Readonly<Record<string, string>>,
): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}

export type DelayMessage = (queueUrl: string, receiptHandle: string, seconds: number) => Promise<void>;

/** Hides a received message for so long; SQS then hands it out again. */
export const delayMessageWith =
  (client: SQSClient): DelayMessage =>
  async (queueUrl, receiptHandle, seconds) => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.ceil(seconds),
      }),
    );
  };
