/**
 * The names that tie the parts together. They are deterministic, so that no function needs a list of queue URLs in
 * its environment (Lambda allows 4 KB), and an operator can guess them.
 */

/** A stage, source, destination or route: what may appear in a queue's name. SQS allows 80 characters in all. */
export const NAME_PATTERN = /^[a-z][a-z0-9-]{0,39}$/;

/** Names of folders under `mappings/` that can never be a route's. */
export const RESERVED_FOLDERS: readonly string[] = ['sources', 'destinations', 'lib', 'tables'];

const PRODUCT = 'hookwright';

export const queueName = (stage: string, destination: string): string => `${PRODUCT}-${stage}-${destination}`;

export const deadLetterQueueName = (stage: string, destination: string): string =>
  `${queueName(stage, destination)}-dlq`;

/** The physical name in Secrets Manager of a secret that a file calls `sources/github`. */
export const secretId = (stage: string, secret: string): string => `${PRODUCT}/${stage}/${secret}`;

/** The table of claims by which receive recognises repeats; it exists where a source has `dedupe:`. */
export const claimsTableName = (stage: string): string => `${PRODUCT}-${stage}-claims`;

/**
 * Bucket names are unique in the whole world, so this one names its account and region. S3 allows 63 characters and, over
 * TLS, no dots.
 */
export const archiveBucketName = (stage: string, account: string, region: string): string =>
  `${PRODUCT}-${stage}-archive-${account}-${region}`;

/** Bodies that are too large for a message; as unique a name as the archive's. */
export const bodiesBucketName = (stage: string, account: string, region: string): string =>
  `${PRODUCT}-${stage}-bodies-${account}-${region}`;

export type FunctionRole = 'receive' | 'deliver';

/** `hookwright-prod` for shard 0, which holds the relay itself; `hookwright-prod-shard-2` holds destinations only. */
export const stackName = (stage: string, shard = 0): string =>
  shard === 0 ? `${PRODUCT}-${stage}` : `${PRODUCT}-${stage}-shard-${shard}`;

/**
 * Fixed, because the command must find the function to put an earlier version in force, and because a function's own URL
 * is lost when the function is replaced. Receive has one function; deliver one in each shard.
 */
export const functionName = (stage: string, role: FunctionRole, shard = 0): string =>
  shard === 0 ? `${PRODUCT}-${stage}-${role}` : `${PRODUCT}-${stage}-${role}-${shard}`;

/** Roles belong to the account and not to a region, so the name says which. IAM allows 64 characters. */
export const roleName = (stage: string, role: FunctionRole, region: string): string =>
  `${functionName(stage, role)}-${region}`;

/** Page: wake somebody, for events are stuck or being refused now. Ticket: within a working day. */
export type Urgency = 'page' | 'ticket';

/** Fixed, because the alarms of every shard's stack go to the same two topics, and an address is confirmed once. */
export const topicName = (stage: string, urgency: Urgency): string => `${PRODUCT}-${stage}-${urgency}`;

/** Fixed, because `hookwright events` must find the log group from the stage's name alone. All shards share deliver's. */
export const logGroupName = (stage: string, role: FunctionRole): string => `/${PRODUCT}/${stage}/${role}`;

/** Where the gateway writes who called. This prefix keeps the account's log resource policy within its size limit. */
export const gatewayLogGroupName = (stage: string): string =>
  `/aws/vendedlogs/${PRODUCT}/${stage}/front-door`;

/** A count of what the gateway refused, from its access log. */
export const GATEWAY_REFUSED = 'GatewayRefused';

/** The alias of a function's version in force: what everything calls, and what a rollback moves. */
export const LIVE = 'live';

/** The tag that keeps a paused destination paused through a deploy. */
export const PAUSED_TAG = `${PRODUCT}:paused`;

/** Who paused it: `user@host`. */
export const PAUSED_BY_TAG = `${PRODUCT}:paused-by`;

/** Until when a paused destination may be enabled all the same, because somebody is resuming it: ISO 8601, UTC. */
export const RESUMING_TAG = `${PRODUCT}:resuming-until`;

/** What a ramp that is under way began from, so that it can be put back. */
export const RAMP_TAG = `${PRODUCT}:before-ramp`;

/** The CloudWatch namespace of every metric of ours. The stage is in it, so that no line needs it as a dimension. */
export const metricNamespace = (stage: string): string => `Hookwright/${stage}`;

/** `arn:aws:sqs:eu-central-1:123456789012:hookwright-prod-ledger` → `ledger`; undefined for a queue of another stage. */
export function destinationOfQueueArn(stage: string, arn: string): string | undefined {
  const name = arn.slice(arn.lastIndexOf(':') + 1);
  const prefix = `${PRODUCT}-${stage}-`;
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : undefined;
}
