/** How a source is doing: what came, what was refused and why, and whether its previous secret may go. */
import { z } from 'zod';
import { sourceFigures } from '../../core/events/figures.ts';
import { latestWebhookLinesFrom, latestWithPreviousSecret } from '../../core/events/queries.ts';
import { LEAST_ROTATION_SECONDS, rotationMeter } from '../../core/events/rotation.ts';
import type { WebhookLine } from '../../core/events/webhookLine.ts';
import { formatDuration } from '../../core/files/duration.ts';
import { describeDedupe, type Source } from '../../core/files/sourceFile.ts';
import { providerConsequence } from '../../core/receive/consequence.ts';
import { strengthOf } from '../../core/signatures/schemeTraits.ts';
import { webhookLines } from '../logQueries.ts';
import { table } from '../terminal.ts';
import type { Asked } from './asked.ts';

/** How far back the last use of a previous secret is looked for: SQS keeps events as long. */
const PREVIOUS_SECONDS = 14 * 24 * 60 * 60;

export const sourceStatus = z.object({
  kind: z.literal('source'),
  name: z.string(),
  owner: z.string(),
  provider: z.string(),
  since: z.string(),
  accepted: z.int(),
  unmatched: z.int(),
  refused: z.int(),
  dedupe: z.string(),
  duplicates: z.int(),
  claims: z.record(z.string(), z.int()),
  causes: z.record(z.string(), z.int()),
  lastAcceptedAt: z.string().optional(),
  lastEventId: z.string().optional(),
  secretVersions: z.record(z.string(), z.int()),
  /** What the provider does when we do not answer. */
  consequence: z.string().optional(),
  verification: z.enum(['verified', 'authenticated', 'unverified']),
  /** Whether the previous secret may go; absent where there is none. */
  rotation: z
    .object({
      verdict: z.enum(['safe-to-retire', 'previous-in-use', 'no-traffic']),
      sinceSeconds: z.int(),
      current: z.object({ count: z.int(), lastAt: z.string().optional() }),
      previous: z.object({ count: z.int(), lastAt: z.string().optional() }),
      previousSigns: z.array(z.object({ eventType: z.string(), count: z.int() })),
    })
    .optional(),
});
type SourceStatus = z.output<typeof sourceStatus>;

export async function askSource(asked: Asked, source: Source): Promise<SourceStatus> {
  const { stage, sinceSeconds } = asked;
  const { name, secret } = source;
  const now = Date.now();
  const [lines, withPrevious] = await Promise.all([
    webhookLines(stage, latestWebhookLinesFrom(name), Math.max(sinceSeconds, LEAST_ROTATION_SECONDS)),
    webhookLines(stage, latestWithPreviousSecret(name), PREVIOUS_SECONDS),
  ]);
  const from = new Date(now - sinceSeconds * 1000).toISOString();
  const told = sourceStatusOf(
    asked,
    source,
    lines.filter(({ at }) => at >= from),
  );
  if (secret === undefined) return told;
  const rotation = rotationMeter(name, together(lines, withPrevious), { now, sinceSeconds });
  return { ...told, rotation: { ...rotation, previousSigns: [...rotation.previousSigns] } };
}

/** Newest first, each once. */
function together(...lists: readonly (readonly WebhookLine[])[]): WebhookLine[] {
  const lines = new Map(
    lists.flat().map(line => [`${line.at} ${line.eventId ?? line.requestId ?? ''}`, line]),
  );
  return [...lines.values()].sort((a, b) => (a.at < b.at ? 1 : -1));
}

export function sourceStatusOf(
  { since }: Asked,
  { name, owner, provider, dedupe, scheme, patience }: Source,
  lines: readonly WebhookLine[],
): SourceStatus {
  const consequence = providerConsequence(patience === undefined ? {} : { patience });
  return {
    kind: 'source',
    name,
    owner,
    provider,
    verification: strengthOf(scheme),
    dedupe: describeDedupe(dedupe),
    since,
    ...sourceFigures(name, lines),
    ...(consequence === undefined ? {} : { consequence }),
  };
}

export function sourceText(told: SourceStatus): string {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ');
  const causes = list(told.causes);
  const claims = list(told.claims);
  return [
    `source ${told.name} (${told.provider}), owner ${told.owner}`,
    `webhooks are ${STRENGTHS[told.verification]}`,
    `last ${told.since}: ${told.accepted} accepted, ${told.unmatched} unmatched, ${told.refused} refused`,
    `repeats: ${told.dedupe}; ${told.duplicates} duplicates${claims === '' ? '' : `, claims: ${claims}`}`,
    ...(causes === '' ? [] : [`refused because: ${causes}`]),
    ...(told.rotation === undefined ? [] : rotationText(told.rotation)),
    `last accepted: ${told.lastAcceptedAt ?? 'none in this time'} ${told.lastEventId ?? ''}`.trimEnd(),
    ...(told.consequence === undefined ? [] : [told.consequence]),
    ...(told.refused === 0 ? [] : ['look: hookwright events --state refused']),
  ].join('\n');
}

const STRENGTHS: Readonly<Record<SourceStatus['verification'], string>> = {
  verified: 'verified: a signature covers them',
  authenticated: 'AUTHENTICATED ONLY: who posts knows the secret, and nothing covers the body',
  unverified: 'UNVERIFIED: ANYONE CAN POST',
};

function rotationText({
  verdict,
  sinceSeconds,
  current,
  previous,
  previousSigns,
}: NonNullable<SourceStatus['rotation']>): string[] {
  const span = formatDuration(sinceSeconds);
  const used = `secret in the last ${span}: current ${current.count}${lastText(current.lastAt)}, previous ${previous.count}${lastText(previous.lastAt)}`;
  switch (verdict) {
    case 'safe-to-retire':
      return [
        used,
        `previous secret, where there is one: safe to retire, nothing was signed with it in the last ${span}`,
      ];
    case 'previous-in-use': {
      const types = previousSigns.map(({ eventType, count }) => `${eventType} ${count}`).join(', ');
      return [used, `previous secret: STILL IN USE by whoever sends ${types}`];
    }
    case 'no-traffic':
      return [`secret: nothing was verified in the last ${span}, so nobody knows which one is in use`];
    default:
      return verdict satisfies never;
  }
}

const lastText = (at: string | undefined): string => (at === undefined ? '' : ` (last ${at})`);

export const sourceTable = (all: readonly SourceStatus[]): string =>
  table([
    [
      'SOURCE',
      'WEBHOOKS ARE',
      'ACCEPTED',
      'UNMATCHED',
      'REFUSED',
      'PREVIOUS SECRET',
      'LAST ACCEPTED',
      'REFUSED BECAUSE',
    ],
    ...all.map(told => [
      told.name,
      told.verification === 'verified' ? 'verified' : told.verification.toUpperCase(),
      String(told.accepted),
      String(told.unmatched),
      String(told.refused),
      told.secretVersions['previous'] === undefined ? '-' : `in use: ${told.secretVersions['previous']}`,
      told.lastAcceptedAt ?? '-',
      Object.entries(told.causes)
        .map(([cause, count]) => `${cause} ${count}`)
        .join(', ') || '-',
    ]),
  ]);
