import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { type CountedTemplate, takeInventory } from '../../core/cost/inventory.ts';
import { type Cost, priceRelay } from '../../core/cost/priceRelay.ts';
import { PRICES, PRICES_AS_OF, PRICES_REGION } from '../../core/cost/prices.ts';
import type { Project } from '../../core/files/compileProject.ts';
import { formatProblem, hasErrors } from '../../core/files/problem.ts';
import { synthesize } from '../../local/synthesis/synthesize.ts';
import { defineCommand, Failure, Misuse, numberOption, textOption } from '../command.ts';
import { mappingsOption } from '../options.ts';
import { table } from '../terminal.ts';

const PROJECT_ROOT = join(import.meta.dirname, '../..');

const cost = z.object({
  name: z.string(),
  fixed: z.number().describe('US dollars a month, whatever comes'),
  variable: z.number().describe('US dollars a month, for the webhooks asked about'),
  lines: z.array(
    z.object({ what: z.string(), quantity: z.number(), price: z.string(), dollars: z.number() }),
  ),
});

export const costOf = defineCommand({
  details:
    'Counts what the template of a stage has (alarms, metrics, secrets, polls, the dashboard) and what webhooks use (requests,\n' +
    'GB-seconds, SQS calls, log bytes), and prices both from the list in core/cost/prices.ts: list prices of us-east-1, without\n' +
    'the free tier and without traffic out of AWS. Every source has the same share of the webhooks, and each of its destinations\n' +
    'of that; a webhook is delivered once, at its first attempt. Nothing is asked of AWS.\n\n' +
    'Exit code 0: told; 1: the files have errors; 2: misuse.',
  arguments: [],
  options: [
    {
      flags: '--per-month <number>',
      description: 'webhooks a month, all sources together',
      default: '1000000',
    },
    { flags: '--stage <name>', description: 'the stage whose template is counted', default: 'prod' },
    { flags: '--bytes <number>', description: "of a webhook's body", default: '4096' },
    { flags: '--answer-ms <number>', description: 'how long a destination takes to answer', default: '200' },
    { flags: '--batch <number>', description: 'messages that deliver finds at once, 1 to 10', default: '1' },
    { flags: '--details', description: 'every unit and its price' },
    mappingsOption,
  ],
  examples: ['cost', 'cost --per-month 5000000 --batch 10', 'cost --per-month 100000 --details --json'],
  output: z.object({
    stage: z.string(),
    perMonth: z.int(),
    assumed: z.object({ bodyBytes: z.int(), answerMs: z.int(), batch: z.int() }),
    prices: z.object({
      asOf: z.string(),
      region: z.string(),
      list: z.record(
        z.string(),
        z.object({ dollars: z.number(), per: z.string(), page: z.string(), confidence: z.string() }),
      ),
    }),
    relay: cost,
    sources: z.array(cost),
    destinations: z.array(cost),
    fixed: z.number(),
    variable: z.number(),
    detailed: z.boolean(),
  }),
  async run({ options }) {
    const stage = textOption(options, 'stage') ?? 'prod';
    const load = {
      webhooks: numberOption(options, 'perMonth', 0, 1_000_000_000_000) ?? 1_000_000,
      bodyBytes: numberOption(options, 'bytes', 1, 6_000_000) ?? 4096,
      answerMs: numberOption(options, 'answerMs', 1, 25_000) ?? 200,
      batch: numberOption(options, 'batch', 1, 10) ?? 1,
    };
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    const { project, problems } = await loadProject(mappings);
    if (hasErrors(problems)) {
      throw new Failure(
        `broken files have no price:\n${problems.map(each => formatProblem(each)).join('\n')}`,
      );
    }
    const inventory = takeInventory(stage, await templatesOf(stage, mappings), {
      sources: Object.values(project.sources),
      destinations: Object.values(project.destinations),
    });
    const priced = priceRelay(inventory, sourcesOf(project), Object.values(project.destinations), load);
    const { webhooks: perMonth, ...assumed } = load;
    const list = { asOf: PRICES_AS_OF, region: PRICES_REGION, list: PRICES };
    return {
      exitCode: 0,
      output: {
        ...{ stage, perMonth, assumed, prices: list },
        ...{ ...priced, relay: toOutput(priced.relay) },
        sources: priced.sources.map(toOutput),
        destinations: priced.destinations.map(toOutput),
        detailed: options['details'] === true,
      },
    };
  },
  print(told) {
    const rows = (kind: string, costs: readonly z.output<typeof cost>[]): string[][] =>
      costs.map(({ name, fixed, variable }) => [kind, name, dollars(fixed), dollars(variable)]);
    const all = [
      ...rows('relay', [told.relay]),
      ...rows('source', told.sources),
      ...rows('destination', told.destinations),
    ];
    const { bodyBytes, answerMs, batch } = told.assumed;
    return [
      `${told.stage}, ${told.perMonth.toLocaleString('en-US')} webhooks a month of ${bodyBytes} bytes, answered in ${answerMs} ms, ${batch} at a time`,
      '',
      table([
        ['', '', 'FIXED', 'VARIABLE'],
        ...all,
        ['total', '', dollars(told.fixed), dollars(told.variable)],
      ]),
      ...(told.detailed ? ['', details(told)] : []),
      '',
      `US dollars a month; list prices of ${told.prices.region}, ${told.prices.asOf} (core/cost/prices.ts), without free tier and traffic out`,
    ].join('\n');
  },
});

const dollars = (amount: number): string => amount.toFixed(2);

/** A copy, since the schema's arrays may be changed. */
const toOutput = ({ lines, ...rest }: Cost): z.output<typeof cost> => ({ ...rest, lines: [...lines] });

function details({
  relay,
  sources,
  destinations,
}: {
  readonly relay: z.output<typeof cost>;
  readonly sources: readonly z.output<typeof cost>[];
  readonly destinations: readonly z.output<typeof cost>[];
}): string {
  return table([
    ['', 'UNIT', 'QUANTITY', 'DOLLARS', 'PRICE'],
    ...[relay, ...sources, ...destinations].flatMap(({ name, lines }) =>
      lines.map(({ what, quantity, price, dollars: amount }) => [
        name,
        what,
        quantity.toLocaleString('en-US', { maximumFractionDigits: 1 }),
        amount.toFixed(4),
        price,
      ]),
    ),
  ]);
}

const sourcesOf = ({ sources, routes }: Project) =>
  Object.values(sources).map(({ name, archiveDays, dedupe }) => ({
    name,
    destinations: [...new Set(routes.filter(({ from }) => from === name).map(({ to }) => to))],
    archives: archiveDays !== undefined,
    dedupes: dedupe !== undefined,
  }));

/** @throws Misuse or Failure with what the app printed. */
async function templatesOf(stage: string, mappings: string): Promise<CountedTemplate[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hookwright-cost-'));
  try {
    const outDirectory = join(folder, 'assembly');
    const result = await synthesize({
      projectRoot: PROJECT_ROOT,
      mappingsDirectory: join(process.cwd(), mappings),
      outDirectory,
      stage,
    });
    if (result.kind === 'refused') {
      if (/-c stage/.test(result.errors)) throw new Misuse(result.errors);
      throw new Failure(result.errors);
    }
    const files = (await readdir(outDirectory)).filter(file => file.endsWith('.template.json'));
    return await Promise.all(
      files.map(
        async file => JSON.parse(await readFile(join(outDirectory, file), 'utf8')) as CountedTemplate,
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
