/** Real inputs of a route, from its examples, its dead letters or the archive. Nothing is changed where they lie. */
import { isStored } from '../core/envelope.ts';
import type { Project } from '../core/files/compileProject.ts';
import type { Route } from '../core/files/routeFile.ts';
import { everyVersion } from '../core/files/routeVersions.ts';
import { exampleInput } from '../core/files/runExample.ts';
import type { MappingInput } from '../core/mapping/transform.ts';
import { archiveBucketOf, readArchived } from './archive.ts';
import {
  type CommandOption,
  Failure,
  Misuse,
  numberOption,
  type OptionValues,
  textOption,
} from './command.ts';
import { type DeadLetter, idOf } from './deadLetters/deadLetter.ts';
import { lookAtDeadLetters } from './deadLetters/look.ts';
import { readSelection } from './deadLetters/select.ts';
import { dataOption, stageOption } from './options.ts';
import { readWish, wanted } from './replay/selection.ts';
import { openStage, queuesOf } from './stage.ts';

export const SAMPLE_SOURCES = ['examples', 'dlq', 'archive'] as const;
export type SampleSource = (typeof SAMPLE_SOURCES)[number];

export interface Sample {
  /** An example's file, or a delivery's or event's id: what a person may look it up by. */
  readonly id: string;
  readonly input: MappingInput;
  /** Milliseconds since the epoch: what `$now()` says. */
  readonly now: number;
}

export interface Collected {
  readonly samples: readonly Sample[];
  /** Events that would have been among them, and whose body cannot be read any more. */
  readonly unreadable: number;
}

const DEFAULT_LIMIT = 1_000;
/** Dead letters of other routes lie in the same queue, and are passed over. */
const LOOKED_AT = 10_000;
/** How far back the archive is read when nobody says. */
const ARCHIVE_SINCE = '24h';

export const sampleOptions: readonly CommandOption[] = [
  { flags: '--since <time>', description: 'dlq, archive: since then: 2h, 7d, or 2026-01-31T08:00:00Z' },
  { flags: '--until <time>', description: 'dlq, archive: before then, in the same forms' },
  { flags: '--limit <number>', description: 'at most so many', default: String(DEFAULT_LIMIT) },
  stageOption,
  dataOption,
];

/** @throws Misuse */
export function readSampleSource(text: string | undefined): SampleSource {
  const source = SAMPLE_SOURCES.find(known => known === (text ?? 'examples'));
  if (source !== undefined) return source;
  throw new Misuse(`--on takes ${SAMPLE_SOURCES.join(', ')}, and got "${text}"`);
}

/** @throws Misuse, or Failure when there is no such stage or archive. */
export async function collectSamples(
  from: SampleSource,
  route: Route,
  project: Project,
  options: OptionValues,
): Promise<Collected> {
  const limit = numberOption(options, 'limit', 1, 100_000) ?? DEFAULT_LIMIT;
  switch (from) {
    case 'examples':
      return { samples: exampleSamples(route).slice(0, limit), unreadable: 0 };
    case 'dlq':
      return deadLetterSamples(route, options, limit);
    case 'archive':
      return archiveSamples(route, project, options, limit);
    default:
      return from satisfies never;
  }
}

function exampleSamples(route: Route): Sample[] {
  const byFile = new Map(everyVersion(route).flatMap(each => each.examples.map(one => [one.file, one])));
  return [...byFile.values()].map(example => ({ id: example.file, ...exampleInput(route, example) }));
}

async function deadLetterSamples(route: Route, options: OptionValues, limit: number): Promise<Collected> {
  const { wanted: isWanted } = readSelection(options, Date.now());
  const stage = await openStage(options);
  const samples: Sample[] = [];
  let unreadable = 0;
  const collect = (letter: DeadLetter): 'enough' | undefined => {
    const { envelope } = letter;
    if (envelope?.route === route.name && isWanted(letter) && samples.length < limit) {
      if (isStored(envelope)) unreadable += 1;
      else samples.push({ id: idOf(letter), input: envelope, now: Date.parse(envelope.event.receivedAt) });
    }
    return samples.length < limit ? undefined : 'enough';
  };
  await lookAtDeadLetters(stage, await queuesOf(stage, route.to), LOOKED_AT, collect, 'fetched');
  return { samples: samples.sort((a, b) => (a.id < b.id ? -1 : 1)), unreadable };
}

async function archiveSamples(
  route: Route,
  project: Project,
  options: OptionValues,
  limit: number,
): Promise<Collected> {
  const source = project.sources[route.from];
  if (source?.archiveDays === undefined) {
    throw new Failure(
      `the source "${route.from}" keeps no archive`,
      `add \`archive: 30d\` to ${source?.file ?? 'its file'} and deploy; it keeps what comes in from then on`,
    );
  }
  const isNamed = textOption(options, 'id') !== undefined || textOption(options, 'since') !== undefined;
  const wish = readWish(isNamed ? options : { ...options, since: ARCHIVE_SINCE }, Date.now());
  const stage = await openStage(options);
  const bucket = await archiveBucketOf(stage, await queuesOf(stage, route.to));
  const samples: Sample[] = [];
  let unreadable = 0;
  for await (const event of wanted(stage, bucket, route, wish, source.archiveDays)) {
    const read = await readArchived(stage, bucket, event.key);
    if (read.ok) samples.push({ id: event.id, input: read.original, now: event.receivedAt });
    else unreadable += 1;
    if (samples.length >= limit) break;
  }
  return { samples, unreadable };
}
