/** The texts that a route's files show already, so that an example made of a real event may show them, too. */
import type { Route } from '../core/files/routeFile.ts';
import { readTree } from './readTree.ts';
import { textsOf } from './routeReads.ts';

export function knownTexts(route: Route): ReadonlySet<string> {
  const known = new Set<string>(route.events);
  const add = (value: unknown): void => {
    if (typeof value === 'string') known.add(value);
    else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) add(inner);
  };
  // What mappings compare with, and what a contract allows, decides what an event becomes.
  for (const { text } of textsOf(route)) addLiterals(readTree(text), known);
  for (const contract of [route.contract.input, route.contract.output]) add(contract?.schema);
  for (const { file, body } of route.examples) if (file.endsWith('.json')) add(JSON.parse(body));
  return known;
}

function addLiterals(node: unknown, known: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  const { type, value } = node as { type?: unknown; value?: unknown };
  if (type === 'string' && typeof value === 'string') known.add(value);
  for (const inner of Object.values(node)) addLiterals(inner, known);
}
