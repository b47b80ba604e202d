/** One node after the other, each by the file of its kind in `syntax/`. */
import type { LinkOptions } from './link.ts';
import type { Linker, Machine, Run } from './linker.ts';
import type { Observer } from './observer.ts';
import { isBare, type Node } from './program.ts';
import type { Scope } from './scope.ts';
import { parseSignature } from './signature.ts';
import { BuiltinFunction } from './syntax/callables.ts';
import { linkApply, linkCall, linkLambda, linkPartial } from './syntax/calls.ts';
import { linkCondition } from './syntax/condition.ts';
import { linkArray } from './syntax/constructors.ts';
import { linkFilters } from './syntax/filter.ts';
import { linkGroup } from './syntax/group.ts';
import { linkName } from './syntax/lookup.ts';
import { linkBinary, linkNegate } from './syntax/operators.ts';
import { linkPath } from './syntax/path.ts';
import { linkTransform } from './syntax/transform.ts';
import { linkStreamFilters } from './syntax/tuplePath.ts';
import { TupleStream } from './syntax/tuples.ts';
import { linkBind, linkBlock, linkParent, linkVariable } from './syntax/variables.ts';
import { linkDescendants, linkWildcard } from './syntax/wildcard.ts';
import { isArray, Sequence, sequenceOf, single, type Value, WholeInput } from './values.ts';

export class ProgramLinker implements Linker {
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
    for (const builtin of this.#options.builtins) {
      if (builtin.name !== name) continue;
      const value = new BuiltinFunction(builtin, parseSignature(builtin.signature), this.machine);
      this.#known.set(name, value);
      return value;
    }
    return undefined;
  }

  run(node: Node, scope: Scope): Run {
    const run = isBare(node) ? this.#ended(node, scope) : this.#withWhatStandsBehind(node, scope);
    const { observer } = this;
    return observer === undefined ? run : observed(node, run, observer);
  }

  /** The node alone, as its value is where it ends: see `single`. Most kinds of nodes see to that themselves. */
  #ended(node: Node, scope: Scope): Run {
    const run = this.#bare(node, scope, true);
    switch (node.op) {
      case 'wildcard':
      case 'descendants':
      case 'context':
      case 'parent':
      case 'apply':
        return ended(run);
      case 'binary':
        return node.operator === '..' ? ended(run) : run;
      default:
        return run;
    }
  }

  #withWhatStandsBehind(node: Node, scope: Scope): Run {
    const run = this.#grouped(node, scope, this.#filtered(node, scope, this.#bare(node, scope, false)));
    if (!node.keep) return node.filters === undefined && node.group !== undefined ? run : ended(run);
    // An index gives the item itself, which counts as a list of one.
    const mayBeItem = node.filters !== undefined && node.group === undefined;
    return (input, frame) => {
      const value = run(input, frame);
      if (value instanceof Sequence && !value.keepSingleton) return kept(value);
      if (mayBeItem && value !== undefined && !isArray(value)) return kept(sequenceOf(value));
      return single(value);
    };
  }

  #filtered(node: Node, scope: Scope, run: Run): Run {
    if (node.filters === undefined) return run;
    const filter = linkFilters(node.filters, scope, this);
    if (!node.stream) return (input, frame) => filter(run(input, frame), frame);
    const filterStream = linkStreamFilters(node.filters, scope, this);
    return (input, frame) => {
      const value = run(input, frame) as Value | TupleStream;
      if (value instanceof TupleStream) {
        return new TupleStream(filterStream(value.tuples, frame)) as unknown as Value;
      }
      return filter(value, frame);
    };
  }

  #grouped(node: Node, scope: Scope, run: Run): Run {
    // A path takes its group itself: its bindings are known in it.
    if (node.group === undefined || node.op === 'path') return run;
    const group = linkGroup(node.group, scope, this);
    return (input, frame) => group(run(input, frame), frame);
  }

  /** @param isEnded - for the kinds of nodes that see to `single` themselves. */
  #bare(node: Node, scope: Scope, isEnded: boolean): Run {
    switch (node.op) {
      case 'literal': {
        const { value } = node;
        return () => value;
      }
      case 'context':
        return input => (input instanceof WholeInput ? input[0] : input);
      case 'variable':
        return linkVariable(node.name, scope, this, isEnded);
      case 'parent':
        return linkParent(node.label, scope);
      case 'regex': {
        const pattern = this.#options.pattern(node.source, node.flags, this.machine.budget);
        return () => pattern;
      }
      case 'path':
        return linkPath(node, scope, this, isEnded);
      case 'name':
        return linkName(node.name, this);
      case 'wildcard':
        return linkWildcard(node.at, this);
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
        return linkCall(node, scope, this, undefined, isEnded);
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

const ended =
  (run: Run): Run =>
  (input, frame) => {
    const value = run(input, frame);
    return typeof value === 'object' ? single(value) : value;
  };

function kept(sequence: Sequence): Value {
  if (sequence.length !== 1) return single(sequence);
  const copy = sequenceOf(sequence[0]);
  copy.keepSingleton = true;
  return copy;
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
