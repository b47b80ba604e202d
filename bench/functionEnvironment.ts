import type { Endpoints } from '../local/account.ts';

/** What Lambda gives a function's process, for one that a bench starts by itself against the local cloud. */
export const functionEnvironment = (
  stage: string,
  { sqs, secretsmanager }: Pick<Endpoints, 'sqs' | 'secretsmanager'>,
  queueBaseUrl: string,
): Record<string, string> => ({
  NODE_OPTIONS: '--enable-source-maps',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_SQS: sqs,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsmanager,
  HOOKWRIGHT_STAGE: stage,
  HOOKWRIGHT_QUEUE_BASE_URL: queueBaseUrl,
  HOOKWRIGHT_BODIES_BUCKET: 'bodies',
});
