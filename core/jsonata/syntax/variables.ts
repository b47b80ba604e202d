/** Variables, and the blocks that bound their lives. */
import type { Linker, Run } from '../linker.ts';
import type { Node } from '../program.ts';
import {
  boundNames,
  Frame,
  FrameLayout,
  frameUp,
  makesFunctions,
  type Place,
  Scope,
  UNSET,
} from '../scope.ts';
import type { Value } from '../values.ts';

export function linkVariable(name: string, scope: Scope, linker: Linker): Run {
  const read = readPlaces(scope.resolve(name), linker.known(name));
  const { observer } = linker;
  if (observer === undefined) return read;
  return (input, frame) => {
    observer.recalled(name);
    return read(input, frame);
  };
}

/** @param otherwise - what the name means where nothing has bound it. */
export function readPlaces(places: readonly Place[], otherwise: Value): Run {
  const [place, ...outer] = places;
  if (place === undefined) return () => otherwise;
  const next = readPlaces(outer, otherwise);
  const { up, slot } = place;
  // Reached one frame at a time, so that the next place counts from the same frame as this one.
  if (up === 0) {
    return (input, frame) => {
      const value = frame.slots[slot];
      return value === UNSET ? next(input, frame) : value;
    };
  }
  if (up === 1) {
    return (input, frame) => {
      const value = (frame.parent as Frame).slots[slot];
      return value === UNSET ? next(input, frame) : value;
    };
  }
  return (input, frame) => {
    const value = frameUp(frame, up).slots[slot];
    return value === UNSET ? next(input, frame) : value;
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
  const names = boundNames(node.parts);
  if (names.size === 0) return inTurn(node.parts, scope, linker);
  // A function keeps the frame it was made in, so each run of a block that makes one needs a frame of its own.
  if (node.parts.some(makesFunctions)) {
    const layout = new FrameLayout();
    const inner = new Scope(scope, layout);
    for (const name of names) inner.declare(name);
    const run = inTurn(node.parts, inner, linker);
    return (input, frame) => run(input, newFrame(layout, frame));
  }
  const inner = new Scope(scope, scope.frame);
  const slots = [...names].map(name => inner.declare(name));
  const run = inTurn(node.parts, inner, linker);
  return (input, frame) => {
    for (let index = 0; index < slots.length; index += 1) frame.slots[slots[index] as number] = UNSET;
    return run(input, frame);
  };
}

/** Each part in turn; the last one's value is the block's. */
function inTurn(parts: readonly Node[], scope: Scope, linker: Linker): Run {
  const runs = parts.map(part => linker.run(part, scope));
  const last = runs.pop();
  if (last === undefined) return () => undefined;
  if (runs.length === 0) return last;
  return (input, frame) => {
    for (let index = 0; index < runs.length; index += 1) (runs[index] as Run)(input, frame);
    return last(input, frame);
  };
}

export const newFrame = (layout: FrameLayout, parent: Frame | undefined): Frame => {
  const slots: Value[] = [];
  for (let slot = 0; slot < layout.size; slot += 1) slots.push(UNSET);
  return new Frame(slots, parent);
};
