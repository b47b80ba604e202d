/** From a `Program` to closures: where the mapping runs, once for each program. */
import type { Budget, BudgetLimits } from './budget.ts';
import type { Builtin } from './builtin.ts';
import { truthOf } from './builtins/truth.ts';
import { Fault } from './fault.ts';
import { finish } from './finish.ts';
import { type Linker, Machine, type Run } from './linker.ts';
import type { Observer } from './observer.ts';
import type { Node, Program } from './program.ts';
import { boundNames, FrameLayout, Scope } from './scope.ts';
import { parseSignature } from './signature.ts';
import { BuiltinFunction } from './syntax/callables.ts';
import { linkApply, linkCall, linkLambda, linkPartial } from './syntax/calls.ts';
import { linkArray } from './syntax/constructors.ts';
import { linkFilters } from './syntax/filter.ts';
import { linkGroup } from './syntax/group.ts';
import { lookup, reader } from './syntax/lookup.ts';
import { linkBinary, linkNegate } from './syntax/operators.ts';
import { linkPath } from './syntax/path.ts';
import { linkTransform } from './syntax/transform.ts';
import { linkStreamFilters } from './syntax/tuplePath.ts';
import { TupleStream } from './syntax/tuples.ts';
import { linkBind, linkBlock, linkVariable, newFrame, readPlaces } from './syntax/variables.ts';
import { linkDescendants, linkWildcard } from './syntax/wildcard.ts';
import { type Callable, isArray, Sequence, sequenceOf, single, type Value, WholeInput } from './values.ts';

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

export function link(program: Program, options: LinkOptions): Linked {
  const machine = new Machine(options.limits);
  const layout = new FrameLayout();
  const scope = new Scope(undefined, layout);
  const whole = scope.declare(WHOLE);
  const { observer } = options;
  const bindings = Object.entries(options.bindings ?? {}).map(
    ([name, value]) => [scope.declare(name), value] as const,
  );
  const shared = (options.library ?? []).map(entry => linkShared(entry, scope, machine, options));
  const mine = new Scope(scope, layout);
  for (const name of boundNames([program.root])) mine.declare(name);
  const linker = new ProgramLinker(program.tupleNames, machine, options);
  const run = linker.run(program.root, mine);
  return {
    machine,
    evaluate(input, { now, random }) {
      machine.now = now;
      machine.random = random;
      machine.budget.reset();
      machine.growing.clear();
      const frame = newFrame(layout, undefined);
      frame.slots[whole] = input;
      for (const [slot, value] of bindings) frame.slots[slot] = value;
      observer?.begin(input);
      for (const [slot, value] of shared) frame.slots[slot] = value(undefined, frame);
      try {
        return finish(run(isArray(input) ? WholeInput.around(input) : input, frame), observer);
      } catch (error) {
        if (error instanceof RangeError) throw new Fault('TOO_DEEP');
        throw error;
      }
    },
  };
}

/** A shared program sees nothing of the mapping that uses it: neither its input nor its variables. */
function linkShared(
  { name, program }: LibraryEntry,
  scope: Scope,
  machine: Machine,
  options: LinkOptions,
): readonly [number, Run] {
  const layout = new FrameLayout();
  const inner = new Scope(scope, layout);
  inner.declare(WHOLE);
  for (const bound of boundNames([program.root])) inner.declare(bound);
  const run = new ProgramLinker(program.tupleNames, machine, options).run(program.root, inner);
  const slot = scope.declare(name);
  return [
    slot,
    (_input, frame) => {
      const own = newFrame(layout, frame);
      own.slots[0] = undefined;
      return run(undefined, own);
    },
  ];
}

class ProgramLinker implements Linker {
  readonly machine: Machine;
  readonly tupleNames: readonly string[];
  readonly observer: Observer | undefined;
  gathered: string | undefined;
  readonly #options: LinkOptions;
  readonly #known = new Map<string, Value>();

  constructor(tupleNames: readonly string[], machine: Machine, options: LinkOptions) {
    this.machine = machine;
    this.tupleNames = tupleNames;
    this.observer = options.observer;
    this.#options = options;
  }

  /** Made when it is first asked for: a mapping uses few of them, and the first event waits for all. */
  known(name: string): Value {
    const made = this.#known.get(name);
    if (made !== undefined) return made;
    const builtin = this.#options.builtins.find(one => one.name === name);
    if (builtin === undefined) return undefined;
    const value = new BuiltinFunction(builtin, parseSignature(builtin.signature), this.machine);
    this.#known.set(name, value);
    return value;
  }

  run(node: Node, scope: Scope): Run {
    const run = this.#ended(node, scope);
    const { observer } = this;
    return observer === undefined ? run : observed(node, run, observer);
  }

  #ended(node: Node, scope: Scope): Run {
    if (node.op === 'path' && node.keep === undefined && node.filters === undefined) {
      return linkPath(node, scope, this, true);
    }
    const behind = this.#withWhatStandsBehind(node, scope, this.bare(node, scope));
    if (node.keep) {
      // An index gives the item itself, which counts as a list of one.
      const mayBeItem = node.filters !== undefined && node.group === undefined;
      return (input, frame) => {
        const value = behind(input, frame);
        if (value instanceof Sequence && !value.keepSingleton) return kept(value);
        if (mayBeItem && value !== undefined && !isArray(value)) return kept(sequenceOf(value));
        return single(value);
      };
    }
    if (!mayGiveSequence(node)) return behind;
    return (input, frame) => {
      const value = behind(input, frame);
      return typeof value === 'object' ? single(value) : value;
    };
  }

  #withWhatStandsBehind(node: Node, scope: Scope, bare: Run): Run {
    let run = bare;
    if (node.filters !== undefined) {
      const before = run;
      const filter = linkFilters(node.filters, scope, this);
      if (node.stream) {
        const filterStream = linkStreamFilters(node.filters, scope, this);
        run = (input, frame) => {
          const value = before(input, frame) as Value | TupleStream;
          if (value instanceof TupleStream) {
            return new TupleStream(filterStream(value.tuples, frame)) as unknown as Value;
          }
          return filter(value, frame);
        };
      } else run = (input, frame) => filter(before(input, frame), frame);
    }
    if (node.group !== undefined && node.op !== 'path') {
      const before = run;
      const group = linkGroup(node.group, scope, this);
      run = (input, frame) => group(before(input, frame), frame);
    }
    return run;
  }

  bare(node: Node, scope: Scope): Run {
    switch (node.op) {
      case 'literal': {
        const { value } = node;
        return () => value;
      }
      case 'context':
        return input => (input instanceof WholeInput ? input[0] : input);
      case 'variable':
        return linkVariable(node.name, scope, this);
      case 'parent':
        return readPlaces(scope.resolve(node.label), undefined);
      case 'regex': {
        const pattern = this.#options.pattern(node.source, node.flags, this.machine.budget);
        return () => pattern;
      }
      case 'path':
        return linkPath(node, scope, this);
      case 'name': {
        const read = reader(node.name, this.observer);
        const { budget } = this.machine;
        return input => lookup(input, read, budget);
      }
      case 'wildcard': {
        const all = linkWildcard(node.at, this);
        return (input, frame) => all(input instanceof WholeInput ? input[0] : input, frame);
      }
      case 'descendants':
        return linkDescendants(node.at, this);
      case 'binary':
        return linkBinary(node, scope, this);
      case 'negate':
        return linkNegate(node, scope, this);
      case 'array':
        return linkArray(node, scope, this);
      case 'object':
        return linkGroup({ pairs: node.pairs, at: node.at }, scope, this);
      case 'bind':
        return linkBind(node, scope, this);
      case 'condition':
        return linkCondition(node, scope, this);
      case 'block':
        return linkBlock(node, scope, this);
      case 'call':
        return linkCall(node, scope, this);
      case 'apply':
        return linkApply(node, scope, this);
      case 'partial':
        return linkPartial(node, scope, this);
      case 'lambda':
        return linkLambda(node, scope, this);
      case 'transform':
        return linkTransform(node, scope, this);
      default:
        return node satisfies never;
    }
  }
}

function kept(sequence: Sequence): Value {
  if (sequence.length !== 1) return single(sequence);
  const copy = sequenceOf(sequence[0]);
  copy.keepSingleton = true;
  return copy;
}

/** Whether what the node gives before `single` can be a sequence of none or one. */
function mayGiveSequence(node: Node): boolean {
  if (node.filters !== undefined) return true;
  if (node.group !== undefined) return false;
  switch (node.op) {
    case 'path':
    case 'wildcard':
    case 'descendants':
    case 'variable':
    case 'context':
    case 'parent':
    case 'apply':
      return true;
    case 'binary':
      return node.operator === '..';
    // In tail position a call's result goes to whoever called the lambda, as jsonata has it.
    case 'call':
      return node.tail !== true;
    default:
      return false;
  }
}

function linkCondition(node: Extract<Node, { op: 'condition' }>, scope: Scope, linker: Linker): Run {
  const test = linker.run(node.test, scope);
  const then = linker.run(node.then, scope);
  const otherwise = node.otherwise && linker.run(node.otherwise, scope);
  return (input, frame) => {
    const answer = test(input, frame);
    if (typeof answer === 'boolean' ? answer : truthOf(answer)) return then(input, frame);
    return otherwise?.(input, frame);
  };
}

function observed(node: Node, run: Run, observer: Observer): Run {
  return (input, frame) => {
    observer.enter(node, input);
    let value: Value;
    try {
      value = run(input, frame);
    } catch (error) {
      observer.fail(node, error);
      throw error;
    }
    observer.leave(node, value);
    return value;
  };
}
