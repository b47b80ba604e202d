/**
 * `mappings/<route>/baseline.json`: what was accepted as right at the paths that a mapping reads, where the examples alone
 * would say less. `hookwright drift ROUTE --accept` writes it.
 */
import { z } from 'zod';
import { type TypeBits, toBits, VALUE_TYPES } from '../drift/valueTypes.ts';
import { writtenJsonProblem } from './jsonText.ts';
import type { Problem } from './problem.ts';
import { didYouMean } from './suggest.ts';

export const BASELINE_FILE = 'baseline.json';

/** By path below the payload: the types that are right there. */
const baselineFile = z.record(z.string(), z.array(z.enum(VALUE_TYPES)).min(1));

export type Baseline = ReadonlyMap<string, TypeBits>;

export function readBaseline(file: string, text: string): { baseline: Baseline } | { problem: Problem } {
  const syntax = writtenJsonProblem(file, text);
  if (syntax !== undefined) return { problem: syntax };
  const parsed = baselineFile.safeParse(JSON.parse(text));
  if (parsed.success) {
    return { baseline: new Map(Object.entries(parsed.data).map(([path, types]) => [path, toBits(types)])) };
  }
  const [issue] = parsed.error.issues;
  const [path, index] = issue?.path ?? [];
  const written = (JSON.parse(text) as Record<string, unknown>)?.[String(path)];
  const wrong = Array.isArray(written) && typeof index === 'number' ? String(written[index]) : undefined;
  return {
    problem: {
      severity: 'error',
      code: 'baseline-invalid',
      file,
      message: `${path === undefined ? 'a baseline' : `"${String(path)}"`} names types, such as {"customer.id": ["string", "absent"]}`,
      hint:
        (wrong === undefined ? undefined : didYouMean(wrong, VALUE_TYPES)) ??
        `the types are ${VALUE_TYPES.join(', ')}`,
    },
  };
}

/** In order of paths, a line each, so that a change shows as one line. */
export const writeBaseline = (baseline: ReadonlyMap<string, readonly string[]>): string =>
  `{\n${[...baseline]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([path, types]) => `  ${JSON.stringify(path)}: [${types.map(type => JSON.stringify(type)).join(', ')}]`,
    )
    .join(',\n')}\n}\n`;
