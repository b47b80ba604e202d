/** CloudWatch Logs Insights: StartQuery, GetQueryResults and StopQuery, on the local log groups. */
import { randomUUID } from 'node:crypto';
import { arn } from '../account.ts';
import { evaluateQuery, type QueryRow } from '../insights/evaluateQuery.ts';
import { MalformedQueryError, parseQuery } from '../insights/parseQuery.ts';
import type { LogGroups } from '../logGroups.ts';
import type { Service, ServiceRequest, ServiceResponse } from './awsEndpoint.ts';

const PREFIX = 'Logs_20140328.';
const ACTIONS: readonly string[] = ['StartQuery', 'GetQueryResults', 'StopQuery'];

/** Results are kept until this many later queries were started. */
const MAX_QUERIES = 50;

interface Query {
  status: 'Running' | 'Complete' | 'Failed' | 'Cancelled';
  rows: readonly QueryRow[];
  statistics: { recordsMatched: number; recordsScanned: number; bytesScanned: number };
  readonly abort: AbortController;
}

export function logsInsightsService(logGroups: LogGroups): Service {
  const queries = new Map<string, Query>();

  const start = (body: ServiceRequest['body']): ServiceResponse => {
    const groups = groupsOf(body);
    const unknown = groups.find(group => !logGroups.names().includes(group));
    if (groups.length === 0) return failure('InvalidParameterException', 'Specify at least one log group.');
    if (unknown !== undefined)
      return failure(
        'ResourceNotFoundException',
        `Log group '${unknown}' does not exist for account ID '000000000000'`,
      );
    const parsed = parsedQuery(String(body['queryString'] ?? ''));
    if (parsed instanceof MalformedQueryError) return failure('MalformedQueryException', parsed.message);
    const { startTime, endTime, limit } = body;
    if (typeof startTime !== 'number' || typeof endTime !== 'number' || startTime > endTime) {
      return failure(
        'InvalidParameterException',
        'startTime and endTime are seconds since the epoch, in order.',
      );
    }
    const query: Query = {
      status: 'Running',
      rows: [],
      statistics: { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 },
      abort: new AbortController(),
    };
    const queryId = randomUUID();
    queries.set(queryId, query);
    for (const old of [...queries.keys()].slice(0, -MAX_QUERIES)) queries.delete(old);
    const range = { fromMs: startTime * 1000, toMs: endTime * 1000 + 999 };
    evaluateQuery(parsed, logGroups.readBackwards(groups, range), {
      ...(typeof limit === 'number' && { limit }),
      signal: query.abort.signal,
    }).then(
      ({ rows, statistics }) =>
        Object.assign(query, {
          rows,
          statistics,
          status: query.abort.signal.aborted ? 'Cancelled' : 'Complete',
        }),
      () => Object.assign(query, { status: 'Failed' }),
    );
    return { status: 200, body: { queryId } };
  };

  const results = (body: ServiceRequest['body']): ServiceResponse => {
    const query = queries.get(String(body['queryId'] ?? ''));
    if (query === undefined)
      return failure('ResourceNotFoundException', `Query ${String(body['queryId'])} does not exist.`);
    return {
      status: 200,
      body: {
        queryLanguage: 'CWLI',
        results: query.rows.map(row => row.map(([field, value]) => ({ field, value }))),
        statistics: query.statistics,
        status: query.status,
      },
    };
  };

  return {
    action: ({ target, body }) => {
      const name = target.startsWith(PREFIX) ? target.slice(PREFIX.length) : '';
      if (!ACTIONS.includes(name)) return undefined;
      return {
        name: `logs:${name}`,
        resource: groupsOf(body)
          .map(group => arn('logs', `log-group:${group}:*`))
          .join(' '),
      };
    },
    answer: ({ target, body }) => {
      if (target === `${PREFIX}StartQuery`) return start(body);
      if (target === `${PREFIX}GetQueryResults`) return results(body);
      const query = queries.get(String(body['queryId'] ?? ''));
      query?.abort.abort();
      return { status: 200, body: { success: query?.status === 'Running' } };
    },
  };
}

function parsedQuery(text: string): ReturnType<typeof parseQuery> | MalformedQueryError {
  try {
    return parseQuery(text);
  } catch (error) {
    if (error instanceof MalformedQueryError) return error;
    throw error;
  }
}

/** A group is named once or in a list, by its name or its ARN. */
function groupsOf(body: ServiceRequest['body']): readonly string[] {
  const names = [
    body['logGroupName'],
    ...listOf(body['logGroupNames']),
    ...listOf(body['logGroupIdentifiers']),
  ];
  return names
    .filter((name): name is string => typeof name === 'string')
    .map(name => /^arn:.*:log-group:([^:]+)/.exec(name)?.[1] ?? name);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const failure = (type: string, message: string): ServiceResponse => ({
  status: 400,
  body: { __type: type, message },
});
