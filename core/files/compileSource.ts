/** One source's file, checked, with what its preset adds. */
import type { z } from 'zod';
import { identityHeaders, protectsEventId } from '../signatures/schemeTraits.ts';
import type { ProblemCode } from './codes.ts';
import { formatDuration } from './duration.ts';
import type { Problem } from './problem.ts';
import { type Catalogue, patienceOf } from './providerFile.ts';
import type { Source, sourceFile } from './sourceFile.ts';
import { compileSourceScheme } from './sourceScheme.ts';
import { differencesIn } from './stageDifference.ts';
import { didYouMean } from './suggest.ts';
import type { YamlFile } from './yamlFile.ts';

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
