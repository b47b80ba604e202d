/**
 * `node bench/mappings.ts`: six mappings, value to value, by our engine, by jsonata and by hand in JavaScript, in turns in
 * one process; what the first evaluation of a process takes; and what each leaves for the garbage collector.
 */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CONFIGURATION_FORMAT, type DeliverConfiguration } from '../core/configuration.ts';
import { bundleFunction } from '../infra/bundle.ts';
import { type BenchResult, type Figure, printResult } from './figures.ts';
import { CASES, IDENTITY } from './mappings/cases.ts';
import type { MappingCase } from './mappings/mappingCase.ts';
import { byEngine, byJsonata, programOf } from './mappings/runners.ts';
import { median } from './percentiles.ts';
import { readOptions } from './readOptions.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

interface MappingOptions {
  /** Turns in which each of the three is measured. */
  readonly rounds: number;
  /** Milliseconds of processor time for one measurement. */
  readonly ms: number;
  /** Fresh processes for each mapping. */
  readonly cold: number;
}

export async function measureMappings(options: MappingOptions): Promise<BenchResult> {
  const speeds: { readonly one: MappingCase; readonly times: Times }[] = [];
  for (const one of [...CASES, IDENTITY]) speeds.push({ one, times: await measure(one, options) });
  const compared = speeds.filter(({ one }) => one !== IDENTITY);
  const faster = compared.map(({ times }) => times.jsonata / times.engine);
  const slower = compared.map(({ times }) => times.engine / times.byHand);
  const garbage = CASES.map(one => garbageOf(one.name, 'jsonata') / garbageOf(one.name, 'engine'));
  const cold = await coldTimes(options.cold);
  return {
    title: `six mappings, processor time, medians of ${options.rounds} rounds`,
    figures: [
      ...speeds.map(({ one, times }): Figure => {
        const note = `${times.jsonata.toFixed(1)} by jsonata, ${times.byHand.toFixed(2)} by hand`;
        return { what: one.name, value: times.engine, unit: 'µs', note };
      }),
      { what: 'jsonata ÷ engine, geometric mean', value: mean(faster), unit: '×', limit: { atLeast: 15 } },
      { what: 'jsonata ÷ engine, least', value: Math.min(...faster), unit: '×', limit: { atLeast: 5 } },
      { what: 'engine ÷ by hand, geometric mean', value: mean(slower), unit: '×', limit: { atMost: 8 } },
      ...cold.mappings.map(
        ({ name, linked, evaluated }): Figure => ({
          ...{ what: `first evaluation in a process: ${name}`, value: linked + evaluated, unit: 'ms' },
          limit: { atMost: 3 },
          note: `${linked.toFixed(2)} to link it, which deliver does at its start, and ${evaluated.toFixed(2)} to evaluate it`,
        }),
      ),
      { what: 'import of the engine alone, before that', value: cold.engine, unit: 'ms' },
      { what: 'import of all of deliver', value: cold.deliver, unit: 'ms' },
      {
        what: 'garbage, jsonata ÷ engine, geometric mean',
        value: mean(garbage),
        unit: '×',
        limit: { atLeast: 15 },
      },
      { what: 'garbage, jsonata ÷ engine, least', value: Math.min(...garbage), unit: '×' },
    ],
  };
}

/** Microseconds of one evaluation. */
interface Times {
  readonly engine: number;
  readonly jsonata: number;
  readonly byHand: number;
}

async function measure(one: MappingCase, { rounds, ms }: MappingOptions): Promise<Times> {
  const engine = byEngine(one);
  const reference = byJsonata(one);
  const byHand = () => one.byHand(one.input);
  const expected = plain(await reference());
  for (const [who, output] of [
    ['the engine', engine()],
    ['the code by hand', byHand()],
  ]) {
    if (!isDeepStrictEqual(plain(output), expected))
      throw new Error(`${one.name}: ${who} gives something else`);
  }
  const measured: Times[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const times = {
      engine: await microseconds(engine, ms),
      jsonata: await microseconds(reference, ms),
      byHand: await microseconds(byHand, ms),
    };
    // The first round warms up.
    if (round > 0) measured.push(times);
  }
  const middle = (who: keyof Times) => median(measured.map(times => times[who]));
  return { engine: middle('engine'), jsonata: middle('jsonata'), byHand: middle('byHand') };
}

async function microseconds(work: () => unknown, ms: number): Promise<number> {
  const isAsync = work() instanceof Promise;
  // Asking for the processor time takes microseconds itself: once in about half a millisecond.
  const started = performance.now();
  for (let index = 0; index < 10; index += 1) await work();
  const between = Math.max(1, Math.ceil(5 / (performance.now() - started)));
  const before = process.cpuUsage();
  let calls = 0;
  for (;;) {
    if (isAsync) for (let index = 0; index < between; index += 1) await work();
    else for (let index = 0; index < between; index += 1) work();
    calls += between;
    const { user, system } = process.cpuUsage(before);
    if (user + system >= ms * 1000) return (user + system) / calls;
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const mean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** Bytes that one evaluation allocates and that are not its output. */
function garbageOf(name: string, by: 'engine' | 'jsonata'): number {
  const child = join(import.meta.dirname, 'mappings/garbageChild.ts');
  const flags = ['--expose-gc', '--max-semi-space-size=256', '--min-semi-space-size=256'];
  const { allocated, output } = JSON.parse(
    execFileSync(process.execPath, [...flags, child, name, by], { encoding: 'utf8' }),
  );
  return Math.max(1, allocated - output);
}

interface ColdTimes {
  readonly imported: number;
  readonly linked: number;
  readonly evaluated: number;
}

interface ColdStarts {
  readonly mappings: readonly (ColdTimes & { readonly name: string })[];
  /** Milliseconds to import the engine by itself, and to import deliver. */
  readonly engine: number;
  readonly deliver: number;
}

/** Medians in milliseconds, of fresh processes of what deploys: deliver's bundle, made as the stack makes it. */
async function coldTimes(runs: number): Promise<ColdStarts> {
  const folder = await makeTemporaryFolder('cold-mappings');
  try {
    await bundleFunction('core/mapping/engine.ts', 'engine', folder.path);
    await bundleFunction('bench/mappings/deliverAndEngine.ts', 'deliver', folder.path);
    const configuration: DeliverConfiguration = {
      ...{ format: CONFIGURATION_FORMAT, digest: '', routes: {}, destinations: {} },
    };
    await writeFile(join(folder.path, 'deliver/configuration.json'), JSON.stringify(configuration));
    const times = (bundle: 'engine' | 'deliver', one: MappingCase) =>
      timesOf(join(folder.path, bundle, 'index.mjs'), one, runs);
    const mappings = CASES.map(one => ({ name: one.name, ...times('deliver', one) }));
    const [first] = CASES;
    return {
      mappings,
      engine: first === undefined ? 0 : times('engine', first).imported,
      deliver: median(mappings.map(({ imported }) => imported)),
    };
  } finally {
    await folder.remove();
  }
}

function timesOf(bundle: string, one: MappingCase, runs: number): ColdTimes {
  const child = join(import.meta.dirname, 'mappings/coldChild.ts');
  const text = { file: one.name, text: one.text, line: 1, program: programOf(one) };
  const input = JSON.stringify({ bundle, text, input: one.input });
  const times = Array.from(
    { length: runs },
    (): ColdTimes =>
      JSON.parse(
        execFileSync(process.execPath, ['--expose-gc', child], {
          ...{ encoding: 'utf8', input },
          env: DELIVER_ENVIRONMENT,
        }),
      ),
  );
  const middle = (what: keyof ColdTimes) => median(times.map(time => time[what]));
  return { imported: middle('imported'), linked: middle('linked'), evaluated: middle('evaluated') };
}

/** What deliver's entry asks for; nothing is sent anywhere. */
const DELIVER_ENVIRONMENT = {
  HOOKWRIGHT_STAGE: 'local',
  HOOKWRIGHT_QUEUE_BASE_URL: 'http://127.0.0.1:9/0',
  HOOKWRIGHT_BODIES_BUCKET: 'bodies',
  AWS_REGION: 'eu-central-1',
};

if (import.meta.main) printResult(await measureMappings(readOptions({ rounds: 5, ms: 200, cold: 9 })));
