/** The part of the local stack that functions call: a queue engine, and Secrets Manager with the secrets it is given. */
import { join } from 'node:path';
import { type Endpoints, queueUrl } from '../local/account.ts';
import { type QueueEngine, startQueueEngine } from '../local/queues/queueEngine.ts';
import type { SecretValues } from '../local/secrets/secretValues.ts';
import { openAwsEndpoint } from '../local/services/awsEndpoint.ts';
import { secretsManagerService } from '../local/services/secretsManager.ts';

export interface LocalCloud {
  readonly engine: QueueEngine;
  readonly endpoints: Endpoints;
  close(): Promise<void>;
}

/** What a queue is by default; none of it matters to a bench that only sends. */
const QUEUE = {
  visibilityTimeoutSeconds: 360,
  messageRetentionSeconds: 14 * 24 * 60 * 60,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  maximumMessageBytes: 1024 * 1024,
};

export async function openLocalCloud(
  directory: string,
  queues: readonly string[],
  secrets: ReadonlyMap<string, SecretValues>,
): Promise<LocalCloud> {
  const engine = await startQueueEngine({
    file: join(directory, 'queues.sqlite'),
    onFailure: error => {
      throw error;
    },
  });
  await engine.define(queues.map(name => ({ name, ...QUEUE })));
  const aws = await openAwsEndpoint([secretsManagerService(() => secrets)]);
  return {
    engine,
    endpoints: {
      sqs: engine.endpoint,
      secretsmanager: aws.url,
      lambda: aws.url,
      logs: aws.url,
      dynamodb: aws.url,
      s3: aws.url,
      keys: aws.url,
    },
    close: async () => {
      await engine.close();
      await aws.close();
    },
  };
}

/** All queue URLs begin with this: HOOKWRIGHT_QUEUE_BASE_URL as the template has it. */
export const queueBaseUrl = queueUrl('').replace(/\/$/, '');
