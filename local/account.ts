/**
 * The account that the local stack pretends to be. The numbers are never checked; they must only agree wherever an
 * ARN or a queue URL is built, because deliver learns its destination from an ARN.
 */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';
export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

export const arn = (service: string, resource: string, region: string = REGION): string =>
  `arn:${PARTITION}:${service}:${region}:${ACCOUNT}:${resource}`;

/** AWS's own form. It is only a name here: SDK clients reach the engine through AWS_ENDPOINT_URL_SQS. */
export const queueUrl = (name: string): string => `https://sqs.${REGION}.${URL_SUFFIX}/${ACCOUNT}/${name}`;

export const queueArn = (name: string): string => arn('sqs', name);

export const tableArn = (name: string): string => arn('dynamodb', `table/${name}`);

/** `arn:aws:sqs:us-east-1:000000000000:orders` or a queue URL → `orders`. */
export const queueNameOf = (arnOrUrl: string): string => arnOrUrl.slice(arnOrUrl.search(/[^:/]*$/));

/** The bases of every endpoint that a function, the poller or the command line calls instead of AWS's own. */
export interface Endpoints {
  readonly sqs: string;
  readonly secretsmanager: string;
  readonly lambda: string;
  readonly logs: string;
  readonly dynamodb: string;
  readonly s3: string;
  /** The providers' hosts, as far as they publish keys. */
  readonly keys: string;
}
