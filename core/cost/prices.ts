/**
 * What AWS asks for each unit that the relay uses: list prices of us-east-1 in US dollars, without the free tier, from the
 * pages named here. No other file has a price in it. Look again before a budget depends on it.
 */
export const PRICES_AS_OF = '2026-11';
export const PRICES_REGION = 'us-east-1';

export interface Price {
  readonly dollars: number;
  /** What the dollars are for. */
  readonly per: string;
  /** The page that has it. */
  readonly page: string;
  /** `sure`: unchanged for years and on the page; `derived`: a reading of how the page's words apply here. */
  readonly confidence: 'sure' | 'derived';
}

export const PRICES = {
  httpApiRequest: {
    ...{ dollars: 1 / 1e6, per: 'request of up to 512 KiB', page: 'Amazon API Gateway pricing' },
    confidence: 'sure',
  },
  lambdaRequest: {
    ...{ dollars: 0.2 / 1e6, per: 'request', page: 'AWS Lambda pricing' },
    confidence: 'sure',
  },
  lambdaGbSecond: {
    ...{ dollars: 0.0000133334, per: 'GB-second on arm64', page: 'AWS Lambda pricing' },
    confidence: 'sure',
  },
  sqsRequest: {
    ...{ dollars: 0.4 / 1e6, per: 'request of up to 64 KiB, standard queue', page: 'Amazon SQS pricing' },
    confidence: 'sure',
  },
  logByte: {
    ...{ dollars: 0.5 / 2 ** 30, per: 'byte taken in', page: 'Amazon CloudWatch pricing' },
    confidence: 'sure',
  },
  metricMonth: {
    ...{ dollars: 0.3, per: 'custom metric and month, by the hours in which it is written' },
    ...{ page: 'Amazon CloudWatch pricing', confidence: 'sure' },
  },
  alarmMetricMonth: {
    ...{ dollars: 0.1, per: 'metric of an alarm and month', page: 'Amazon CloudWatch pricing' },
    confidence: 'sure',
  },
  compositeAlarmMonth: {
    ...{ dollars: 0.5, per: 'composite alarm and month', page: 'Amazon CloudWatch pricing' },
    confidence: 'sure',
  },
  dashboardMonth: {
    ...{ dollars: 3, per: 'dashboard and month', page: 'Amazon CloudWatch pricing' },
    confidence: 'sure',
  },
  secretMonth: {
    ...{ dollars: 0.4, per: 'secret and month', page: 'AWS Secrets Manager pricing' },
    confidence: 'sure',
  },
  secretCall: {
    ...{ dollars: 0.05 / 1e4, per: 'call', page: 'AWS Secrets Manager pricing' },
    confidence: 'sure',
  },
  keyMonth: {
    ...{ dollars: 1, per: 'key and month; more once it has been rotated', page: 'AWS KMS pricing' },
    confidence: 'sure',
  },
  s3Put: { dollars: 0.005 / 1e3, per: 'PUT', page: 'Amazon S3 pricing', confidence: 'sure' },
  dynamoDbWrite: {
    ...{ dollars: 0.625 / 1e6, per: 'write of up to 1 KB, on demand', page: 'Amazon DynamoDB pricing' },
    confidence: 'derived',
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;
