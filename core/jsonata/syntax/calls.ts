/** Calls of functions: `f(x)`, `x ~> f`, and partial applications. */

import { Fault } from '../fault.ts';
import { type Linker, type Machine, placeFault, type Run, TAIL_CALL } from '../linker.ts';
import { isBare, type Node } from '../program.ts';
import { type Frame, FrameLayout, Scope } from '../scope.ts';
import {
  mayEndAfter,
  parseSignature,
  takesAsTheyAre,
  takesContextFrom,
  typesAsTheyAre,
  validate,
} from '../signature.ts';
import { typeBit, typeName } from '../types.ts';
import { Callable, single, type Value } from '../values.ts';
import { BuiltinFunction, Chain, Lambda, type LambdaCode, Partial } from './callables.ts';
import { linkExtension } from './growing.ts';

type Call = Extract<Node, { op: 'call' }>;

/**
 * @param first - `x ~> f(y)`: what comes before the arguments that are written.
 * @param isEnded - whether `single` is to be applied, too.
 */
export function linkCall(node: Call, scope: Scope, linker: Linker, first?: Run, isEnded = false): Run {
  const { gathered } = linker;
  const builtin = builtinOf(node.callee, scope, linker);
  const usual =
    node.gathers && builtin !== undefined && first === undefined && linker.observer === undefined
      ? linkGathering(node, builtin, scope, linker, isEnded)
      : linkUsualCall(node, builtin, scope, linker, isEnded, first);
  if (gathered === undefined || first !== undefined) return usual;
  return linkExtension(node, gathered, usual, scope, linker) ?? usual;
}

function linkGathering(
  node: Call,
  builtin: BuiltinFunction,
  scope: Scope,
  linker: Linker,
  isEnded: boolean,
): Run {
  const { growing } = linker.machine;
  const reduce = linkUsualCall(node, builtin, scope, linker, isEnded, undefined, node.args[1]);
  return (input, frame) => {
    const result = reduce(input, frame);
    // From here on others may hold it.
    growing.delete(result);
    return result;
  };
}

function linkUsualCall(
  node: Call,
  builtin: BuiltinFunction | undefined,
  scope: Scope,
  linker: Linker,
  isEnded: boolean,
  first?: Run,
  gathering?: Node,
): Run {
  const args = first === undefined ? [] : [first];
  for (const argument of node.args) {
    args.push(
      argument === gathering && argument.op === 'lambda'
        ? linkLambda(argument, scope, linker, argument.parameters[0])
        : linker.run(argument, scope),
    );
  }
  if (builtin !== undefined && !takesContextFrom(BuiltinFunction.signatureOf(builtin), args.length)) {
    return linkBuiltinCall(builtin, args, node, linker.machine, isEnded);
  }
  return linkOtherCall(node, args, scope, linker, isEnded, first === undefined);
}

/** A call of what is known only when it is made. @param isWritten - not `x ~> f(y)`. */
function linkOtherCall(
  node: Call,
  args: readonly Run[],
  scope: Scope,
  linker: Linker,
  isEnded: boolean,
  isWritten: boolean,
): Run {
  const callee = linker.run(node.callee, scope);
  const { machine } = linker;
  const { at } = node;
  const token = tokenOf(node.callee);
  const hint = forgottenDollar(node.callee, scope, linker);
  const refuse = (value: Value): never => {
    if (value === undefined && hint) throw new Fault('T1005', { token: hint, position: at });
    throw new Fault('T1006', {
      ...(token === undefined ? {} : { token }),
      ...{ position: at, met: typeName(value), expected: 'function' },
    });
  };
  if (node.tail && isWritten) {
    return (input, frame) => {
      const called = callee(input, frame);
      if (!(called instanceof Callable)) return refuse(called);
      machine.tailArgs = valuesOf(args, input, frame);
      machine.tailCallee = called;
      machine.tailAt = at;
      return TAIL_CALL;
    };
  }
  // In tail position a call's result goes to whoever called the lambda, as jsonata has it.
  const isSingle = isEnded && !node.tail;
  return (input, frame) => {
    const called = callee(input, frame);
    const given = valuesOf(args, input, frame);
    if (!(called instanceof Callable)) return refuse(called);
    try {
      const value = called.invoke(given, input);
      return isSingle && typeof value === 'object' ? single(value) : value;
    } catch (error) {
      return placeFault(error, at, token);
    }
  };
}

function valuesOf(runs: readonly Run[], input: Value, frame: Frame): Value[] {
  const values: Value[] = [];
  for (let index = 0; index < runs.length; index += 1) values.push((runs[index] as Run)(input, frame));
  return values;
}

/** The built-in that a name is known to mean here. */
function builtinOf(callee: Node, scope: Scope, linker: Linker): BuiltinFunction | undefined {
  if (callee.op !== 'variable' || !isBare(callee) || scope.knows(callee.name)) return undefined;
  const known = linker.known(callee.name);
  return known instanceof BuiltinFunction ? known : undefined;
}

/** A built-in that is known when the mapping is linked: arguments go straight to it where their types are as they should. */
function linkBuiltinCall(
  callee: BuiltinFunction,
  args: readonly Run[],
  { at, tail }: Call,
  machine: Machine,
  isEnded: boolean,
): Run {
  const builtin = BuiltinFunction.builtinOf(callee);
  const signature = BuiltinFunction.signatureOf(callee);
  const { budget } = machine;
  const isSingle = isEnded && !tail;
  const checked = (given: Value[], input: Value): Value =>
    builtin.run(machine, ...validate(signature, given, input));
  const first = args[0];
  const second = args[1];
  const types1 = typesAsTheyAre(signature, 0);
  const types2 = typesAsTheyAre(signature, 1);
  const isUsual = mayEndAfter(signature, args.length);
  if (!isUsual || first === undefined || args.length > 3) {
    return (input, frame) => {
      const given = valuesOf(args, input, frame);
      budget.spend(1, at);
      try {
        const value =
          isUsual && takesAsTheyAre(signature, given)
            ? builtin.run(machine, ...given)
            : checked(given, input);
        return isSingle && typeof value === 'object' ? single(value) : value;
      } catch (error) {
        return placeFault(error, at, builtin.name);
      }
    };
  }
  if (second === undefined) {
    return (input, frame) => {
      const a = first(input, frame);
      budget.spend(1, at);
      try {
        const value = (types1 & typeBit(a)) === 0 ? checked([a], input) : builtin.run(machine, a);
        return isSingle && typeof value === 'object' ? single(value) : value;
      } catch (error) {
        return placeFault(error, at, builtin.name);
      }
    };
  }
  const third = args[2];
  const types3 = typesAsTheyAre(signature, 2);
  if (third !== undefined) {
    return (input, frame) => {
      const a = first(input, frame);
      const b = second(input, frame);
      const c = third(input, frame);
      budget.spend(1, at);
      try {
        const value =
          (types1 & typeBit(a)) === 0 || (types2 & typeBit(b)) === 0 || (types3 & typeBit(c)) === 0
            ? checked([a, b, c], input)
            : builtin.run(machine, a, b, c);
        return isSingle && typeof value === 'object' ? single(value) : value;
      } catch (error) {
        return placeFault(error, at, builtin.name);
      }
    };
  }
  return (input, frame) => {
    const a = first(input, frame);
    const b = second(input, frame);
    budget.spend(1, at);
    try {
      const value =
        (types1 & typeBit(a)) === 0 || (types2 & typeBit(b)) === 0
          ? checked([a, b], input)
          : builtin.run(machine, a, b);
      return isSingle && typeof value === 'object' ? single(value) : value;
    } catch (error) {
      return placeFault(error, at, builtin.name);
    }
  };
}

/** @param gathered - the parameter that the body extends, where that may be done in place. */
export function linkLambda(
  node: Extract<Node, { op: 'lambda' }>,
  scope: Scope,
  linker: Linker,
  gathered?: string,
): Run {
  const around = linker.gathered;
  linker.gathered = gathered;
  const layout = new FrameLayout();
  const inner = new Scope(scope, layout);
  // Of parameters with one name the last one counts, as in jsonata: each has a slot, and the name means the last.
  for (const parameter of node.parameters) inner.declareAnew(parameter);
  inner.declareAll(node.binds);
  const code: LambdaCode = {
    ...{ parameters: node.parameters.length, layout, at: node.at },
    signature: node.signature === undefined ? undefined : parseSignature(node.signature),
    body: linker.run(node.body, inner),
  };
  linker.gathered = around;
  const { machine } = linker;
  return (input, frame) => new Lambda(code, machine, input, frame);
}

export function linkApply(node: Extract<Node, { op: 'apply' }>, scope: Scope, linker: Linker): Run {
  const left = linker.run(node.left, scope);
  const { at } = node;
  const { right } = node;
  if (right.op === 'call') return linkCall(right, scope, linker, left);
  const run = linker.run(right, scope);
  const token = tokenOf(right);
  return (input, frame) => {
    const value = left(input, frame);
    const called = run(input, frame);
    if (!(called instanceof Callable)) {
      throw new Fault('T2006', { token: '~>', position: at, met: typeName(called), expected: 'function' });
    }
    if (value instanceof Callable) return new Chain(value, called);
    try {
      return called.invoke([value], null);
    } catch (error) {
      return placeFault(error, at, token);
    }
  };
}

export function linkPartial(node: Extract<Node, { op: 'partial' }>, scope: Scope, linker: Linker): Run {
  const args = node.args.map(argument => (argument === null ? undefined : linker.run(argument, scope)));
  const open = node.args.flatMap((argument, index) => (argument === null ? [index] : []));
  const callee = linker.run(node.callee, scope);
  const token = tokenOf(node.callee);
  const hint = forgottenDollar(node.callee, scope, linker);
  return (input, frame) => {
    const given = args.map(argument => argument?.(input, frame));
    const called = callee(input, frame);
    if (called instanceof Callable) return new Partial(called, given, open);
    if (called === undefined && hint) throw new Fault('T1007', { token: hint, position: node.at });
    throw new Fault('T1008', {
      ...(token === undefined ? {} : { token }),
      ...{ position: node.at, met: typeName(called), expected: 'function' },
    });
  };
}

const nameOf = (callee: Node): string | undefined => {
  const step = callee.op === 'path' ? callee.steps[0]?.does : undefined;
  return step?.op === 'name' ? step.name : undefined;
};

const tokenOf = (callee: Node): string | undefined =>
  callee.op === 'variable' ? callee.name : nameOf(callee);

/** `sum(x)`: the name of the function that is meant, if there is one of this name. */
function forgottenDollar(callee: Node, scope: Scope, linker: Linker): string | undefined {
  const name = nameOf(callee);
  if (name === undefined) return undefined;
  return scope.knows(name) || linker.known(name) !== undefined ? name : undefined;
}
