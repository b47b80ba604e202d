import { formatPath, type Mutation, type PathPattern } from './mutation.ts';

/** A silent change that the integrator knows of, as `accept:` in route.yaml has it. */
export interface Acceptance {
  /** `payload.customer.email`, `payload.items[].sku`, `payload.customer.**`. */
  readonly path: string;
  readonly change: readonly Mutation[];
  readonly reason: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

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
