/**
 * A synth of a large relay with the whole check, as `cdk deploy` begins with it: 500 destinations, each with a route of its own,
 * and 250 sources, spread over shards as `check` asks for.
 */
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_STACK_RESOURCES } from '../core/shards.ts';
import { type BenchResult, printResult } from './figures.ts';
import { readOptions } from './readOptions.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export interface SynthOptions {
  /** Each is led to by one route; two routes share a source. */
  readonly destinations: number;
}

const PER_SHARD = 30;
/** In the relay's own stack; further ones are in shards behind those of the destinations. */
const SOURCES_AT_HOME = 60;
const SOURCES_PER_SHARD = 70;

export async function measureSynth({ destinations }: SynthOptions): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('synth');
  try {
    const mappings = join(folder.path, 'mappings');
    await makeFolder(mappings, destinations);
    const out = join(folder.path, 'out');
    const seconds = await synth(mappings, out);
    const templates = (await readdir(out)).filter(name => name.endsWith('.template.json'));
    const texts = await Promise.all(templates.map(name => readFile(join(out, name), 'utf8')));
    const resources = texts.map(text => Object.keys(JSON.parse(text).Resources).length);
    return {
      title: `a synth of ${destinations} destinations and ${Math.ceil(destinations / 2)} sources, check included`,
      figures: [
        { what: 'from start to end', value: seconds, unit: 's', limit: { atMost: 20 } },
        { what: 'stacks', value: templates.length, unit: '' },
        {
          what: 'resources of the largest stack',
          value: Math.max(...resources),
          unit: '',
          limit: { atMost: MAX_STACK_RESOURCES },
        },
        {
          what: 'largest template',
          value: Math.max(...texts.map(text => Buffer.byteLength(text))) / 1000,
          unit: 'KB',
          limit: { atMost: 1000 },
        },
      ],
    };
  } finally {
    await folder.remove();
  }
}

async function makeFolder(mappings: string, destinations: number): Promise<void> {
  const write = async (file: string, ...lines: readonly string[]): Promise<void> => {
    await mkdir(join(mappings, file, '..'), { recursive: true });
    await writeFile(join(mappings, file), `${lines.join('\n')}\n`);
  };
  const shards = Math.ceil(destinations / PER_SHARD);
  const number = (index: number): string => String(index).padStart(3, '0');
  for (let index = 0; index < Math.ceil(destinations / 2); index += 1) {
    const name = `source-number-${number(index)}`;
    const further = 1 + shards + Math.floor((index - SOURCES_AT_HOME) / SOURCES_PER_SHARD);
    await write(
      `sources/${name}.yaml`,
      ...['provider: github', `secret: sources/${name}`, 'owner: platform-team', 'expectEvery: 24h'],
      `shard: ${index < SOURCES_AT_HOME ? 0 : further}`,
    );
  }
  for (let index = 0; index < destinations; index += 1) {
    const name = `destination-number-${number(index)}`;
    await write(
      `destinations/${name}.yaml`,
      `url: https://d${index}.example.com/hooks`,
      `auth: { type: standard-webhooks, secret: destinations/${name} }`,
      ...[
        'owner: platform-team',
        'runbook: docs/operations.md',
        `shard: ${1 + Math.floor(index / PER_SHARD)}`,
      ],
    );
    const route = `route-${number(index)}`;
    const from = `source-number-${number(Math.floor(index / 2))}`;
    await write(`${route}/route.yaml`, `from: ${from}`, 'events: [issues.opened]', `to: ${name}`);
    await write(`${route}/mapping.jsonata`, `{ "title": payload.issue.title, "number": ${index} }`);
    const example = `${route}/examples/typical`;
    await write(`${example}.input.json`, '{ "action": "opened", "issue": { "title": "one" } }');
    await write(`${example}.output.json`, `{ "title": "one", "number": ${index} }`);
  }
}

/** @returns seconds from start to end of the process. */
async function synth(mappings: string, out: string): Promise<number> {
  const startedAt = performance.now();
  const context = ['stage=prod', `mappings=${mappings}`].flatMap(each => ['-c', each]);
  const child = spawn(
    process.execPath,
    ['node_modules/aws-cdk/bin/cdk', 'synth', '-q', '--no-notices', '-o', out, ...context],
    { stdio: 'ignore', env: { HOME: out, PATH: '/usr/bin:/bin', CDK_DISABLE_CLI_TELEMETRY: 'true' } },
  );
  const code = await new Promise<number | null>(done => child.on('exit', done));
  if (code !== 0) throw new Error(`the synth ended with ${code}`);
  return (performance.now() - startedAt) / 1000;
}

if (import.meta.main) printResult(await measureSynth(readOptions({ destinations: 500 })));
