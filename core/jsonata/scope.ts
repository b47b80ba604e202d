/**
 * Where variables live. Names are resolved when a program is linked; at run time a variable is a slot in a frame some
 * known number of frames up. JSONata binds a name when `:=` runs and not before, so a slot starts unset, and a name that
 * is unset in an inner scope is looked for in the outer ones.
 */
import type { Value } from './values.ts';

/** In a slot that nothing was bound to yet. Typed as a value, and never handed out as one. */
export const UNSET = Symbol('unset') as unknown as Value;

export class Frame {
  readonly slots: Value[];
  readonly parent: Frame | undefined;

  constructor(slots: Value[], parent: Frame | undefined) {
    this.slots = slots;
    this.parent = parent;
  }
}

/** A variable that a name may mean, from the innermost outwards. */
export interface Place {
  /** Frames up from the one at hand. */
  readonly up: number;
  readonly slot: number;
}

/** The names of a stretch of text, and the frame that holds them. Blocks that need no frame share their surroundings'. */
export class Scope {
  readonly frame: FrameLayout;
  readonly parent: Scope | undefined;
  readonly #slots = new Map<string, number>();

  constructor(parent: Scope | undefined, frame: FrameLayout) {
    this.parent = parent;
    this.frame = frame;
  }

  /** Gives the name a slot in this scope, if it has none. */
  declare(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const slot = this.frame.size;
    this.frame.size += 1;
    this.#slots.set(name, slot);
    return slot;
  }

  /** @param names - absent where there are none. */
  declareAll(names: readonly string[] | undefined): void {
    if (names !== undefined) for (const name of names) this.declare(name);
  }

  /** A new slot, even where the name has one. */
  declareAnew(name: string): number {
    this.#slots.delete(name);
    return this.declare(name);
  }

  /** Whether anything may bind the name, here or further out. */
  knows(name: string): boolean {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.#slots.has(name)) return true;
    }
    return false;
  }

  resolve(name: string): Place[] {
    const places: Place[] = [];
    let up = 0;
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const slot = scope.#slots.get(name);
      if (slot !== undefined) places.push({ up, slot });
      if (scope.parent !== undefined && scope.parent.frame !== scope.frame) up += 1;
    }
    return places;
  }
}

/** How many slots the frames of a scope have: known when all that they hold is linked. */
export class FrameLayout {
  size = 0;
}

export function newFrame(layout: FrameLayout, parent: Frame | undefined): Frame {
  const slots: Value[] = [];
  for (let slot = 0; slot < layout.size; slot += 1) slots.push(UNSET);
  return new Frame(slots, parent);
}

export const frameUp = (frame: Frame, up: number): Frame => {
  let at = frame;
  for (let left = up; left > 0; left -= 1) at = at.parent as Frame;
  return at;
};
