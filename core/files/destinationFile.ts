/** `mappings/destinations/*.yaml`: where we send, how we prove who we are, and how long we try. */

import { z } from 'zod';
import { judgeRange } from '../delivery/address.ts';
import { METHODS, type RequestAllowance } from '../delivery/allowance.ts';
import type { DestinationAuth } from '../delivery/auth/destinationAuth.ts';
import { MAX_CONCURRENCY, MIN_CONCURRENCY } from '../delivery/concurrency.ts';
import { MAX_AGE_SECONDS } from '../delivery/disposition.ts';
import { judgeUrl } from '../delivery/judgeUrl.ts';
import type { RetryRules } from '../delivery/retryRules.ts';
import { JITTER, SCHEDULES, type ScheduleName, totalSeconds } from '../delivery/schedule.ts';
import { NAME_PATTERN } from '../names.ts';
import { FIRST_SHARD, MAX_SHARD } from '../shards.ts';
import { authFile, compileAuth, headersOfAuth } from './authFile.ts';
import type { ProblemCode } from './codes.ts';
import { formatDuration } from './duration.ts';
import { hasErrors, type Problem } from './problem.ts';
import { readRetryRules } from './retryStatuses.ts';
import { secretName } from './sourceFile.ts';
import { differencesIn, type StageDifference, secretsOf } from './stageDifference.ts';
import { duration, headerName } from './writtenValues.ts';
import type { YamlFile } from './yamlFile.ts';

const DEFAULT_CONCURRENCY = 5;
const DEFAULT_TIMEOUT_SECONDS = 10;
/** Two rounds of a batch fit into deliver's own 60 s. */
const MAX_TIMEOUT_SECONDS = 25;
const MIN_DEADLINE_SECONDS = 60;
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

const parameterName = z.string().regex(/^[A-Za-z0-9._~-]+$/, 'the name of a query parameter');

/** `/orders/*` → its segments. */
const pathPattern = z
  .string()
  .regex(/^(?:\/(?:\*|[A-Za-z0-9._~-]+))+$/, 'a path such as /orders/*, where * is any one part')
  .transform(text => text.slice(1).split('/'));

const allow = z
  .strictObject({
    methods: z.array(z.enum(METHODS)).min(1).default(['POST']),
    paths: z
      .array(pathPattern)
      .default([])
      .meta({ description: 'Paths below the URL, such as /orders/*; * is any one part.' }),
    query: z.array(parameterName).default([]).meta({ description: 'Names of query parameters.' }),
    headers: z.array(headerName).default([]).meta({ description: 'Names of request headers.' }),
  })
  .prefault({})
  .meta({ description: 'What routes may shape in their requests. Without it: the URL as it is, by POST.' });

const statuses = z.array(z.union([z.int(), z.string()])).default([]);

export const destinationFile = z
  .strictObject({
    url: z
      .union([z.string().min(1), z.strictObject({ secret: secretName })])
      .meta({ description: 'An https URL, or { secret: NAME } where the URL itself is a credential.' }),
    auth: authFile.default({ type: 'none' }),
    clientCertificate: secretName.optional().meta({
      description:
        'For mutual TLS: a secret that holds {"certificate": PEM, "key": PEM}, perhaps "authority".',
    }),
    allow,
    idempotencyKey: z
      .union([z.literal(true), headerName])
      .optional()
      .meta({
        description: "true sends the delivery's id as Idempotency-Key; a name sends it under that name.",
      }),
    headers: z
      .record(headerName, z.string().regex(/^[\x20-\x7e]+$/, 'printable ASCII'))
      .default({})
      .meta({ description: 'Static request headers; not for credentials.' }),
    retry: z
      .strictObject({
        schedule: z
          .union([
            z.enum(Object.keys(SCHEDULES) as [ScheduleName, ...ScheduleName[]]),
            z.array(duration).min(1).max(MAX_DELAYS),
          ])
          .prefault('day')
          .meta({
            description: 'fast (1.5 h), day (28 h), days (72 h), or a list of delays such as [5s, 1m, 1h].',
          }),
        on: statuses.meta({
          description: 'Answers to try again although they usually end a delivery: [409, 4xx, 520-527].',
        }),
        never: statuses.meta({
          description: 'Answers that end a delivery although they are usually tried again: [501].',
        }),
      })
      .prefault({}),
    concurrency: z
      .int()
      .min(MIN_CONCURRENCY)
      .max(MAX_CONCURRENCY)
      .default(DEFAULT_CONCURRENCY)
      .meta({ description: 'Deliveries under way at once.' }),
    timeout: duration
      .prefault(`${DEFAULT_TIMEOUT_SECONDS}s`)
      .meta({ description: 'For one attempt, all in all.' }),
    deadline: duration
      .optional()
      .meta({ description: 'A delivery that is older ends as expired: 1m to 10d. Default 10d.' }),
    allowPrivate: z
      .array(z.string())
      .default([])
      .meta({ description: 'CIDR ranges that this destination may reach although they are private.' }),
    stages: z
      .record(
        z.string().regex(NAME_PATTERN),
        z.strictObject({
          url: z.union([z.string().min(1), z.strictObject({ secret: secretName })]).optional(),
          secret: secretName.optional(),
        }),
      )
      .default({})
      .meta({
        description:
          'What is another one in a stage: prod: { url: …, secret: … }, where secret is that of auth.',
      }),
    shard: z.int().min(FIRST_SHARD).max(MAX_SHARD).default(FIRST_SHARD).meta({
      description:
        'The stack that holds it, 0 to 99. Never change it once deployed: its queue would be left behind. `hookwright check` says when one is full.',
    }),
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
  readonly clientCertificate?: string;
  readonly allow: RequestAllowance;
  readonly idempotencyHeader?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly schedule: ScheduleName | 'custom';
  readonly retryDelaysSeconds: readonly number[];
  readonly retryRules: RetryRules;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly deadlineSeconds?: number;
  readonly allowPrivate: readonly string[];
  readonly shard: number;
  readonly owner: string;
  readonly runbook: string;
  readonly secrets: readonly string[];
  /** By the stage's name. */
  readonly stages: Readonly<Record<string, StageDifference>>;
}

export function compileDestination(
  name: string,
  file: string,
  yaml: YamlFile<z.output<typeof destinationFile>>,
): { destination?: Destination; problems: Problem[] } {
  const { value: written, placeOf } = yaml;
  const problems: Problem[] = [];
  const report = (path: (string | number)[], code: ProblemCode, message: string, hint?: string) => {
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
    const problem = judgeRange(range);
    if (problem !== undefined) report(['allowPrivate', index], 'not-a-range', problem);
  }
  if (typeof written.url === 'string') {
    const problem = judgeUrl(written.url, written.allowPrivate);
    if (problem !== undefined) report(['url'], problem.code, problem.message, problem.hint);
  }
  for (const [stage, { url }] of Object.entries(written.stages)) {
    const problem = typeof url === 'string' ? judgeUrl(url, written.allowPrivate) : undefined;
    if (problem !== undefined) report(['stages', stage, 'url'], problem.code, problem.message, problem.hint);
  }
  const auth = compileAuth(written.auth);
  if (auth.type === 'oauth2') {
    const problem = judgeUrl(auth.tokenUrl, written.allowPrivate);
    if (problem !== undefined) report(['auth', 'tokenUrl'], problem.code, problem.message, problem.hint);
  }
  const idempotencyHeader = written.idempotencyKey === true ? 'idempotency-key' : written.idempotencyKey;
  const takenHeaders = new Map<string, string>();
  const take = (path: (string | number)[], header: string, by: string) => {
    const taker = takenHeaders.get(header);
    if (OWN_HEADERS.includes(header) || header.startsWith('webhook-')) {
      report(path, 'header-is-ours', `the relay writes "${header}" itself`);
    } else if (taker !== undefined) {
      report(path, 'header-twice', `"${header}" is written by ${taker} already`);
    }
    takenHeaders.set(header, by);
  };
  for (const { header, key } of headersOfAuth(auth))
    take(key === undefined ? ['auth'] : ['auth', key], header, 'auth');
  if (idempotencyHeader !== undefined) take(['idempotencyKey'], idempotencyHeader, 'idempotencyKey');
  for (const header of Object.keys(written.headers)) take(['headers', header], header, 'headers');
  for (const [index, header] of written.allow.headers.entries()) {
    take(['allow', 'headers', index], header, 'allow.headers');
  }
  if (
    auth.type === 'api-key' &&
    'query' in auth.in &&
    written.allow.query.some(parameter => 'query' in auth.in && parameter === auth.in.query)
  ) {
    report(['allow', 'query'], 'parameter-twice', `auth writes the parameter "${auth.in.query}"`);
  }
  if (
    written.deadline !== undefined &&
    !(written.deadline >= MIN_DEADLINE_SECONDS && written.deadline <= MAX_AGE_SECONDS)
  ) {
    report(
      ['deadline'],
      'deadline-out-of-range',
      `a deadline is 1m at the least and 10d at the most, and this is ${formatDuration(written.deadline)}`,
    );
  }
  if (written.timeout > MAX_TIMEOUT_SECONDS) {
    report(
      ['timeout'],
      'timeout-too-long',
      `a timeout is at most ${MAX_TIMEOUT_SECONDS}s, and this is ${written.timeout}s`,
    );
  }
  const { schedule } = written.retry;
  const retry = readRetryRules(written.retry);
  for (const { path, ...problem } of retry.problems) {
    problems.push({ ...problem, file, ...placeOf(['retry', ...path]) });
  }
  const delays = typeof schedule === 'string' ? SCHEDULES[schedule] : schedule;
  if (totalSeconds(delays) * (1 + JITTER) > MAX_AGE_SECONDS) {
    report(
      ['retry', 'schedule'],
      'schedule-too-long',
      `the schedule takes ${Math.round(totalSeconds(delays) / 86_400)} days, and a delivery is given up after 10`,
      'shorten the delays or leave out the last ones',
    );
  }
  if (hasErrors(problems)) return { problems };
  return {
    problems,
    destination: {
      name,
      file,
      url: written.url,
      auth,
      ...(written.clientCertificate === undefined ? {} : { clientCertificate: written.clientCertificate }),
      allow: written.allow,
      ...(idempotencyHeader === undefined ? {} : { idempotencyHeader }),
      headers: written.headers,
      schedule: typeof schedule === 'string' ? schedule : 'custom',
      retryDelaysSeconds: delays,
      retryRules: retry.rules,
      concurrency: written.concurrency,
      timeoutMs: written.timeout * 1000,
      ...(written.deadline === undefined ? {} : { deadlineSeconds: written.deadline }),
      allowPrivate: written.allowPrivate,
      shard: written.shard,
      owner: written.owner,
      runbook: written.runbook,
      secrets: secretsOf(written.url, auth, written.clientCertificate),
      stages: differencesIn(written.stages),
    },
  };
}
