import { z } from 'zod';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { loadProject } from '../../authoring/loadProject.ts';
import { compareOutcomes } from '../../core/authoring/versions/compareOutcomes.ts';
import { createTally } from '../../core/authoring/versions/tally.ts';
import { routeConfiguration } from '../../core/files/configure.ts';
import type { Route } from '../../core/files/routeFile.ts';
import { routeAtVersion, versionNames } from '../../core/files/routeVersions.ts';
import { didYouMean } from '../../core/files/suggest.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import { prepareRoute, type Transformed, transform } from '../../core/mapping/transform.ts';
import { defineCommand, Failure, Misuse, textOption } from '../command.ts';
import { mappingsOption } from '../options.ts';
import { routeNamed } from '../routeNamed.ts';
import { collectSamples, readSampleSource, SAMPLE_SOURCES, type Sample, sampleOptions } from '../samples.ts';
import { table } from '../terminal.ts';

const cost = z.object({
  medianMicroseconds: z.number(),
  p95Microseconds: z.number(),
  slowest: z.object({ microseconds: z.number(), event: z.string() }).optional(),
});
type Cost = z.output<typeof cost>;

export const diff = defineCommand({
  details:
    'Runs both versions through filter, mapping and contracts, and sends nothing. Versions are v1.jsonata, v2.jsonata in the\n' +
    "route's folder; `mapping` is mapping.jsonata. Changes are told by path and count, never by value: look at one with\n" +
    'hookwright try or hookwright dlq show. Exit code 1 when an event that was delivered before would fail or be dropped.',
  arguments: [
    { name: 'ROUTE', description: "a route's name" },
    { name: 'BEFORE', description: 'a version, such as v1' },
    { name: 'AFTER', description: 'another, such as v2' },
  ],
  options: [
    {
      flags: '--on <events>',
      description: `${SAMPLE_SOURCES.join(', ')}: what to run them on`,
      default: 'examples',
    },
    ...sampleOptions,
    mappingsOption,
  ],
  examples: [
    'diff shop-order-to-ledger v1 v2',
    'diff shop-order-to-ledger v1 v2 --on archive --since 7d --stage prod',
  ],
  output: z.object({
    route: z.string(),
    before: z.string(),
    after: z.string(),
    on: z.enum(SAMPLE_SOURCES),
    events: z.int(),
    identical: z.int(),
    identicalPercent: z.number(),
    paths: z.array(
      z.object({
        path: z.string(),
        difference: z.enum(['only-before', 'only-after', 'value', 'type']),
        events: z.int(),
        example: z.string(),
      }),
    ),
    outcomes: z.array(
      z.object({
        before: z.string(),
        after: z.string(),
        isWorse: z.boolean().describe('delivered before, and not any more'),
        events: z.int(),
        example: z.string(),
      }),
    ),
    others: z.int().describe('changes beyond the first 1,000 distinct ones'),
    cost: z.object({ before: cost, after: cost }),
  }),
  async run({ arguments: [routeName = '', before = '', after = ''], options }) {
    const on = readSampleSource(textOption(options, 'on'));
    const engine = await authoringEngine();
    const compiled = await loadProject(textOption(options, 'mappings') ?? 'mappings', engine);
    const route = routeNamed(compiled, routeName);
    const [was, is] = [versionNamed(route, before), versionNamed(route, after)].map(routeConfiguration);
    if (was === undefined || is === undefined) throw new Misuse('two versions are compared');
    const samples = await collectSamples(on, route, compiled.project, options);
    if (samples.length === 0) {
      throw new Failure(
        `there is nothing to compare on: no ${on === 'dlq' ? 'dead letters' : on} of ${route.name}`,
      );
    }

    const checkContract = createContractCheck();
    for (const each of [was, is]) prepareRoute(engine, checkContract, each);
    const run = (configuration: typeof was, { input, now }: Sample): Transformed =>
      transform(engine, checkContract, configuration, input, now);
    // The first evaluations of a process are slow, and would be charged to the first version.
    for (const sample of samples.slice(0, WARM_UP)) for (const each of [was, is]) run(each, sample);
    const tally = createTally();
    const took = { before: new Map<string, number>(), after: new Map<string, number>() };
    for (const sample of samples) {
      const made = [was, is].map((configuration, index) => {
        const startedAt = performance.now();
        const transformed = run(configuration, sample);
        took[index === 0 ? 'before' : 'after'].set(sample.id, (performance.now() - startedAt) * 1000);
        return transformed;
      });
      const [one, other] = made;
      if (one !== undefined && other !== undefined) tally.add(sample.id, compareOutcomes(one, other));
    }
    const { events, identical, paths, outcomes, others } = tally.read();
    const judged = outcomes.map(outcome => ({ ...outcome, isWorse: outcome.before === 'a body' }));
    return {
      exitCode: judged.some(({ isWorse }) => isWorse) ? 1 : 0,
      output: {
        ...{ route: route.name, before, after, on, events, identical, others },
        identicalPercent: Math.floor((identical / events) * 1000) / 10,
        paths: [...paths],
        outcomes: judged,
        cost: { before: costOf(took.before), after: costOf(took.after) },
      },
    };
  },
  print({
    route,
    before,
    after,
    on,
    events,
    identical,
    identicalPercent,
    paths,
    outcomes,
    others,
    cost: took,
  }) {
    const words = {
      'only-before': `only ${before} gives it`,
      'only-after': `only ${after} gives it`,
      value: 'another value',
      type: 'another type',
    };
    const lines = [
      `${route}: ${before} and ${after} on ${events} ${on === 'dlq' ? 'dead letters' : on === 'archive' ? 'archived events' : 'examples'}`,
      `identical    ${identical} (${identicalPercent} %)`,
    ];
    if (outcomes.length > 0) {
      lines.push(
        '',
        table([
          ['EVENTS', before.toUpperCase(), after.toUpperCase(), 'SUCH AS'],
          ...outcomes.map(outcome => [
            String(outcome.events),
            outcome.before,
            outcome.after + (outcome.isWorse ? '  !' : ''),
            outcome.example,
          ]),
        ]),
      );
    }
    if (paths.length > 0) {
      lines.push(
        '',
        table([
          ['EVENTS', 'CHANGE', 'PATH', 'SUCH AS'],
          ...paths.map(path => [String(path.events), words[path.difference], path.path, path.example]),
        ]),
      );
    }
    if (others > 0) lines.push(`… and ${others} further changes, which are not told apart`);
    const costLine = (name: string, { medianMicroseconds, p95Microseconds }: Cost) =>
      `cost ${name.padEnd(8)}median ${medianMicroseconds} µs, 95 % within ${p95Microseconds} µs`;
    lines.push('', costLine(before, took.before), costLine(after, took.after));
    return lines.join('\n');
  },
});

const WARM_UP = 20;

function versionNamed(route: Route, name: string): Route {
  const found = routeAtVersion(route, name);
  if (found !== undefined) return found;
  const names = versionNames(route);
  throw new Misuse(
    `${route.name} has no version "${name}"`,
    didYouMean(name, names) ?? `there is ${names.join(', ')}; another is a file v2.jsonata in its folder`,
  );
}

function costOf(took: ReadonlyMap<string, number>): Cost {
  const sorted = [...took].sort(([, a], [, b]) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)]?.[1] ?? 0);
  const last = sorted.at(-1);
  return {
    medianMicroseconds: at(0.5),
    p95Microseconds: at(0.95),
    ...(last === undefined ? {} : { slowest: { microseconds: Math.round(last[1]), event: last[0] } }),
  };
}
