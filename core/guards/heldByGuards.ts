import type { RouteConfiguration } from '../configuration.ts';
import type { MappingError } from '../mapping/mappingError.ts';
import { findSilence } from './findSilence.ts';
import { type Finding, GUARD_CODES, GUARD_WORDS } from './guard.ts';

export type Held =
  | { readonly kind: 'held'; readonly findings: readonly Finding[] }
  | { readonly kind: 'error'; readonly error: MappingError };

/**
 * Holds an output against the route's guards.
 *
 * @param raw - the payload as it came.
 * @param json - the output.
 * @param clock - times that the mapping knows from elsewhere.
 */
export function heldByGuards(
  { guards, mapping }: Pick<RouteConfiguration, 'guards' | 'mapping'>,
  raw: string,
  json: string,
  clock: readonly string[],
): Held {
  if (guards === undefined) return { kind: 'held', findings: [] };
  const findings = findSilence(guards, raw, json, clock);
  const fatal = findings.find(({ guard }) => guards.switches[guard] === 'fail');
  return fatal === undefined
    ? { kind: 'held', findings }
    : { kind: 'error', error: asError(fatal, mapping.file) };
}

const asError = ({ guard, path }: Finding, file: string): MappingError => ({
  code: GUARD_CODES[guard],
  message: `${path === '' ? 'the whole output' : path} ${GUARD_WORDS[guard]}`,
  file,
});
