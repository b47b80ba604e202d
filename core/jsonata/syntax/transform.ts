/** `| pattern | update, remove |`: a function that gives a changed copy. */

import { Fault } from '../fault.ts';
import type { Linker, Machine, Run } from '../linker.ts';
import type { Node } from '../program.ts';
import { type Frame, FrameLayout, newFrame, Scope } from '../scope.ts';
import { parseSignature, type Signature, validate } from '../signature.ts';
import { typeName } from '../types.ts';
import { Callable, type DataObject, isArray, isObject, setKey, single, type Value } from '../values.ts';
import { BuiltinFunction } from './callables.ts';

interface TransformCode {
  readonly at: number;
  readonly updateAt: number;
  readonly removeAt: number;
  readonly pattern: Run;
  readonly update: Run;
  readonly remove: Run | undefined;
  readonly layout: FrameLayout;
  readonly signature: Signature;
  /** `$clone`, which a mapping may bind itself. */
  readonly clone: Run;
}

export function linkTransform(node: Extract<Node, { op: 'transform' }>, scope: Scope, linker: Linker): Run {
  const layout = new FrameLayout();
  const inner = new Scope(scope, layout);
  inner.declareAll(node.binds);
  const code: TransformCode = {
    ...{ at: node.at, updateAt: node.update.at, removeAt: node.remove?.at ?? node.at },
    pattern: linker.run(node.pattern, inner),
    update: linker.run(node.update, inner),
    remove: node.remove === undefined ? undefined : linker.run(node.remove, inner),
    layout,
    signature: parseSignature('<(oa):o>'),
    clone: linker.run({ op: 'variable', name: 'clone', id: node.id, at: node.at }, inner),
  };
  return (_input, frame) => new Transform(code, linker.machine, frame);
}

class Transform extends Callable {
  readonly arity = 1;
  readonly #code: TransformCode;
  readonly #machine: Machine;
  readonly #frame: Frame;

  constructor(code: TransformCode, machine: Machine, frame: Frame) {
    super();
    this.#code = code;
    this.#machine = machine;
    this.#frame = frame;
  }

  invoke(args: Value[], context: Value): Value {
    const { signature, layout, clone, pattern, at } = this.#code;
    const [value] = validate(signature, args, context);
    if (value === undefined) return undefined;
    const frame = newFrame(layout, this.#frame);
    const copier = clone(undefined, frame);
    if (!(copier instanceof Callable)) throw new Fault('T2013', { position: at, met: typeName(copier) });
    const copy = single(copier.invoke([value], null));
    const ours = copier instanceof BuiltinFunction ? containersOf(copy) : undefined;
    const matches = pattern(copy, frame);
    if (matches === undefined) return copy;
    for (const match of isArray(matches) ? matches : [matches]) {
      this.#machine.budget.spend(1);
      this.#change(match, frame, ours);
    }
    return copy;
  }

  /** @param ours - what may be changed: the pattern can lead out of the copy, into the payload. */
  #change(match: Value, frame: Frame, ours: ReadonlySet<object> | undefined): void {
    const { update, updateAt, remove, removeAt } = this.#code;
    const changes = update(match, frame);
    if (changes !== undefined && !isObject(changes)) {
      throw new Fault('T2011', { position: updateAt, met: typeName(changes), expected: 'object' });
    }
    const target = isObject(match) && (ours?.has(match) ?? false) ? match : undefined;
    if (target !== undefined && changes !== undefined) {
      this.#machine.budget.object(Object.keys(changes).length);
      for (const key of Object.keys(changes)) setKey(target, key, changes[key]);
    }
    if (remove === undefined) return;
    const keys = remove(match, frame);
    if (keys === undefined) return;
    const names = isArray(keys) ? keys : [keys];
    if (!names.every(name => typeof name === 'string')) {
      throw new Fault('T2012', { position: removeAt, met: typeName(keys), expected: 'array of strings' });
    }
    if (target !== undefined) for (const name of names) delete (target as Record<string, Value>)[name];
  }
}

function containersOf(root: Value): ReadonlySet<object> {
  const found = new Set<object>();
  const open: Value[] = [root];
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null || value instanceof Callable) continue;
    if (isArray(value)) for (const item of value) open.push(item);
    else {
      found.add(value);
      for (const inner of Object.values(value as DataObject)) if (typeof inner === 'object') open.push(inner);
    }
  }
  return found;
}
