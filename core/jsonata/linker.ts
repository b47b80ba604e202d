/** What linking works with: closures, and the machine that they run on. */

import { Budget, type BudgetLimits } from './budget.ts';
import type { Host } from './builtin.ts';
import { Fault } from './fault.ts';
import type { Observer } from './observer.ts';
import type { Node } from './program.ts';
import type { Frame, Scope } from './scope.ts';
import type { Callable, Value } from './values.ts';

/** A piece of a mapping, linked. `input` is the context item. */
export type Run = (input: Value, frame: Frame) => Value;

export interface Linker {
  readonly machine: Machine;
  readonly tupleNames: readonly string[];
  readonly observer: Observer | undefined;
  /** What the node gives where it ends, with what stands behind it: its filters, its group. */
  run(node: Node, scope: Scope): Run;
  /** What a literal regular expression becomes. */
  pattern(source: string, flags: string): Callable;
  /** A function that JSONata or our scope knows under this name, unless the mapping binds the name itself. */
  known(name: string): Value;
  /** The first parameter of the gathering function whose body is being linked. */
  gathered: string | undefined;
}

/** A `Run` in tail position gives this when it left a call to its caller's loop. Typed as a value; never handed out. */
export const TAIL_CALL = Symbol('tail call') as unknown as Value;

/** One for each linked program, and in use by one evaluation at a time. */
export class Machine implements Host {
  now = 0;
  random: () => number = () => 0;
  readonly budget: Budget;
  /** The call that `TAIL_CALL` speaks of. */
  tailCallee: Value;
  tailArgs: Value[] = [];
  tailAt = 0;
  /** Arrays and objects that a gathering `$reduce` under way has made, and may extend. */
  readonly growing = new Set<Value>();

  constructor(limits?: BudgetLimits) {
    this.budget = new Budget(limits);
  }

  /** For the next evaluation. */
  begin(now: number, random: () => number): void {
    this.now = now;
    this.random = random;
    this.budget.reset();
    this.growing.clear();
  }

  call(callee: Callable, args: Value[]): Value {
    // jsonata gives calls from built-ins the context null.
    return callee.invoke(args, null);
  }
}

/** Adds the place to a fault that knows none yet, and passes it on. */
export function placeFault(error: unknown, at: number, token?: string): never {
  if (error instanceof Fault) {
    error.position ??= at;
    if (token !== undefined) error.token ??= token;
  }
  throw error;
}
