/** How a built-in is written down. */
import type { Builtin, Host } from '../builtin.ts';
import type { ExactNumber, Value } from '../values.ts';

/** What a parameter `n` of a signature lets through. */
export type NumberValue = number | ExactNumber;

interface Definition<Args extends Value[]> {
  readonly name: string;
  readonly signature: string;
  readonly arity?: number;
  run(host: Host, ...args: Args): Value;
}

/**
 * The one place where arguments get the types that their signature promises: they are checked against it before `run`
 * sees them. A parameter can always be undefined, whatever its signature says: nothing is let through everywhere.
 */
export const define = <Args extends Value[]>(definition: Definition<Args>): Builtin =>
  definition as unknown as Builtin;
