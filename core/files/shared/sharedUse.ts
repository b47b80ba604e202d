/** Who uses which shared function and table, by way of other shared functions as well. */
import type { SharedParts, SourceText } from '../../configuration.ts';
import { shortDigest } from '../../ids.ts';
import { variablesOf } from '../../jsonata/inspect.ts';
import type { Program } from '../../jsonata/program.ts';
import type { Problem } from '../problem.ts';

/** What of the shared parts the texts use, as digests: another table makes another mapping. */
export function sharedDigests(texts: readonly (SourceText | undefined)[]): string[] {
  const used = new Set<string>();
  for (const text of texts) {
    if (text?.shared === undefined || text.program === undefined) continue;
    for (const [name, digest] of digestsUsed(text.program, text.shared)) used.add(`${name} ${digest}`);
  }
  return [...used].sort();
}

function digestsUsed(program: Program, parts: SharedParts): [string, string][] {
  const names = usedBy(program, parts);
  const { functions, tables } = parts;
  return [
    ...functions.map(({ name, source }) => [name, source.text] as const),
    ...Object.entries(tables).map(([name, value]) => [name, JSON.stringify(value)] as const),
  ].flatMap(([name, text]) => (names.has(name) ? [[name, shortDigest(text)]] : []));
}

/** Names of shared parts that a program uses, by way of others as well. */
function usedBy(program: Program, { functions, tables }: SharedParts): ReadonlySet<string> {
  const names = new Set(variablesOf(program));
  for (const { name, source } of functions.toReversed()) {
    if (!names.has(name) || source.program === undefined) continue;
    for (const inner of variablesOf(source.program)) names.add(inner);
  }
  return new Set(
    [...functions.map(({ name }) => name), ...Object.keys(tables)].filter(name => names.has(name)),
  );
}

/** The same of several texts together. */
export const sharedNames = (texts: readonly (SourceText | undefined)[]): ReadonlySet<string> =>
  new Set(
    texts.flatMap(text =>
      text?.shared === undefined || text.program === undefined ? [] : [...usedBy(text.program, text.shared)],
    ),
  );

/** Warnings for what no text of any route reaches. */
export function unusedShared(
  files: Readonly<Record<string, string>>,
  texts: readonly (SourceText | undefined)[],
): Problem[] {
  const used = sharedNames(texts);
  return Object.entries(files).flatMap(([name, file]): Problem[] =>
    used.has(name)
      ? []
      : [{ severity: 'warning', code: 'unused', file, message: `no mapping uses $${name}` }],
  );
}
