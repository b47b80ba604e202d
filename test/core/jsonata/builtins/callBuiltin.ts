/** Calls one built-in as the engine does, without the engine: arguments are taken to fit the signature. */
import { Budget, type BudgetLimits, DEFAULT_LIMITS } from '../../../../core/jsonata/budget.ts';
import type { Host } from '../../../../core/jsonata/builtin.ts';
import { BUILTINS } from '../../../../core/jsonata/builtins/table.ts';
import { Callable, type Value } from '../../../../core/jsonata/values.ts';

const table = new Map(BUILTINS.map(builtin => [builtin.name, builtin]));

/** 2026-01-15T12:00:00Z */
export const NOW = Date.UTC(2026, 0, 15, 12);

export function newHost(limits: Partial<BudgetLimits> = {}): Host {
  return {
    now: NOW,
    random: () => 0.5,
    budget: new Budget({ ...DEFAULT_LIMITS, ...limits }),
    call: (callee, args) => callee.invoke(args, undefined),
  };
}

export function call(name: string, args: readonly Value[], host = newHost()): Value {
  const builtin = table.get(name);
  if (builtin === undefined) throw new Error(`there is no built-in ${name}`);
  return builtin.run(host, ...args);
}

/** A function value out of a JavaScript one. */
export function lambda(implementation: (...args: Value[]) => Value): Callable {
  return new (class extends Callable {
    override readonly arity = implementation.length;
    override invoke(args: Value[]): Value {
      return implementation(...args);
    }
  })();
}
