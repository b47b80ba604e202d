import type { Mutation } from './mutation.ts';

/** A silent change that the integrator knows of, as `accept:` in route.yaml has it. */
export interface Acceptance {
  readonly path: string;
  readonly change: readonly Mutation[];
  readonly reason: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
