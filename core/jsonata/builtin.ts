/** What a built-in function is, and what it may ask of the evaluation that calls it. */
import type { Budget } from './budget.ts';
import type { Callable, Value } from './values.ts';

/**
 * One built-in. To add one, copy a file of `builtins/` and put it into the table there.
 */
export interface Builtin {
  /** Without the `$`. */
  readonly name: string;
  /** As JSONata writes signatures: `<s-n?:s>`. The arguments are checked against it before `run` sees them. */
  readonly signature: string;
  /**
   * How many arguments a higher-order function passes to it. Default: as many as the signature has parameters; jsonata
   * counts the parameters of its own implementation, so a few differ.
   */
  readonly arity?: number;
  /**
   * Arguments that were not given are undefined. May give a `Sequence`; must not change its arguments.
   * @throws Fault
   */
  run(host: Host, ...args: Value[]): Value;
}

/** The evaluation, as a built-in sees it. */
export interface Host {
  /** Milliseconds since the epoch, the same for the whole evaluation. */
  readonly now: number;
  /** From 0 to below 1. */
  random(): number;
  readonly budget: Budget;
  /** Calls a function value. The array is the callee's from then on. */
  call(callee: Callable, args: Value[]): Value;
}
