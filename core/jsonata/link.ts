/** From a `Program` to closures: where the mapping runs, once for each program. */
import type { Budget, BudgetLimits } from './budget.ts';
import type { Builtin } from './builtin.ts';
import { Fault } from './fault.ts';
import { finish } from './finish.ts';
import { Machine, type Run } from './linker.ts';
import type { Observer } from './observer.ts';
import { PROGRAM_FORMAT, type Program } from './program.ts';
import { createLinker } from './programLinker.ts';
import { FrameLayout, newFrame, Scope } from './scope.ts';
import { type Callable, isArray, type Value, WholeInput } from './values.ts';

export interface LinkOptions {
  readonly builtins: readonly Builtin[];
  /** What a literal regular expression becomes. */
  readonly pattern: (source: string, flags: string, budget: Budget) => Callable;
  readonly limits?: BudgetLimits;
  /** Values by variable name, as if the mapping had bound them first. */
  readonly bindings?: Readonly<Record<string, Value>>;
  /** Programs whose values are bound by name as well: shared functions. Each may use the ones before it. */
  readonly library?: readonly LibraryEntry[];
  /** Sees all that happens; nothing is paid where it is absent. */
  readonly observer?: Observer;
}

export interface LibraryEntry {
  /** The variable's name, without `$`. */
  readonly name: string;
  readonly program: Program;
}

export interface EvaluateOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export interface Linked {
  /** Plain data, which may share parts with the input; undefined where the mapping gives nothing. @throws Fault */
  evaluate(input: Value, options: EvaluateOptions): Value;
  readonly machine: Machine;
}

/** The whole input, `$$`, has the name `$`. */
const WHOLE = '$';

/** @throws Error for a program that another version of this code compiled. */
export function link(program: Program, options: LinkOptions): Linked {
  const { bindings = {}, library = [], observer } = options;
  const machine = new Machine(options.limits);
  const layout = new FrameLayout();
  const scope = new Scope(undefined, layout);
  const whole = scope.declare(WHOLE);
  const given: Given[] = [];
  for (const name of Object.keys(bindings)) {
    const value = bindings[name];
    given.push({ slot: scope.declare(name), run: () => value });
  }
  for (const entry of library) given.push(linkShared(entry, scope, machine, options));
  const run = linkRoot(program, new Scope(scope, layout), machine, options);
  return {
    machine,
    evaluate: (input, { now, random }) => {
      machine.begin(now, random);
      const frame = newFrame(layout, undefined);
      frame.slots[whole] = input;
      observer?.begin(input);
      for (const { slot, run: value } of given) frame.slots[slot] = value(undefined, frame);
      try {
        const value = run(isArray(input) ? WholeInput.around(input) : input, frame);
        return finish(value, machine.budget, observer);
      } catch (error) {
        if (error instanceof RangeError) throw new Fault('TOO_DEEP');
        throw error;
      }
    },
  };
}

/** What a name means before the mapping runs. */
interface Given {
  readonly slot: number;
  readonly run: Run;
}

/** A shared program sees nothing of the mapping that uses it: neither its input nor its variables. */
function linkShared(
  { name, program }: LibraryEntry,
  scope: Scope,
  machine: Machine,
  options: LinkOptions,
): Given {
  const layout = new FrameLayout();
  const inner = new Scope(scope, layout);
  inner.declare(WHOLE);
  const run = linkRoot(program, inner, machine, options);
  return {
    slot: scope.declare(name),
    run: (_input, frame) => {
      const own = newFrame(layout, frame);
      own.slots[0] = undefined;
      return run(undefined, own);
    },
  };
}

function linkRoot(program: Program, scope: Scope, machine: Machine, options: LinkOptions): Run {
  if (program.format !== PROGRAM_FORMAT) {
    throw new Error(`a program of format ${program.format}, and ${PROGRAM_FORMAT} is read: compile it again`);
  }
  scope.declareAll(program.binds);
  return createLinker(program.tupleNames, machine, options).run(program.root, scope);
}
