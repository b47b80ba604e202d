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
import { formatDuration, readDuration } from './duration.ts';
import { handshakesFile } from './handshakeFile.ts';
import { repliesFile } from './replyFile.ts';
import { schemeFile } from './schemeFile.ts';
import type { StageDifference } from './stageDifference.ts';
import { duration, requestRefs, typeRefs } from './writtenValues.ts';

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
