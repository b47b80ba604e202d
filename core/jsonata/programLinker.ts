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

export function createLinker(
  tupleNames: readonly string[],
  machine: Machine,
  { builtins, pattern, observer }: LinkOptions,
): Linker {
  const known = new Map<string, Value>();
  const linker: Linker = {
    ...{ machine, tupleNames, observer, gathered: undefined },
    pattern: (source, flags) => pattern(source, flags, machine.budget),
    // Made when it is first asked for: a mapping uses few of them, and the first event waits for all.
    known: name => {
      const made = known.get(name);
      if (made !== undefined) return made;
      for (const builtin of builtins) {
        if (builtin.name !== name) continue;
        const value = new BuiltinFunction(builtin, parseSignature(builtin.signature), machine);
        known.set(name, value);
        return value;
      }
      return undefined;
    },
    run: (node, scope) => {
      const run = isBare(node)
        ? linkEnded(node, scope, linker)
        : linkWithWhatStandsBehind(node, scope, linker);
      return observer === undefined ? run : observed(node, run, observer);
    },
  };
  return linker;
}

/** The node alone, as its value is where it ends: see `single`. Most kinds of nodes see to that themselves. */
function linkEnded(node: Node, scope: Scope, linker: Linker): Run {
  const run = linkBare(node, scope, linker, true);
  switch (node.op) {
    case 'wildcard':
    case 'descendants':
    case 'context':
    case 'parent':
    case 'apply':
      return ended(run);
    case 'binary':
      return node.operator === '..' ? ended(run) : run;
    case 'condition':
    case 'block':
    case 'bind':
      return mayNest(node) ? ended(run) : run;
    default:
      return run;
  }
}

/** Whether the value may be a sequence that was the one item of another: jsonata ends it once more at each node around it. */
function mayNest(node: Node | undefined): boolean {
  switch (node?.op) {
    case 'call':
    case 'apply':
    case 'variable':
      return true;
    case 'condition':
      return mayNest(node.then) || mayNest(node.otherwise);
    case 'block':
      return mayNest(node.parts.at(-1));
    case 'bind':
      return mayNest(node.value);
    default:
      return false;
  }
}

function linkWithWhatStandsBehind(node: Node, scope: Scope, linker: Linker): Run {
  const filtered = linkFiltered(node, scope, linker, linkBare(node, scope, linker, false));
  const run = linkGrouped(node, scope, linker, filtered);
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

function linkFiltered(node: Node, scope: Scope, linker: Linker, run: Run): Run {
  if (node.filters === undefined) return run;
  const filter = linkFilters(node.filters, scope, linker);
  if (!node.stream) return (input, frame) => filter(run(input, frame), frame);
  const filterStream = linkStreamFilters(node.filters, scope, linker);
  return (input, frame) => {
    const value = run(input, frame) as Value | TupleStream;
    if (value instanceof TupleStream) {
      return new TupleStream(filterStream(value.tuples, frame)) as unknown as Value;
    }
    return filter(value, frame);
  };
}

function linkGrouped(node: Node, scope: Scope, linker: Linker, run: Run): Run {
  // A path takes its group itself: its bindings are known in it.
  if (node.group === undefined || node.op === 'path') return run;
  const group = linkGroup(node.group, scope, linker);
  return (input, frame) => group(run(input, frame), frame);
}

/** @param isEnded - for the kinds of nodes that see to `single` themselves. */
function linkBare(node: Node, scope: Scope, linker: Linker, isEnded: boolean): Run {
  switch (node.op) {
    case 'literal':
      return linkLiteral(node.value);
    case 'context':
      return input => (input instanceof WholeInput ? input[0] : input);
    case 'variable':
      return linkVariable(node.name, scope, linker, isEnded);
    case 'parent':
      return linkParent(node.label, scope);
    case 'regex':
      return linkLiteral(linker.pattern(node.source, node.flags));
    case 'path':
      return linkPath(node, scope, linker, isEnded);
    case 'name':
      return linkName(node.name, linker, isEnded);
    case 'wildcard':
      return linkWildcard(node.at, linker);
    case 'descendants':
      return linkDescendants(node.at, linker);
    case 'binary':
      return linkBinary(node, scope, linker);
    case 'negate':
      return linkNegate(node, scope, linker);
    case 'array':
      return linkArray(node, scope, linker);
    case 'object':
      return linkGroup({ pairs: node.pairs, at: node.at }, scope, linker);
    case 'bind':
      return linkBind(node, scope, linker);
    case 'condition':
      return linkCondition(node, scope, linker);
    case 'block':
      return linkBlock(node, scope, linker);
    case 'call':
      return linkCall(node, scope, linker, undefined, isEnded);
    case 'apply':
      return linkApply(node, scope, linker);
    case 'partial':
      return linkPartial(node, scope, linker);
    case 'lambda':
      return linkLambda(node, scope, linker);
    case 'transform':
      return linkTransform(node, scope, linker);
    default:
      return node satisfies never;
  }
}

const linkLiteral =
  (value: Value): Run =>
  () =>
    value;

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
