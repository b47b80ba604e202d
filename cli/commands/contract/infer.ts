import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { authoringEngine } from '../../../authoring/authoringEngine.ts';
import { loadProject } from '../../../authoring/loadProject.ts';
import { routeReads } from '../../../authoring/routeReads.ts';
import { inferSchema } from '../../../core/authoring/contracts/inferSchema.ts';
import { routeConfiguration } from '../../../core/files/configure.ts';
import type { Route } from '../../../core/files/routeFile.ts';
import { createContractCheck } from '../../../core/mapping/contract.ts';
import { transform } from '../../../core/mapping/transform.ts';
import { readPayload } from '../../../core/payload.ts';
import { pathTree } from '../../../core/reads/pathTree.ts';
import { defineCommand, Failure, Misuse, textOption } from '../../command.ts';
import { mappingsOption } from '../../options.ts';
import { routeNamed } from '../../routeNamed.ts';
import {
  collectSamples,
  readSampleSource,
  SAMPLE_SOURCES,
  type Sample,
  sampleOptions,
} from '../../samples.ts';
import { writeNewFiles } from '../../writeNewFiles.ts';

const SIDES = ['input', 'output'] as const;

export const contractInfer = defineCommand({
  details:
    'Prints JSON Schema 2020-12. For the input it is tolerant: it names what the mapping reads, with the types that were seen,\n' +
    'and requires what was always there; everything else may come and go. Events on which the mapping fails say nothing\n' +
    'about what is right and are left out. For the output it names everything. --write puts it into the route’s folder and\n' +
    'into route.yaml, and writes nothing that would not pass check. It is a draft: read it before you commit it.',
  arguments: [{ name: 'ROUTE', description: "a route's name" }],
  options: [
    { flags: '--side <side>', description: 'input or output', default: 'input' },
    {
      flags: '--on <events>',
      description: `${SAMPLE_SOURCES.join(', ')}, or several with commas`,
      default: 'examples',
    },
    { flags: '--write', description: 'write it, where the route has none' },
    ...sampleOptions,
    mappingsOption,
  ],
  examples: [
    'contract infer shop-order-to-ledger',
    'contract infer shop-order-to-ledger --on examples,dlq --stage prod --write',
  ],
  output: z.object({
    route: z.string(),
    side: z.enum(SIDES),
    samples: z.int(),
    leftOut: z.int().describe('events on which the mapping fails'),
    neverSeen: z.array(z.string()).describe('what is read and was in no event: JSON pointers'),
    schema: z.record(z.string(), z.unknown()),
    written: z.array(z.string()),
  }),
  async run({ arguments: [routeName = ''], options }) {
    const side = SIDES.find(known => known === (textOption(options, 'side') ?? 'input'));
    if (side === undefined) throw new Misuse('--side takes input or output');
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    const engine = await authoringEngine();
    const compiled = await loadProject(mappings, engine);
    const route = routeNamed(compiled, routeName);
    const asked = (textOption(options, 'on') ?? 'examples').split(',').map(readSampleSource);
    const samples: Sample[] = [];
    for (const source of asked)
      samples.push(...(await collectSamples(source, route, compiled.project, options)).samples);

    const { input: _, ...others } = routeConfiguration(route).contract;
    // Without the input's contract: it is about to be drafted anew.
    const configuration = {
      ...routeConfiguration(route),
      contract: side === 'input' ? others : {},
    };
    const checkContract = createContractCheck();
    const seen = samples.flatMap(({ input, now }) => {
      const made = transform(engine, checkContract, configuration, input, now);
      if (made.kind === 'error') return [];
      if (side === 'output') return made.kind === 'body' ? [JSON.parse(made.json) as unknown] : [];
      const { headers, body } = input;
      const payload = readPayload(body, headers['content-type'], headers['content-encoding']);
      return payload.kind === 'undecodable' ? [] : [payload.value];
    });
    if (seen.length === 0) {
      throw new Failure(
        `there is nothing to draft from: ${samples.length} events, and none on which the mapping gives a result`,
        'add an example, or name other events with --on',
      );
    }
    const { schema, neverSeen } = inferSchema(
      seen,
      side === 'input' ? pathTree(routeReads(route), ['payload']) : undefined,
    );
    const drafted = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: side === 'input' ? `What ${route.name} relies on in its events` : `What ${route.name} sends`,
      ...schema,
    };
    return {
      exitCode: 0,
      output: {
        ...{ route: route.name, side, samples: seen.length, leftOut: samples.length - seen.length },
        neverSeen: [...neverSeen],
        schema: drafted,
        written: options['write'] === true ? await write(mappings, route, side, drafted) : [],
      },
    };
  },
  print({ side, samples, leftOut, neverSeen, schema, written }) {
    return [
      ...(written.length === 0
        ? [JSON.stringify(schema, undefined, 2), '']
        : written.map(file => `wrote ${file}`)),
      `drafted from ${samples} ${side === 'input' ? 'events' : 'results'}${leftOut === 0 ? '' : `; ${leftOut} left out`}`,
      ...neverSeen.map(path => `never seen, so nothing is said about it: ${path}`),
    ].join('\n');
  },
});

async function write(
  mappings: string,
  route: Route,
  side: (typeof SIDES)[number],
  schema: object,
): Promise<string[]> {
  if (route.contract[side] !== undefined) {
    throw new Failure(
      `${route.name} has a contract for its ${side}: ${route.contract[side].file}`,
      'compare with the draft that is printed without --write, and change it by hand',
    );
  }
  const yaml = join(mappings, route.name, 'route.yaml');
  const before = await readFile(yaml, 'utf8');
  const after = withContract(before, side, `${side}.schema.json`);
  if (after === undefined) {
    throw new Failure(
      `cannot see where \`contract:\` ends in ${yaml}`,
      `add ${side}: ${side}.schema.json there by hand`,
    );
  }
  const written = await writeNewFiles(
    mappings,
    new Map([[`${route.name}/${side}.schema.json`, `${JSON.stringify(schema, undefined, 2)}\n`]]),
  );
  await writeFile(yaml, after);
  const { problems } = await loadProject(mappings);
  if (problems.some(({ severity, file }) => severity === 'error' && file.includes(`/${route.name}/`))) {
    await writeFile(yaml, before);
    throw new Failure(`the changed ${yaml} would not compile, and was put back`);
  }
  return [...written, relative('.', yaml)];
}

/** With a line more, or with a key more in the one-line form that all shipped files use; undefined where it is neither. */
function withContract(yaml: string, side: string, file: string): string | undefined {
  if (!/^contract:/m.test(yaml)) return `${yaml.trimEnd()}\ncontract: { ${side}: ${file} }\n`;
  const changed = yaml.replace(/^contract: \{\s*(.*?)\s*\}/m, (_, inner: string) =>
    side === 'input'
      ? `contract: { ${side}: ${file}, ${inner} }`
      : `contract: { ${inner}, ${side}: ${file} }`,
  );
  return changed === yaml ? undefined : changed;
}
