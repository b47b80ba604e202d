/**
 * Runs mappings, filters and request expressions: programs that were compiled ahead, linked once where they run. What
 * an evaluation may cost is counted by its budget, so a runaway ends at the same place on every machine.
 */
import type { SharedParts, SourceText } from '../configuration.ts';
import { type BudgetLimits, DEFAULT_LIMITS } from '../jsonata/budget.ts';
import { BUILTINS } from '../jsonata/builtins/table.ts';
import { Fault } from '../jsonata/fault.ts';
import { variablesOf } from '../jsonata/inspect.ts';
import { type LibraryEntry, type Linked, type LinkOptions, link } from '../jsonata/link.ts';
import type { Observer } from '../jsonata/observer.ts';
import type { Program } from '../jsonata/program.ts';
import { randomFrom } from '../jsonata/random.ts';
import { Pattern } from '../jsonata/regex/pattern.ts';
import { type Failure, Trace } from '../jsonata/trace.ts';
import type { Value } from '../jsonata/values.ts';
import type { Compiled } from './compileText.ts';
import { explainFault, type MappingError } from './mappingError.ts';

export type Evaluation =
  | {
      readonly kind: 'value';
      /** Plain data, which may share parts with the input. */
      readonly value: Value;
      readonly json: string;
    }
  /** The expression yielded nothing. */
  | { readonly kind: 'undefined' }
  | { readonly kind: 'error'; readonly error: MappingError };

export interface EngineOptions {
  /** Compiles texts that carry no program: given where integrators' files are read, and absent where they run. */
  readonly compile?: (text: SourceText) => Compiled;
  readonly limits?: BudgetLimits;
  /** What every text may use by name. Default: nothing. */
  readonly shared?: SharedParts;
  /** Is told what each evaluation used of its budget, one that failed too. */
  readonly spent?: (used: Used) => void;
}

/** Shares of the budget's limits: the same for the same text and input, on every machine. */
export interface Used {
  readonly steps: number;
  /** Estimated bytes of all that was made. */
  readonly memory: number;
}

export interface EngineInput {
  /** `{ payload, headers, event }`; never changed. */
  readonly value: Value;
  /** Milliseconds since the epoch, for `$now()` and `$millis()`. */
  readonly now: number;
  /** What `$random()` and `$shuffle()` follow from: the same text, the same numbers. Default: `now`. */
  readonly seed?: string;
}

export interface Engine {
  /** The error of a text that does not compile, or undefined. */
  compile(text: SourceText): MappingError | undefined;
  /** The program of a text that compiles. */
  programOf(text: SourceText): Program | undefined;
  /** Links the text's program, as far as that is not done. */
  prepare(text: SourceText): void;
  evaluate(text: SourceText, input: EngineInput): Evaluation;
  /** The same, watched: slower. The trace tells what ran, what was read, and where each output value came from. */
  trace(text: SourceText, input: EngineInput): { readonly evaluation: Evaluation; readonly trace: Trace };
  /** For many runs under one observer. Undefined for a text that does not compile. */
  watch(text: SourceText, observer: Observer): Watching | undefined;
}

export interface Watching {
  readonly program: Program;
  run(input: EngineInput): Evaluation;
}

/**
 * A run that is watched takes about twenty times as long. What failed after more steps than this is explained without
 * the values' places, so that an error costs no more than the budget does.
 */
const MOST_STEPS_WATCHED = 50_000;

export function createEngine({
  compile,
  limits = DEFAULT_LIMITS,
  shared,
  spent,
}: EngineOptions = {}): Engine {
  const compiled = new WeakMap<SourceText, Compiled>();
  const linked = new WeakMap<Program, Linked>();

  const compiledOf = (text: SourceText): Compiled => {
    if (text.program !== undefined) return { ok: true, program: text.program };
    const known = compiled.get(text);
    if (known !== undefined) return known;
    if (compile === undefined) throw new Error(`${text.file} was not compiled`);
    const made = compile(text);
    compiled.set(text, made);
    return made;
  };
  const sharedBy = (text: SourceText): SharedParts | undefined => text.shared ?? shared;
  const newLinked = (text: SourceText, program: Program, observer?: Observer): Linked => {
    const parts = sharedBy(text);
    return link(program, {
      ...(parts === undefined ? {} : usedBy(program, parts)),
      ...{ builtins: BUILTINS, limits },
      pattern: (source, flags, budget) => new Pattern(source, flags, budget),
      ...(observer === undefined ? {} : { observer }),
    });
  };
  const linkedOf = (text: SourceText, program: Program): Linked => {
    const known = linked.get(program) ?? newLinked(text, program);
    linked.set(program, known);
    return known;
  };

  const run = (on: Linked, { value, now, seed }: EngineInput): Evaluation => {
    const result = on.evaluate(value, { now, random: randomFrom(seed ?? String(now)) });
    if (result === undefined) return { kind: 'undefined' };
    return { kind: 'value', value: result, json: JSON.stringify(result) };
  };

  /** In the text that the fault is of: the mapping's, or a shared function's. */
  const explain = (text: SourceText, fault: Fault, program: Program, failure: Failure | undefined) => {
    const { position = 0 } = fault;
    const home = sharedBy(text)?.functions.findLast(({ from }) => from > 0 && from <= position);
    if (home?.source.program === undefined) return explainFault(text, fault, program, failure);
    fault.position = position - home.from;
    return explainFault(home.source, fault, home.source.program, failure);
  };

  /** A fault is looked at again, watched: what was met where costs nothing until something fails. */
  const lookAgain = (text: SourceText, program: Program, input: EngineInput, error: unknown): Evaluation => {
    const fault = faultOf(error);
    const { steps } = linkedOf(text, program).machine.budget.used;
    const trace = steps > MOST_STEPS_WATCHED ? undefined : new Trace();
    const again = trace && attempt(() => run(newLinked(text, program, trace), input));
    return { kind: 'error', error: explain(text, fault, program, again && trace?.failure) };
  };

  const engine: Engine = {
    compile: text => {
      const made = compiledOf(text);
      return made.ok ? undefined : made.error;
    },
    programOf: text => {
      const made = compiledOf(text);
      return made.ok ? made.program : undefined;
    },
    prepare: text => {
      const made = compiledOf(text);
      if (made.ok) linkedOf(text, made.program);
    },
    evaluate: (text, input) => {
      const made = compiledOf(text);
      if (!made.ok) return { kind: 'error', error: made.error };
      const { program } = made;
      try {
        return run(linkedOf(text, program), input);
      } catch (error) {
        return lookAgain(text, program, input, error);
      } finally {
        spent?.(linkedOf(text, program).machine.budget.used);
      }
    },
    trace: (text, input) => {
      const trace = new Trace();
      const made = compiledOf(text);
      if (!made.ok) return { evaluation: { kind: 'error', error: made.error }, trace };
      try {
        return { evaluation: run(newLinked(text, made.program, trace), input), trace };
      } catch (error) {
        const explained = explain(text, faultOf(error), made.program, trace.failure);
        return { evaluation: { kind: 'error', error: explained }, trace };
      }
    },
    watch: (text, observer) => {
      const made = compiledOf(text);
      if (!made.ok) return undefined;
      const { program } = made;
      const on = newLinked(text, program, observer);
      return {
        program,
        run: input => {
          try {
            return run(on, input);
          } catch (error) {
            return { kind: 'error', error: explainFault(text, faultOf(error), program, undefined) };
          }
        },
      };
    },
  };
  return engine;
}

/** @throws whatever is neither a fault nor the end of the stack: our own mistake, and not the mapping's. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof RangeError) return new Fault('TOO_DEEP');
  throw error;
}

/** The shared parts whose names a program writes, and the functions that those use themselves. */
function usedBy(
  program: Program,
  { functions, tables }: SharedParts,
): Pick<LinkOptions, 'library' | 'bindings'> {
  const names = new Set(variablesOf(program));
  const library: LibraryEntry[] = [];
  // From the last on, so that what a function uses is known before its turn comes.
  for (const { name, source } of functions.toReversed()) {
    if (!names.has(name) || source.program === undefined) continue;
    for (const inner of variablesOf(source.program)) names.add(inner);
    library.unshift({ name, program: source.program });
  }
  const bindings = Object.fromEntries(
    Object.entries(tables as Readonly<Record<string, Value>>).filter(([name]) => names.has(name)),
  );
  return { library, bindings };
}

function attempt(work: () => unknown): 'failed' | undefined {
  try {
    work();
    return undefined;
  } catch {
    return 'failed';
  }
}
