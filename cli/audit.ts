/** Puts on record what operators do, in the log in which the attempts are. */
import { hostname, userInfo } from 'node:os';
import {
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operation, OperationLine } from '../core/events/operationLine.ts';
import { logGroupName } from '../core/names.ts';
import { Failure } from './command.ts';
import type { Stage } from './stage.ts';

type Details = OperationLine['details'];

/** `user@host` of this machine. */
export function operator(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container's user need not have a name.
    return `uid-${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}

const MAX_NAME_LENGTH = 128;

/**
 * The person on this machine, and the access key that the calls are made with, which is no secret and which AWS can say the
 * owner of. Printable ASCII, since it travels in messages.
 */
export async function operatorName(stage: Stage): Promise<string> {
  const { accessKeyId } = await stage.logs.config.credentials();
  return `${operator()} (${accessKeyId})`.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_NAME_LENGTH);
}

/** @throws Failure when it cannot be recorded: then nothing has been done yet, and nothing should be. */
export async function recordBegin(
  stage: Stage,
  operation: Operation,
  destination: string,
  details: Details,
): Promise<void> {
  await record(stage, operation, 'begins', destination, details).catch((error: Error) => {
    throw new Failure(
      `nothing was done: it cannot be put on record (${error.name}: ${error.message})`,
      `the operator's role needs logs:CreateLogStream and logs:PutLogEvents on ${logGroupName(stage.name, 'deliver')}`,
    );
  });
}

/** What was done is done: that it ended is recorded where possible. */
export async function recordEnd(
  stage: Stage,
  operation: Operation,
  destination: string,
  details: Details,
): Promise<void> {
  await record(stage, operation, 'ends', destination, details).catch(() => undefined);
}

async function record(
  stage: Stage,
  operation: Operation,
  phase: OperationLine['phase'],
  destination: string,
  details: Details,
): Promise<void> {
  const now = new Date();
  const { accessKeyId } = await stage.logs.config.credentials();
  const line: OperationLine = {
    line: 'operation',
    at: now.toISOString(),
    operation,
    phase,
    destination,
    who: operator(),
    accessKeyId,
    details,
  };
  const where = {
    logGroupName: logGroupName(stage.name, 'deliver'),
    logStreamName: `operations/${line.at.slice(0, 10)}`,
  };
  await stage.logs.send(new CreateLogStreamCommand(where)).catch((error: unknown) => {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  });
  await stage.logs.send(
    new PutLogEventsCommand({
      ...where,
      logEvents: [{ timestamp: now.getTime(), message: JSON.stringify(line) }],
    }),
  );
}
