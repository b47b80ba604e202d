import type { Acceptance, Mutation } from '../../files/acceptance.ts';
import { formatPath, type PathPattern } from './mutation.ts';

export const accepts = (acceptance: Acceptance, pattern: PathPattern, mutation: Mutation): boolean =>
  acceptance.change.includes(mutation) && matches(acceptance.path, formatPath(pattern));

/** `*` is one name or item, `.**` the place itself and all below it. */
function matches(written: string, path: string): boolean {
  const isDeep = written.endsWith('.**');
  const parts = split(isDeep ? written.slice(0, -'.**'.length) : written);
  const given = split(path);
  if (isDeep ? given.length < parts.length : given.length !== parts.length) return false;
  return parts.every((part, index) => part === '*' || part === given[index]);
}

const split = (path: string): string[] => path.match(/`[^`]*`|\[\]|[^.[\]`]+/g) ?? [];
