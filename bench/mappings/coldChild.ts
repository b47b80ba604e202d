/**
 * In a fresh process: imports a bundle that holds the engine, links a mapping and evaluates it for the first time. Prints
 * milliseconds. What the import left behind is collected before the mapping's turn, so that none of it is counted there.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { createEngine } from '../../core/mapping/engine.ts';

const { bundle, text, input } = JSON.parse(readFileSync(0, 'utf8'));
const started = performance.now();
const imported: { readonly createEngine: typeof createEngine } = await import(pathToFileURL(bundle).href);
const importedAt = performance.now();
globalThis.gc?.();
const begun = performance.now();
const engine = imported.createEngine();
engine.prepare(text);
const linkedAt = performance.now();
const evaluation = engine.evaluate(text, { value: input, now: 0 });
const evaluatedAt = performance.now();
if (evaluation.kind !== 'value') throw new Error(JSON.stringify(evaluation));
process.stdout.write(
  JSON.stringify({
    imported: importedAt - started,
    linked: linkedAt - begun,
    evaluated: evaluatedAt - linkedAt,
  }),
);
