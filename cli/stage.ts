/** The stage that a command works on: the local stack by its endpoint file, or one in AWS. The calls are the same. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { deadLetterQueueName, NAME_PATTERN, queueName } from '../core/names.ts';
import { Failure, Misuse, type OptionValues, textOption } from './command.ts';

export interface Stage {
  readonly name: string;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly secrets: SecretsManagerClient;
  readonly s3: S3Client;
  /** Where webhooks are posted; known only of the local stack. */
  readonly frontDoor: string | undefined;
}

/** What the local stack writes when it is ready. */
export const endpointFile = z.object({
  pid: z.int(),
  startedAt: z.string(),
  stage: z.string(),
  region: z.string(),
  frontDoor: z.string(),
  inbox: z.string(),
  endpoints: z.object({
    sqs: z.string(),
    secretsmanager: z.string(),
    lambda: z.string(),
    logs: z.string(),
    s3: z.string(),
  }),
});

export async function openStage(options: OptionValues): Promise<Stage> {
  const name = textOption(options, 'stage');
  if (name === undefined) return openLocalStage(textOption(options, 'data') ?? '.hookwright');
  if (!NAME_PATTERN.test(name)) throw new Misuse(`"${name}" cannot be a stage's name`);
  return {
    name,
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
    lambda: new LambdaClient({}),
    logs: new CloudWatchLogsClient({}),
    secrets: new SecretsManagerClient({}),
    s3: new S3Client({}),
    frontDoor: undefined,
  };
}

async function openLocalStage(data: string): Promise<Stage> {
  const file = join(data, 'endpoint.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Failure(
      `no local stack is running: there is no ${file}`,
      'start it with `npm start` or `hookwright dev`, or name a deployed one with --stage NAME',
    );
  });
  const { stage, region, frontDoor, endpoints, pid } = endpointFile.parse(JSON.parse(text));
  if (!isAlive(pid)) {
    throw new Failure(`the local stack of ${data} is not running any more`, 'start it with `hookwright dev`');
  }
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return {
    name: stage,
    sqs: new SQSClient({ region, credentials, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false }),
    lambda: new LambdaClient({ region, credentials, endpoint: endpoints.lambda }),
    logs: new CloudWatchLogsClient({ region, credentials, endpoint: endpoints.logs }),
    secrets: new SecretsManagerClient({ region, credentials, endpoint: endpoints.secretsmanager }),
    s3: new S3Client({ region, credentials, endpoint: endpoints.s3 }),
    frontDoor,
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface DestinationQueues {
  readonly queueUrl: string;
  readonly deadLetterUrl: string;
}

/** @throws Misuse when the stage has no such destination. */
export async function queuesOf(stage: Stage, destination: string): Promise<DestinationQueues> {
  if (!NAME_PATTERN.test(destination)) throw new Misuse(`"${destination}" cannot be a destination's name`);
  const urlOf = async (name: string): Promise<string> => {
    const answer = await stage.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return answer.QueueUrl ?? '';
  };
  try {
    const [queueUrl, deadLetterUrl] = await Promise.all([
      urlOf(queueName(stage.name, destination)),
      urlOf(deadLetterQueueName(stage.name, destination)),
    ]);
    return { queueUrl, deadLetterUrl };
  } catch (error) {
    if (!/QueueDoesNotExist|NonExistentQueue/.test((error as Error).name)) throw error;
    throw new Misuse(
      `the stage "${stage.name}" has no destination "${destination}"`,
      '`hookwright catalog` lists them',
    );
  }
}
