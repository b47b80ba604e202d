/** `mappings/sources/*.yaml`: who may post, and how they prove it. */

import { z } from 'zod';
import { MAX_ARCHIVE_DAYS } from '../archive.ts';
import { NAME_PATTERN } from '../names.ts';
import type { Dedupe } from '../receive/claim.ts';
import type { ProviderPatience } from '../receive/consequence.ts';
import type { Handshake } from '../receive/handshake.ts';
import type { Replies } from '../receive/reply.ts';
import { FIRST_SHARD, MAX_SHARD } from '../shards.ts';
import type { Scheme } from '../signatures/scheme.ts';
import { identityHeaders, protectsEventId } from '../signatures/schemeTraits.ts';
import type { ProblemCode } from './codes.ts';
import { formatDuration, readDuration } from './duration.ts';
import { handshakesFile } from './handshakeFile.ts';
import type { Problem } from './problem.ts';
import { type Catalogue, patienceOf } from './providerFile.ts';
import { repliesFile } from './replyFile.ts';
import { schemeFile } from './schemeFile.ts';
import { compileSourceScheme } from './sourceScheme.ts';
import { differencesIn, type StageDifference } from './stageDifference.ts';
import { didYouMean } from './suggest.ts';
import { duration, requestRefs, typeRefs } from './writtenValues.ts';
import type { YamlFile } from './yamlFile.ts';

export const secretName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9/_-]{0,99}$/, 'a secret\'s name such as "sources/github", never its value')
  .meta({ description: "A secret's name, such as sources/github; never its value." });

/** To the day, because that is how S3 counts; the bound is MAX_ARCHIVE_DAYS. */
const ARCHIVE_DAYS = `whole days from 1d to ${MAX_ARCHIVE_DAYS}d, such as 30d`;

/** In five minutes: more than any API lets in. */
const MAX_EXPECTED = 100_000_000;

/** What an alarm can add up in one period: whole minutes, up to a day. */
const EXPECTED_IN =
  /^[1-9][0-9]{0,8} in (([1-9][0-9]{0,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440)m|([1-9]|1[0-9]|2[0-4])h)$/;
const EXPECTED_WORDS = 'webhooks in five minutes such as 600, or in 1m to 24h such as "5000 in 1h"';
const SPIKE_SECONDS = 300;

/** `600` or `5000 in 1h`. */
const expectAtMost = z
  .union([z.int().min(1).max(MAX_EXPECTED), z.string().regex(EXPECTED_IN, EXPECTED_WORDS)], EXPECTED_WORDS)
  .transform((written): ExpectedAtMost => {
    if (typeof written === 'number') return { webhooks: written, seconds: SPIKE_SECONDS };
    const [webhooks, time = ''] = written.split(' in ');
    return { webhooks: Number(webhooks), seconds: readDuration(time) ?? SPIKE_SECONDS };
  });

export const sourceFile = z
  .strictObject({
    provider: z.string().optional().meta({ description: 'A preset from the catalogue, such as github.' }),
    scheme: schemeFile.optional(),
    unverified: z
      .literal('i-accept-anyone-can-post')
      .optional()
      .meta({ description: 'No signature at all; must be spelled out: i-accept-anyone-can-post.' }),
    secret: secretName.optional(),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta({
        description:
          'The address under which the provider knows this source, exactly as registered there. Only for providers that sign it.',
      }),
    parameters: z
      .record(z.string(), z.string())
      .default({})
      .meta({ description: 'What the preset asks for beside the secret, such as the key of an app.' }),
    owner: z.string().min(1).meta({ description: 'The team that answers for this source.' }),
    eventId: requestRefs
      .optional()
      .meta({ description: "Where the event's id stands, if not where the preset says." }),
    eventType: typeRefs
      .optional()
      .meta({ description: 'Where the event type stands, if not as the preset says.' }),
    handshakes: handshakesFile.optional(),
    replies: repliesFile.optional(),
    dedupe: duration.optional().meta({
      description:
        'How long a repeat of an accepted event is recognised and not accepted again, 1m to 14d, such as 24h. Off unless given: it costs two writes to DynamoDB for each event.',
    }),
    expectEvery: duration.optional().meta({
      description:
        'Somebody is paged when this source, once it has sent anything, sends nothing for so long: 5m to 7d, such as 24h. Off unless given.',
    }),
    expectAtMost: expectAtMost.optional().meta({
      description:
        "Webhooks that are still ordinary in five minutes, such as 600, or in a time of 1m to 24h, such as 5000 in 1h; so many or more make a ticket. Default: half of what the stage's gateway lets in within five minutes.",
    }),
    shard: z.int().min(FIRST_SHARD).max(MAX_SHARD).default(FIRST_SHARD).meta({
      description:
        'The stack that holds its secret and its alarms, 0 to 99. Never change it once deployed: the new stack would find the name of its secret taken. `hookwright check` says when one is full.',
    }),
    unmatched: z.literal('expected').optional().meta({
      description:
        'expected: this source sends events that no route wants, and that is meant. Without it each makes a ticket.',
    }),
    stages: z
      .record(z.string().regex(NAME_PATTERN), z.strictObject({ secret: secretName.optional() }))
      .default({})
      .meta({ description: 'What is another one in a stage: prod: { secret: sources/shop-live }.' }),
    headers: z
      .array(z.string().regex(/^[a-z0-9-]+$/, 'a header name in lower case'))
      .default([])
      .meta({ description: 'Further request headers that mappings may see. All others are forgotten.' }),
    archive: z
      .string(ARCHIVE_DAYS)
      .regex(/^([1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-5])d$/, ARCHIVE_DAYS)
      .optional()
      .meta({
        description:
          'Keep a copy of each accepted event for so many days (1d to 365d), so that it can be replayed. Off by default; costs one S3 PUT an event, and its storage.',
      }),
  })
  .meta({ description: 'A system that sends webhooks.' });

/** So many webhooks or more, within so many seconds, are a spike. */
export interface ExpectedAtMost {
  readonly webhooks: number;
  readonly seconds: number;
}

export interface Source {
  readonly name: string;
  readonly file: string;
  readonly owner: string;
  /** The preset's id, `custom` or `unverified`. */
  readonly provider: string;
  readonly scheme: Scheme;
  readonly secret?: string;
  readonly secrets: readonly string[];
  /** By the stage's name. */
  readonly stages: Readonly<Record<string, StageDifference>>;
  readonly headers: readonly string[];
  /** The preset's, or those that its file spells out; absent where there are none. */
  readonly handshakes?: readonly Handshake[];
  readonly replies?: Replies;
  /** Absent where repeats are accepted again. */
  readonly dedupe?: Dedupe;
  /** How long the archive keeps its events; absent when it keeps none. */
  readonly archiveDays?: number;
  /** Silence for longer than this is an incident; absent where it is not. */
  readonly expectEverySeconds?: number;
  /** Absent: what the stage takes for a spike. */
  readonly expectAtMost?: ExpectedAtMost;
  /** The stack that holds its secret and its alarms. */
  readonly shard: number;
  /** Events that no route wants are no news. */
  readonly unmatched?: 'expected';
  /** What the preset says of the provider's patience; absent without a preset. See `providerConsequence`. */
  readonly patience?: ProviderPatience;
}

/** For lists and maps of sources. */
export const describeDedupe = (dedupe: Dedupe | undefined): string =>
  dedupe === undefined
    ? 'accepted again'
    : `recognised for ${formatDuration(dedupe.seconds)} by ${dedupe.by === 'id' ? 'id' : 'id and body'}`;

/** Below, no provider's repeat would be met; above, every event's claim would be kept longer than the event itself. */
const DEDUPE_SECONDS = { least: 60, most: 14 * 86_400 };

/** They carry what is needed to read the body, and are in no provider's use for secrets. */
const ALWAYS_KEPT_HEADERS = ['content-type', 'content-encoding', 'user-agent'];

/** Headers that hold credentials: an allow-list may not name them. */
const NEVER_KEPT_HEADERS = ['authorization', 'cookie', 'proxy-authorization', 'x-api-key'];

/** CloudWatch evaluates an alarm over a week at most; below, one late webhook would be an incident. */
const EXPECT_EVERY_SECONDS = { least: 300, most: 7 * 86_400 };

type Written = z.output<typeof sourceFile>;

export function compileSource(
  name: string,
  file: string,
  yaml: YamlFile<Written>,
  catalogue: Catalogue,
): { source?: Source; problems: Problem[] } {
  const { value: written, placeOf } = yaml;
  const problems: Problem[] = [];
  const report = (path: string[], code: ProblemCode, message: string, hint?: string) => {
    problems.push({
      severity: 'error',
      code,
      file,
      ...placeOf(path),
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };

  const ways = (['provider', 'scheme', 'unverified'] as const).filter(way => written[way] !== undefined);
  if (ways.length !== 1) {
    report(
      ways.slice(1, 2),
      'verification-unclear',
      ways.length === 0
        ? 'nothing says how webhooks are verified'
        : `${ways.join(' and ')} exclude each other`,
      'write exactly one of provider: (a preset), scheme: (spelled out) or unverified: i-accept-anyone-can-post',
    );
  }
  const provider = written.provider === undefined ? undefined : catalogue.provider(written.provider);
  if (written.provider !== undefined && provider === undefined) {
    report(
      ['provider'],
      'unknown-provider',
      `there is no provider "${written.provider}" in the catalogue`,
      didYouMean(written.provider, catalogue.names) ??
        '`hookwright catalog --providers` lists them all; for others spell out scheme:',
    );
  }
  const isClear = problems.length === 0;
  if (!isClear && written.unverified === undefined && written.secret === undefined) {
    report([], 'missing-key', '"secret" is missing', `add a line such as: secret: sources/${name}`);
  }
  for (const [index, header] of written.headers.entries()) {
    if (NEVER_KEPT_HEADERS.includes(header)) {
      report(
        ['headers', String(index)],
        'header-holds-secrets',
        `"${header}" holds credentials and is never kept`,
      );
    }
  }
  if (
    written.dedupe !== undefined &&
    (written.dedupe < DEDUPE_SECONDS.least || written.dedupe > DEDUPE_SECONDS.most)
  ) {
    report(
      ['dedupe'],
      'dedupe-out-of-range',
      `${formatDuration(written.dedupe)} is not between 1 min and 14 d`,
      'write how long the provider repeats an event, such as 24h or 3d',
    );
  }
  const { expectEvery } = written;
  if (
    expectEvery !== undefined &&
    (expectEvery < EXPECT_EVERY_SECONDS.least || expectEvery > EXPECT_EVERY_SECONDS.most)
  ) {
    report(
      ['expectEvery'],
      'expect-every-out-of-range',
      `${formatDuration(expectEvery)} is not between 5 min and 7 d, which is what an alarm can look back`,
      'write the longest silence that is ordinary, nights and weekends included, such as 24h or 3d',
    );
  }
  if (!isClear) return { problems };

  const identity = {
    eventId: written.eventId ?? provider?.scheme.eventId ?? [],
    eventType: written.eventType ?? provider?.scheme.eventType ?? [],
    ...(written.eventType === undefined && provider?.scheme.eventTypeSeparator !== undefined
      ? { eventTypeSeparator: provider.scheme.eventTypeSeparator }
      : {}),
  };
  const scheme = compileSourceScheme(name, written, provider, identity, report);
  if (problems.length > 0) return { problems };
  if (written.dedupe !== undefined && scheme.eventId.length === 0) {
    report(
      ['dedupe'],
      'dedupe-without-id',
      'nothing says where these webhooks carry an id, so no repeat would ever be recognised',
      'add eventId: header.x-name or body.path.to.field, or delete this line',
    );
    return { problems };
  }
  const handshakes = written.handshakes ?? provider?.handshakes ?? [];
  const replies = written.replies ?? provider?.replies;
  return {
    problems,
    source: {
      name,
      file,
      owner: written.owner,
      provider: provider?.id ?? (scheme.kind === 'unverified' ? 'unverified' : 'custom'),
      scheme,
      ...(written.secret === undefined ? {} : { secret: written.secret }),
      secrets: written.secret === undefined ? [] : [written.secret],
      stages: differencesIn(written.stages),
      ...(handshakes.length === 0 ? {} : { handshakes }),
      ...(replies === undefined ? {} : { replies }),
      ...(written.dedupe === undefined
        ? {}
        : { dedupe: { seconds: written.dedupe, by: protectsEventId(scheme) ? 'id' : 'id-and-body' } }),
      headers: [
        ...new Set([
          ...ALWAYS_KEPT_HEADERS,
          ...identityHeaders(scheme),
          ...(provider?.headers ?? []),
          ...written.headers,
        ]),
      ],
      ...(written.archive === undefined ? {} : { archiveDays: Number.parseInt(written.archive, 10) }),
      ...(expectEvery === undefined ? {} : { expectEverySeconds: expectEvery }),
      ...(written.expectAtMost === undefined ? {} : { expectAtMost: written.expectAtMost }),
      shard: written.shard,
      ...(written.unmatched === undefined ? {} : { unmatched: written.unmatched }),
      ...(provider === undefined ? {} : { patience: patienceOf(provider) }),
    },
  };
}
