/**
 * The fixed list of questions that `hookwright events` asks of the logs, as CloudWatch Logs Insights queries. Each names
 * itself in its first line, so that it is recognisable in the account's query history.
 */

export interface LogQuery {
  readonly name: string;
  readonly query: string;
}

/** Logs Insights gives at most this many lines for one query. */
export const MAX_QUERY_LINES = 10_000;

/** An id as a person pastes it: ours or the provider's. Anything that could end the text is refused. */
const SAFE_TEXT = /^[^"\\\n\r]{1,256}$/;

/** @throws RangeError when a value cannot stand in a query. */
function quoted(value: string): string {
  if (!SAFE_TEXT.test(value)) throw new RangeError('an id holds no quotes, backslashes or line breaks');
  return `"${value}"`;
}

const query = (name: string, filter: string, order: 'asc' | 'desc', limit: number): LogQuery => ({
  name,
  query: [
    `# hookwright: ${name}`,
    'fields @timestamp, @message',
    `| filter ${filter}`,
    `| sort @timestamp ${order}`,
    `| limit ${limit}`,
  ].join('\n'),
});

/** The webhook lines of an event, by our id or the provider's; or that of one request, since what was refused has no event. */
export const webhookLinesOf = (id: string): LogQuery =>
  query(
    'webhook-by-id',
    `line = "webhook" and (eventId = ${quoted(id)} or providerEventId = ${quoted(id)} or requestId = ${quoted(id)})`,
    'asc',
    100,
  );

/** The attempts of an event, by our id, the provider's, or a delivery's. */
export const attemptLinesOf = (id: string): LogQuery =>
  query(
    'attempts-by-id',
    `line = "attempt" and (eventId = ${quoted(id)} or providerEventId = ${quoted(id)} or deliveryId = ${quoted(id)})`,
    'asc',
    1_000,
  );

/** The attempts that a run of replays has made on a route so far. */
export const attemptLinesOfReplay = (route: string, run: string): LogQuery =>
  query(
    'attempts-of-replay',
    `line = "attempt" and route = ${quoted(route)} and replayRun = ${quoted(run)}`,
    'desc',
    MAX_QUERY_LINES,
  );

export const latestWebhookLines = (limit: number): LogQuery =>
  query('latest-webhooks', 'line = "webhook"', 'desc', Math.min(limit, MAX_QUERY_LINES));

export const latestAttemptLines = (limit: number): LogQuery =>
  query('latest-attempts', 'line = "attempt"', 'desc', Math.min(limit, MAX_QUERY_LINES));

export const latestAttemptLinesTo = (destination: string, limit = MAX_QUERY_LINES): LogQuery =>
  query(
    'attempts-to-destination',
    `line = "attempt" and destination = ${quoted(destination)}`,
    'desc',
    Math.min(limit, MAX_QUERY_LINES),
  );

/** What arrived at a destination, newest first. */
export const latestDeliveredTo = (destination: string): LogQuery =>
  query(
    'delivered-to-destination',
    `line = "attempt" and destination = ${quoted(destination)} and state = "delivered"`,
    'desc',
    MAX_QUERY_LINES,
  );

/** What arrived at a destination after it had been a dead letter: few lines that the query above may not reach. */
export const latestRedeliveredTo = (destination: string): LogQuery =>
  query(
    'redelivered-to-destination',
    `line = "attempt" and destination = ${quoted(destination)} and state = "delivered" and redrives > 0`,
    'desc',
    MAX_QUERY_LINES,
  );

/** What operators did to a destination, newest first. */
export const latestOperationsOn = (destination: string, limit = MAX_QUERY_LINES): LogQuery =>
  query(
    'operations-on-destination',
    `line = "operation" and destination = ${quoted(destination)}`,
    'desc',
    Math.min(limit, MAX_QUERY_LINES),
  );

/** What deliver noticed about the payloads of a route, newest first. */
export const latestShapeLinesOf = (route: string): LogQuery =>
  query('shapes-of-route', `line = "shape" and route = ${quoted(route)}`, 'desc', MAX_QUERY_LINES);

export const latestWebhookLinesFrom = (source: string): LogQuery =>
  query('webhooks-from-source', `line = "webhook" and source = ${quoted(source)}`, 'desc', MAX_QUERY_LINES);

/** What a source's previous secret verified, newest first: few lines that the query above may not reach. */
export const latestWithPreviousSecret = (source: string): LogQuery =>
  query(
    'verified-with-previous-secret',
    `line = "webhook" and source = ${quoted(source)} and secretVersion = "previous"`,
    'desc',
    MAX_QUERY_LINES,
  );

/** Secrets that providers brought while a source was being paired, sealed for whoever paired it. */
export const sealedSecretsOf = (source: string): LogQuery =>
  query(
    'sealed-secrets-of-source',
    `line = "webhook" and source = ${quoted(source)} and detail = "paired"`,
    'desc',
    100,
  );
