import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createEngine, type Engine } from '../core/mapping/engine.ts';

/** The file whose text the engine runs; the bundle of deliver carries a copy. */
export const jsonataSourceFile = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('jsonata')), 'jsonata.min.js');

let engine: Promise<Engine> | undefined;

/**
 * The engine that deploys, with a wider limit: a machine busy with other work must not make an example fail that
 * would pass in time.
 */
export function authoringEngine(): Promise<Engine> {
  engine ??= readFile(jsonataSourceFile(), 'utf8').then(jsonataSource =>
    createEngine({ jsonataSource, evaluationLimitMs: 1_000 }),
  );
  return engine;
}
