/** The functions that are values. Their fields are private: to a path, a function is no object. */
import type { Builtin } from '../builtin.ts';
import { Fault } from '../fault.ts';
import { type Machine, placeFault, type Run, TAIL_CALL } from '../linker.ts';
import { Frame, type FrameLayout, UNSET } from '../scope.ts';
import { type Signature, validate } from '../signature.ts';
import { Callable, single, type Value } from '../values.ts';

/** What a lambda is, apart from where it was made. */
export interface LambdaCode {
  readonly parameters: number;
  readonly body: Run;
  readonly layout: FrameLayout;
  readonly signature: Signature | undefined;
  readonly at: number;
}

export class Lambda extends Callable {
  readonly arity: number;
  readonly #code: LambdaCode;
  readonly #machine: Machine;
  /** The context item where it was made: the body's. */
  readonly #input: Value;
  readonly #frame: Frame;

  constructor(code: LambdaCode, machine: Machine, input: Value, frame: Frame) {
    super();
    this.arity = code.parameters;
    this.#code = code;
    this.#machine = machine;
    this.#input = input;
    this.#frame = frame;
  }

  invoke(args: Value[], context: Value): Value {
    const machine = this.#machine;
    machine.budget.enter(this.#code.at);
    let result = this.enter(args, context);
    // A call in tail position is made here, in the caller's loop, so that such recursion takes no stack.
    while (result === TAIL_CALL) {
      const callee = machine.tailCallee;
      const at = machine.tailAt;
      machine.budget.spend(1, at);
      if (callee instanceof Lambda) result = callee.enter(machine.tailArgs, context);
      else if (callee instanceof Callable) {
        try {
          result = callee.invoke(machine.tailArgs, context);
        } catch (error) {
          placeFault(error, at);
        }
      } else throw new Fault('T1006', { position: at });
    }
    machine.budget.leave();
    return result;
  }

  /** Runs the body, as far as a call in tail position. */
  enter(args: Value[], context: Value): Value {
    const { signature, parameters, layout, body } = this.#code;
    const slots = signature === undefined ? args : validate(signature, args, context);
    if (slots.length > parameters) slots.length = parameters;
    while (slots.length < parameters) slots.push(undefined);
    for (let slot = parameters; slot < layout.size; slot += 1) slots.push(UNSET);
    return body(this.#input, new Frame(slots, this.#frame));
  }
}

export class BuiltinFunction extends Callable {
  readonly arity: number;
  readonly #builtin: Builtin;
  readonly #signature: Signature;
  readonly #machine: Machine;

  constructor(builtin: Builtin, signature: Signature, machine: Machine) {
    super();
    this.arity = builtin.arity ?? signature.parameters.length;
    this.#builtin = builtin;
    this.#signature = signature;
    this.#machine = machine;
  }

  static builtinOf(callee: BuiltinFunction): Builtin {
    return callee.#builtin;
  }

  static signatureOf(callee: BuiltinFunction): Signature {
    return callee.#signature;
  }

  invoke(args: Value[], context: Value): Value {
    this.#machine.budget.spend(1);
    try {
      return this.#builtin.run(this.#machine, ...validate(this.#signature, args, context));
    } catch (error) {
      if (error instanceof Fault) error.token ??= this.#builtin.name;
      throw error;
    }
  }
}

/** A function with some of its arguments given. */
export class Partial extends Callable {
  readonly arity: number;
  readonly #callee: Callable;
  /** In the callee's order; undefined where an argument is still to come, by `#open`. */
  readonly #given: readonly Value[];
  readonly #open: readonly number[];

  constructor(callee: Callable, given: readonly Value[], open: readonly number[]) {
    super();
    this.arity = open.length;
    this.#callee = callee;
    this.#given = given;
    this.#open = open;
  }

  invoke(args: Value[], context: Value): Value {
    const all = [...this.#given];
    this.#open.forEach((position, index) => {
      all[position] = args[index];
    });
    return this.#callee.invoke(all, context);
  }
}

/** `f ~> g` of two functions. */
export class Chain extends Callable {
  readonly arity = 1;
  readonly #first: Callable;
  readonly #second: Callable;

  constructor(first: Callable, second: Callable) {
    super();
    this.#first = first;
    this.#second = second;
  }

  invoke(args: Value[], context: Value): Value {
    return this.#second.invoke([single(this.#first.invoke([args[0]], context))], context);
  }
}
