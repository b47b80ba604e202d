/** Variables, and the blocks that bound their lives. */
import type { Linker, Run } from '../linker.ts';
import type { Node } from '../program.ts';
import { type Frame, FrameLayout, frameUp, newFrame, type Place, Scope, UNSET } from '../scope.ts';
import { single, type Value } from '../values.ts';

/** @param isEnded - whether `single` is to be applied, too. */
export function linkVariable(name: string, scope: Scope, linker: Linker, isEnded: boolean): Run {
  const read = readPlaces(scope.resolve(name), linker.known(name), isEnded);
  const { observer } = linker;
  if (observer === undefined) return read;
  return (input, frame) => {
    observer.recalled(name);
    return read(input, frame);
  };
}

/** `%` */
export const linkParent = (label: string, scope: Scope): Run =>
  readPlaces(scope.resolve(label), undefined, false);

/** @param otherwise - what the name means where nothing has bound it. */
function readPlaces(places: readonly Place[], otherwise: Value, isEnded: boolean, from = 0): Run {
  const place = places[from];
  if (place === undefined) return () => otherwise;
  // Usually there is one, and then nothing more to be looked for.
  const next = from + 1 < places.length ? readPlaces(places, otherwise, isEnded, from + 1) : undefined;
  const { up, slot } = place;
  return (input, frame) => {
    // Reached one frame at a time, so that the next place counts from the same frame as this one.
    const at = up === 0 ? frame : up === 1 ? (frame.parent as Frame) : frameUp(frame, up);
    const value = at.slots[slot];
    if (value === UNSET) return next === undefined ? otherwise : next(input, frame);
    return isEnded && typeof value === 'object' ? single(value) : value;
  };
}

export function linkBind(node: Extract<Node, { op: 'bind' }>, scope: Scope, linker: Linker): Run {
  const value = linker.run(node.value, scope);
  const slot = scope.declare(node.name);
  const { observer } = linker;
  if (observer !== undefined) {
    return (input, frame) => {
      const bound = value(input, frame);
      observer.bound(node.name, node.value);
      frame.slots[slot] = bound;
      return bound;
    };
  }
  return (input, frame) => {
    const bound = value(input, frame);
    frame.slots[slot] = bound;
    return bound;
  };
}

export function linkBlock(node: Extract<Node, { op: 'block' }>, scope: Scope, linker: Linker): Run {
  const { binds, framed, parts } = node;
  if (binds === undefined) return inTurn(parts, scope, linker);
  if (framed) {
    const layout = new FrameLayout();
    const inner = new Scope(scope, layout);
    inner.declareAll(binds);
    const run = inTurn(parts, inner, linker);
    return (input, frame) => run(input, newFrame(layout, frame));
  }
  const inner = new Scope(scope, scope.frame);
  const first = scope.frame.size;
  inner.declareAll(binds);
  const end = scope.frame.size;
  const run = inTurn(parts, inner, linker);
  return (input, frame) => {
    for (let slot = first; slot < end; slot += 1) frame.slots[slot] = UNSET;
    return run(input, frame);
  };
}

/** Each part in turn; the last one's value is the block's. */
function inTurn(parts: readonly Node[], scope: Scope, linker: Linker): Run {
  const runs: Run[] = [];
  for (const part of parts) runs.push(linker.run(part, scope));
  const last = runs.pop();
  if (last === undefined) return () => undefined;
  if (runs.length === 0) return last;
  return (input, frame) => {
    for (let index = 0; index < runs.length; index += 1) (runs[index] as Run)(input, frame);
    return last(input, frame);
  };
}
