/** Wires the keeper: a client, the environment. The story is in handler.ts. */
import type { Context } from 'aws-lambda';
import { createLambdaClient, disableMappingWith, readMappingWith } from '../../aws/eventSourceMappings.ts';
import { readStage } from '../environment.ts';
import { writeLine } from '../writeLine.ts';
import { type KeeperInput, keepPaused } from './handler.ts';

// biome-ignore lint/style/noProcessEnv: the function's entry hands its environment to the one reader
const stage = readStage(process.env);
const client = createLambdaClient();

export async function handler(event: KeeperInput, context: Context): Promise<void> {
  await keepPaused(event, {
    stage,
    readMapping: readMappingWith(client),
    disableMapping: disableMappingWith(client),
    writeLine,
    now: Date.now,
    requestId: context.awsRequestId,
  });
}
