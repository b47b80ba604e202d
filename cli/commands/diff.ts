import { z } from 'zod';
import { meteredEngine } from '../../authoring/authoringEngine.ts';
import { loadProject } from '../../authoring/loadProject.ts';
import { compareOutcomes } from '../../core/authoring/versions/compareOutcomes.ts';
import {
  addUpCost,
  costChangePercent,
  type EventCost,
  type VersionCost,
} from '../../core/authoring/versions/cost.ts';
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

const cost = z
  .object({
    totalSteps: z.int(),
    medianSteps: z.int(),
    p95Steps: z.int(),
    costliest: z.object({
      id: z.string(),
      steps: z.int(),
      memory: z.int().describe('estimated bytes that were made'),
    }),
  })
  .describe('in steps of the budget, of which one evaluation has 2,000,000: the same on every machine');

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
    unreadable: z.int().describe('events that were passed over, because their body cannot be read any more'),
    cost: z.object({ before: cost, after: cost, changePercent: z.number() }),
  }),
  async run({ arguments: [routeName = '', before = '', after = ''], options }) {
    const on = readSampleSource(textOption(options, 'on'));
    const used = { steps: 0, memory: 0 };
    const engine = meteredEngine(({ steps, memory }) => {
      used.steps += steps;
      used.memory += memory;
    });
    const compiled = await loadProject(textOption(options, 'mappings') ?? 'mappings', engine);
    const route = routeNamed(compiled, routeName);
    const [was, is] = [versionNamed(route, before), versionNamed(route, after)].map(routeConfiguration);
    if (was === undefined || is === undefined) throw new Misuse('two versions are compared');
    const { samples, unreadable } = await collectSamples(on, route, compiled.project, options);
    if (samples.length === 0) {
      throw new Failure(
        `there is nothing to compare on: no ${on === 'dlq' ? 'dead letters' : on} of ${route.name}`,
        unreadable === 0 ? undefined : `of ${unreadable} the body cannot be read any more`,
      );
    }

    const checkContract = createContractCheck();
    for (const each of [was, is]) prepareRoute(engine, each);
    const tally = createTally();
    const run = (configuration: typeof was, { id, input, now }: Sample, costs: EventCost[]): Transformed => {
      used.steps = 0;
      used.memory = 0;
      const transformed = transform(engine, checkContract, configuration, input, now);
      costs.push({ id, steps: Math.ceil(used.steps), memory: Math.ceil(used.memory) });
      return transformed;
    };
    const costs: { before: EventCost[]; after: EventCost[] } = { before: [], after: [] };
    for (const sample of samples) {
      const before = run(was, sample, costs.before);
      tally.add(sample.id, compareOutcomes(before, run(is, sample, costs.after)));
    }
    const cost = { before: addUpCost(costs.before), after: addUpCost(costs.after) };
    const { events, identical, paths, outcomes, others } = tally.read();
    const judged = outcomes.map(outcome => ({ ...outcome, isWorse: outcome.before === 'a body' }));
    return {
      exitCode: judged.some(({ isWorse }) => isWorse) ? 1 : 0,
      output: {
        ...{ route: route.name, before, after, on, events, identical, others, unreadable },
        identicalPercent: Math.floor((identical / events) * 1000) / 10,
        paths: [...paths],
        outcomes: judged,
        cost: { ...cost, changePercent: costChangePercent(cost.before, cost.after) },
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
    unreadable,
    cost,
  }) {
    const words = {
      'only-before': `only ${before} gives it`,
      'only-after': `only ${after} gives it`,
      value: 'another value',
      type: 'another type',
    };
    const lines = [
      `${route}: ${before} and ${after} on ${events} ${on === 'dlq' ? 'dead letter' : on === 'archive' ? 'archived event' : 'example'}${events === 1 ? '' : 's'}`,
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
    if (unreadable > 0) lines.push(`${unreadable} passed over: their body cannot be read any more`);
    const { changePercent } = cost;
    const costRow = (name: string, of: VersionCost): string[] => [
      name,
      ...[of.medianSteps, of.p95Steps, of.costliest.steps].map(steps => steps.toLocaleString('en')),
      of.costliest.id,
    ];
    lines.push(
      '',
      table([
        ['COST IN STEPS', 'MEDIAN', '95 % WITHIN', 'MOST', 'FOR'],
        costRow(before, cost.before),
        costRow(after, cost.after),
      ]),
      `in all, ${after} takes ${changePercent === 0 ? 'as much' : `${Math.abs(changePercent)} % ${changePercent > 0 ? 'more' : 'less'}`}; one evaluation may take 2,000,000 steps, which is about 100 ms`,
    );
    return lines.join('\n');
  },
});

function versionNamed(route: Route, name: string): Route {
  const found = routeAtVersion(route, name);
  if (found !== undefined) return found;
  const names = versionNames(route);
  throw new Misuse(
    `${route.name} has no version "${name}"`,
    didYouMean(name, names) ?? `there is ${names.join(', ')}; another is a file v2.jsonata in its folder`,
  );
}
