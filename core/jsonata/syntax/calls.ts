/** Calls of functions: `f(x)`, `x ~> f`, and partial applications. */

import { Fault } from '../fault.ts';
import { type Linker, placeFault, type Run, TAIL_CALL } from '../linker.ts';
import type { Node } from '../program.ts';
import { boundNames, FrameLayout, Scope } from '../scope.ts';
import { parseSignature } from '../signature.ts';
import { typeBit, typeName } from '../types.ts';
import { Callable, type Value } from '../values.ts';
import { BuiltinFunction, Chain, Lambda, type LambdaCode, Partial } from './callables.ts';
import { gatheringLambda, linkExtension } from './growing.ts';

type Call = Extract<Node, { op: 'call' }>;

/** @param first - `x ~> f(y)`: what comes before the arguments that are written. */
export function linkCall(node: Call, scope: Scope, linker: Linker, first?: Run): Run {
  const { gathered } = linker;
  const usual = linkUsualCall(node, scope, linker, first);
  if (gathered === undefined || first !== undefined) return usual;
  return linkExtension(node, gathered, usual, scope, linker) ?? usual;
}

function linkUsualCall(node: Call, scope: Scope, linker: Linker, first?: Run): Run {
  if (isReduce(node, scope, linker) && first === undefined) return linkReduce(node, scope, linker);
  return linkPlainCall(node, scope, linker, first);
}

const isReduce = ({ callee }: Call, scope: Scope, { observer }: Linker): boolean =>
  observer === undefined &&
  callee.op === 'variable' &&
  callee.name === 'reduce' &&
  scope.resolve('reduce').length === 0;

function linkReduce(node: Call, scope: Scope, linker: Linker): Run {
  const lambda = gatheringLambda(node);
  if (lambda === undefined) return linkPlainCall(node, scope, linker);
  const { growing } = linker.machine;
  const reduce = linkPlainCall(node, scope, linker, undefined, lambda);
  return (input, frame) => {
    const result = reduce(input, frame);
    // From here on others may hold it.
    growing.delete(result);
    return result;
  };
}

function linkPlainCall(node: Call, scope: Scope, linker: Linker, first?: Run, gathering?: Node): Run {
  const written = node.args.map(argument =>
    argument === gathering && argument.op === 'lambda'
      ? linkLambda(argument, scope, linker, argument.parameters[0])
      : linker.run(argument, scope),
  );
  const args = first === undefined ? written : [first, ...written];
  const builtin = builtinOf(node.callee, scope, linker);
  if (builtin !== undefined && !leavesToContext(builtin, args.length)) {
    return linkBuiltinCall(builtin, args, node, linker);
  }
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
  if (node.tail && first === undefined) {
    return (input, frame) => {
      const called = callee(input, frame);
      if (!(called instanceof Callable)) return refuse(called);
      const given = args.map(argument => argument(input, frame));
      machine.tailCallee = called;
      machine.tailArgs = given;
      machine.tailAt = at;
      return TAIL_CALL;
    };
  }
  return (input, frame) => {
    const called = callee(input, frame);
    const given: Value[] = [];
    for (let index = 0; index < args.length; index += 1) given.push((args[index] as Run)(input, frame));
    if (!(called instanceof Callable)) return refuse(called);
    try {
      return called.invoke(given, input);
    } catch (error) {
      return placeFault(error, at, token);
    }
  };
}

/** The built-in that a name is known to mean here. */
function builtinOf(callee: Node, scope: Scope, linker: Linker): BuiltinFunction | undefined {
  if (callee.op !== 'variable' || callee.filters !== undefined || callee.group !== undefined)
    return undefined;
  if (scope.resolve(callee.name).length > 0) return undefined;
  const known = linker.known(callee.name);
  return known instanceof BuiltinFunction ? known : undefined;
}

/** Whether an argument is left out for which the context item may stand in. */
function leavesToContext(builtin: BuiltinFunction, given: number): boolean {
  return BuiltinFunction.signatureOf(builtin)
    .parameters.slice(given)
    .some(parameter => parameter.takesContext);
}

/** A built-in that is known when the mapping is linked: arguments go straight to it where their types are as they should. */
function linkBuiltinCall(callee: BuiltinFunction, args: readonly Run[], node: Call, linker: Linker): Run {
  const builtin = BuiltinFunction.builtinOf(callee);
  const signature = BuiltinFunction.signatureOf(callee);
  const { machine } = linker;
  const { budget } = machine;
  const { at } = node;
  const { name } = builtin;
  const [first, second, third] = args;
  const rest = signature.parameters.slice(args.length);
  const fits = !signature.isRepeated && args.length <= signature.count && rest.every(one => one.isOptional);
  const types = signature.parameters.map(one => one.asIs);
  const [types1 = 0, types2 = 0, types3 = 0] = types;
  const checked = (given: Value[], input: Value): Value =>
    builtin.run(machine, ...signature.validate(given, input));
  if (fits && args.length === 1 && first !== undefined) {
    return (input, frame) => {
      const a = first(input, frame);
      budget.spend(1, at);
      try {
        return (types1 & typeBit(a)) === 0 ? checked([a], input) : builtin.run(machine, a);
      } catch (error) {
        return placeFault(error, at, name);
      }
    };
  }
  if (fits && args.length === 2 && first !== undefined && second !== undefined) {
    return (input, frame) => {
      const a = first(input, frame);
      const b = second(input, frame);
      budget.spend(1, at);
      try {
        return (types1 & typeBit(a)) === 0 || (types2 & typeBit(b)) === 0
          ? checked([a, b], input)
          : builtin.run(machine, a, b);
      } catch (error) {
        return placeFault(error, at, name);
      }
    };
  }
  if (fits && args.length === 3 && first !== undefined && second !== undefined && third !== undefined) {
    return (input, frame) => {
      const a = first(input, frame);
      const b = second(input, frame);
      const c = third(input, frame);
      budget.spend(1, at);
      try {
        return (types1 & typeBit(a)) === 0 || (types2 & typeBit(b)) === 0 || (types3 & typeBit(c)) === 0
          ? checked([a, b, c], input)
          : builtin.run(machine, a, b, c);
      } catch (error) {
        return placeFault(error, at, name);
      }
    };
  }
  return (input, frame) => {
    const given = args.map(argument => argument(input, frame));
    budget.spend(1, at);
    try {
      return checked(given, input);
    } catch (error) {
      return placeFault(error, at, name);
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
  for (const name of boundNames([node.body])) inner.declare(name);
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
  return scope.resolve(name).length > 0 || linker.known(name) !== undefined ? name : undefined;
}
