/** The least that any verifying receiver with a queue loads and calls: both clients, one call each. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const secrets = new SecretsManagerClient({});
// biome-ignore lint/style/noProcessEnv: this file is a whole function, and its environment is its own
const { FLOOR_QUEUE_URL: queueUrl, FLOOR_SECRET_ID: secretId } = process.env;

export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: event.body ?? '' }));
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
}
