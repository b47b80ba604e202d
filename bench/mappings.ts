/**
 * `node bench/mappings.ts`: six mappings, value to value, by our engine, by jsonata and by hand in JavaScript, in turns in
 * one process; what the first evaluation of a process takes; and what each leaves for the garbage collector.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { WARM_UP_TEXT } from '../core/mapping/warmUpText.ts';
import { type BenchResult, type Figure, printResult } from './figures.ts';
import { CASES, IDENTITY } from './mappings/cases.ts';
import type { MappingCase } from './mappings/mappingCase.ts';
import { byEngine, byJsonata, programOf } from './mappings/runners.ts';
import { median } from './percentiles.ts';
import { readOptions } from './readOptions.ts';

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
  const cold = CASES.map(one => ({
    one,
    atStart: coldTimes(one, options.cold, true),
    without: coldTimes(one, options.cold, false),
  }));
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
      ...cold.flatMap(({ one, atStart, without }): Figure[] => [
        {
          ...{ what: `first evaluation in a process: ${one.name}`, value: atStart.evaluated, unit: 'ms' },
          limit: { atMost: 3 },
          note: `at the start before it: ${atStart.warmed.toFixed(1)} to warm up, ${atStart.linked.toFixed(1)} to link`,
        },
        {
          ...{ what: '  with linking, and nothing warmed up', unit: 'ms' },
          value: without.linked + without.evaluated,
          limit: { atMost: 3 },
        },
      ]),
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
  readonly warmed: number;
  readonly linked: number;
  readonly evaluated: number;
}

/** Medians in milliseconds. */
function coldTimes(one: MappingCase, runs: number, isWarm: boolean): ColdTimes {
  const child = join(import.meta.dirname, 'mappings/coldChild.ts');
  const textOf = ({ name, text }: Pick<MappingCase, 'name' | 'text'>) => ({
    ...{ file: name, text, line: 1 },
    program: programOf({ name, text }),
  });
  const warm = isWarm ? { warm: textOf({ name: 'the warm-up', text: WARM_UP_TEXT }) } : {};
  const input = JSON.stringify({ text: textOf(one), input: one.input, ...warm });
  const times = Array.from(
    { length: runs },
    (): ColdTimes => JSON.parse(execFileSync(process.execPath, [child], { encoding: 'utf8', input })),
  );
  const middle = (what: keyof ColdTimes) => median(times.map(one => one[what]));
  return { warmed: middle('warmed'), linked: middle('linked'), evaluated: middle('evaluated') };
}

if (import.meta.main) printResult(await measureMappings(readOptions({ rounds: 5, ms: 200, cold: 7 })));
