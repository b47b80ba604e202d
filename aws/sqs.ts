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
  async (queueUrl, body, attributes = {}) => {
    const MessageAttributes: Record<string, MessageAttributeValue> = {};
    for (const [name, value] of Object.entries(attributes)) {
      MessageAttributes[name] = { DataType: 'String', StringValue: value };
    }
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, MessageAttributes }));
  };

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
