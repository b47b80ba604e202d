/** The source that a person named, or what is wrong with that name. */
import type { Project } from '../core/files/compileProject.ts';
import type { Source } from '../core/files/sourceFile.ts';
import { didYouMean } from '../core/files/suggest.ts';
import { Misuse } from './command.ts';

/** @throws Misuse when there is none of that name. */
export function sourceNamed({ sources }: Project, name: string): Source {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (source !== undefined) return source;
  const names = Object.keys(sources);
  throw new Misuse(
    `there is no source "${name}"`,
    didYouMean(name, names) ?? (names.length === 0 ? 'there is none yet' : `known: ${names.join(', ')}`),
  );
}
