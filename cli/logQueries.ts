/** Asks a stage's logs one of the fixed queries, and reads the wide lines in the answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueryResultsCommand, type ResultField, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { ShapeLine } from '../core/drift/shapeLine.ts';
import type { AttemptLine } from '../core/events/attemptLine.ts';
import { expandLine } from '../core/events/compactLine.ts';
import type { OperationLine } from '../core/events/operationLine.ts';
import type { LogQuery } from '../core/events/queries.ts';
import type { WebhookLine } from '../core/events/webhookLine.ts';
import { type FunctionRole, logGroupName } from '../core/names.ts';
import { Failure } from './command.ts';
import type { Stage } from './stage.ts';

const POLL_MS = 250;
const FIRST_POLL_MS = 20;
const DEADLINE_MS = 60_000;

export const webhookLines = (stage: Stage, query: LogQuery, sinceSeconds: number): Promise<WebhookLine[]> =>
  ask<WebhookLine>(stage, 'receive', query, sinceSeconds);

export const attemptLines = (stage: Stage, query: LogQuery, sinceSeconds: number): Promise<AttemptLine[]> =>
  ask<AttemptLine>(stage, 'deliver', query, sinceSeconds);

/** They stand beside the attempts: deliver noticed it on the way. */
export const shapeLines = (stage: Stage, query: LogQuery, sinceSeconds: number): Promise<ShapeLine[]> =>
  ask<ShapeLine>(stage, 'deliver', query, sinceSeconds);

/** They stand beside the attempts, because that is what operators act upon. */
export const operationLines = (
  stage: Stage,
  query: LogQuery,
  sinceSeconds: number,
): Promise<OperationLine[]> => ask<OperationLine>(stage, 'deliver', query, sinceSeconds);

async function ask<Line>(
  stage: Stage,
  role: FunctionRole,
  query: LogQuery,
  sinceSeconds: number,
): Promise<Line[]> {
  const now = Math.floor(Date.now() / 1000);
  const started = await stage.logs.send(
    new StartQueryCommand({
      logGroupName: logGroupName(stage.name, role),
      queryString: query.query,
      startTime: now - sinceSeconds,
      endTime: now + 60,
    }),
  );
  const deadline = Date.now() + DEADLINE_MS;
  for (let waitMs = FIRST_POLL_MS; Date.now() < deadline; waitMs = POLL_MS) {
    await sleep(waitMs);
    const answer = await stage.logs.send(new GetQueryResultsCommand({ queryId: started.queryId }));
    if (answer.status === 'Complete') return (answer.results ?? []).flatMap(readLine<Line>);
    if (answer.status !== 'Running' && answer.status !== 'Scheduled') {
      throw new Failure(`the log query "${query.name}" ended as ${answer.status}`);
    }
  }
  throw new Failure(
    `the log query "${query.name}" took longer than ${DEADLINE_MS / 1000} s`,
    'ask for less with --since',
  );
}

function readLine<Line>(row: readonly ResultField[]): Line[] {
  const message = row.find(({ field }) => field === '@message')?.value;
  try {
    return message === undefined ? [] : [expandLine(JSON.parse(message)) as Line];
  } catch {
    return [];
  }
}
