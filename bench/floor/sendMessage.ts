/** The least that any receiver with a queue does: the body goes on the queue. It verifies nothing. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
// biome-ignore lint/style/noProcessEnv: this file is a whole function, and its environment is its own
const queueUrl = process.env['FLOOR_QUEUE_URL'];

export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: event.body ?? '' }));
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
}
