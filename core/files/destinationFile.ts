/** `mappings/destinations/*.yaml`: where we send, how we prove who we are, and how long we try. */
import { z } from 'zod';
import type { DestinationAuth } from '../configuration.ts';
import { readCidr } from '../delivery/address.ts';
import { MAX_CONCURRENCY, MIN_CONCURRENCY } from '../delivery/concurrency.ts';
import { MAX_AGE_SECONDS } from '../delivery/disposition.ts';
import { judgeUrl } from '../delivery/judgeUrl.ts';
import { JITTER, SCHEDULES, type ScheduleName, totalSeconds } from '../delivery/schedule.ts';
import type { Problem } from './problem.ts';
import { duration } from './schemeFile.ts';
import { secretName } from './sourceFile.ts';
import type { YamlFile } from './yamlFile.ts';

const DEFAULT_CONCURRENCY = 5;
const DEFAULT_TIMEOUT_SECONDS = 10;
/** Two rounds of a batch fit into deliver's own 60 s. */
const MAX_TIMEOUT_SECONDS = 25;
/** A longer list says nothing more, and SQS counts receives. */
const MAX_DELAYS = 50;

/** Headers that the relay writes itself. */
const OWN_HEADERS = [
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'user-agent',
];

const auth = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }),
    z.strictObject({ type: z.literal('standard-webhooks'), secret: secretName }),
    z.strictObject({ type: z.literal('bearer'), secret: secretName }),
    z.strictObject({
      type: z.literal('api-key'),
      header: z.string().regex(/^[a-z0-9-]+$/, 'a header name in lower case'),
      secret: secretName,
    }),
    z.strictObject({ type: z.literal('basic'), secret: secretName }),
  ])
  .meta({ description: 'How we prove to the destination who we are.' });

export const destinationFile = z
  .strictObject({
    url: z
      .union([z.string().min(1), z.strictObject({ secret: secretName })])
      .meta({ description: 'An https URL, or { secret: NAME } where the URL itself is a credential.' }),
    auth: auth.default({ type: 'none' }),
    headers: z
      .record(
        z.string().regex(/^[a-z0-9-]+$/, 'a header name in lower case'),
        z.string().regex(/^[\x20-\x7e]+$/, 'printable ASCII'),
      )
      .default({})
      .meta({ description: 'Static request headers; not for credentials.' }),
    retry: z
      .strictObject({
        schedule: z
          .union([
            z.enum(Object.keys(SCHEDULES) as [ScheduleName, ...ScheduleName[]]),
            z.array(duration).min(1).max(MAX_DELAYS),
          ])
          .meta({
            description: 'fast (1.5 h), day (28 h), days (72 h), or a list of delays such as [5s, 1m, 1h].',
          }),
      })
      .default({ schedule: 'day' }),
    concurrency: z
      .int()
      .min(MIN_CONCURRENCY)
      .max(MAX_CONCURRENCY)
      .default(DEFAULT_CONCURRENCY)
      .meta({ description: 'Deliveries under way at once.' }),
    timeout: duration
      .prefault(`${DEFAULT_TIMEOUT_SECONDS}s`)
      .meta({ description: 'For one attempt, all in all.' }),
    allowPrivate: z
      .array(z.string())
      .default([])
      .meta({ description: 'CIDR ranges that this destination may reach although they are private.' }),
    owner: z.string().min(1).meta({ description: 'The team that answers for this destination.' }),
    runbook: z
      .string()
      .min(1)
      .meta({ description: 'What to do when it fails, such as docs/operations.md#ledger.' }),
  })
  .meta({ description: 'A system that we deliver to.' });

export interface Destination {
  readonly name: string;
  readonly file: string;
  readonly url: string | { readonly secret: string };
  readonly auth: DestinationAuth;
  readonly headers: Readonly<Record<string, string>>;
  readonly schedule: ScheduleName | 'custom';
  readonly retryDelaysSeconds: readonly number[];
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly allowPrivate: readonly string[];
  readonly owner: string;
  readonly runbook: string;
  readonly secrets: readonly string[];
}

export function compileDestination(
  name: string,
  file: string,
  yaml: YamlFile<z.output<typeof destinationFile>>,
): { destination?: Destination; problems: Problem[] } {
  const { value: written, placeOf } = yaml;
  const problems: Problem[] = [];
  const report = (path: (string | number)[], code: string, message: string, hint?: string) => {
    problems.push({
      severity: 'error',
      code,
      file,
      ...placeOf(path),
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };

  for (const [index, range] of written.allowPrivate.entries()) {
    if (readCidr(range) === undefined) {
      report(['allowPrivate', index], 'not-a-range', `"${range}" is not a CIDR range such as 10.1.0.0/16`);
    }
  }
  if (typeof written.url === 'string') {
    const problem = judgeUrl(written.url, written.allowPrivate);
    if (problem !== undefined) report(['url'], problem.code, problem.message, problem.hint);
  }
  const headers: [string[], string][] = Object.keys(written.headers).map(name => [['headers', name], name]);
  if (written.auth.type === 'api-key') headers.push([['auth', 'header'], written.auth.header]);
  for (const [path, header] of headers) {
    if (OWN_HEADERS.includes(header) || header.startsWith('webhook-')) {
      report(path, 'header-is-ours', `the relay writes "${header}" itself`);
    }
  }
  if (written.timeout > MAX_TIMEOUT_SECONDS) {
    report(
      ['timeout'],
      'timeout-too-long',
      `a timeout is at most ${MAX_TIMEOUT_SECONDS}s, and this is ${written.timeout}s`,
    );
  }
  const { schedule } = written.retry;
  const delays = typeof schedule === 'string' ? SCHEDULES[schedule] : schedule;
  if (totalSeconds(delays) * (1 + JITTER) > MAX_AGE_SECONDS) {
    report(
      ['retry', 'schedule'],
      'schedule-too-long',
      `the schedule takes ${Math.round(totalSeconds(delays) / 86_400)} days, and a delivery is given up after 10`,
      'shorten the delays or leave out the last ones',
    );
  }
  if (problems.length > 0) return { problems };
  const urlSecret = typeof written.url === 'string' ? [] : [written.url.secret];
  return {
    problems,
    destination: {
      name,
      file,
      url: written.url,
      auth: written.auth,
      headers: written.headers,
      schedule: typeof schedule === 'string' ? schedule : 'custom',
      retryDelaysSeconds: delays,
      concurrency: written.concurrency,
      timeoutMs: written.timeout * 1000,
      allowPrivate: written.allowPrivate,
      owner: written.owner,
      runbook: written.runbook,
      secrets: [...new Set([...urlSecret, ...('secret' in written.auth ? [written.auth.secret] : [])])],
    },
  };
}
