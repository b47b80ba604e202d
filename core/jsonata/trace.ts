/**
 * What one evaluation did, for people: which parts of the mapping ran, what it read of the input, where each value of
 * the output came from, and what it was looking at when it failed.
 */
import type { Observer } from './observer.ts';
import type { Node } from './program.ts';
import { type TypeName, typeName } from './types.ts';
import { isArray, isObject, type Value } from './values.ts';

/** Keys and array indices, from the whole input down. */
export type InputPath = readonly (string | number)[];

export interface Read {
  readonly path: InputPath;
  /** `nothing` where it is not there. */
  readonly type: TypeName;
}

export interface Origin {
  /** The expression that gave the value. */
  readonly node: Node;
  /** What was read for it; of a value that is moved unchanged, its own place among them. */
  readonly reads: readonly Read[];
}

export interface Failure {
  /** The innermost expression that failed. */
  readonly node: Node;
  /** Where the context item stands in the input, if it is part of it. */
  readonly context: InputPath | undefined;
  /** What the expression had read. */
  readonly reads: readonly Read[];
}

/** Where a container stands: in its parent, under a key. */
interface Standing {
  readonly parent: object | undefined;
  readonly key: string | number;
}

type ReadKey = string;

export class Trace implements Observer {
  /** Ids of the nodes that were evaluated. */
  readonly reached = new Set<number>();
  failure: Failure | undefined;
  readonly #reads = new Map<ReadKey, Read>();
  readonly #standings = new Map<object, Standing>();
  readonly #origins = new Map<object, Map<string | number, { node: Node; reads: ReadonlySet<ReadKey> }>>();
  readonly #variables = new Map<string, ReadonlySet<ReadKey>>();
  /** What the nodes under way have read, the innermost last. */
  readonly #open: { readonly context: Value; readonly reads: Set<ReadKey> }[] = [];
  #lastLeft: ReadonlySet<ReadKey> = new Set();
  #root: { node: Node; reads: ReadonlySet<ReadKey> } | undefined;

  /** Everything that was read, each place once for each type that was met. */
  get reads(): readonly Read[] {
    return [...this.#reads.values()];
  }

  begin(input: Value): void {
    this.reached.clear();
    this.failure = undefined;
    for (const map of [this.#reads, this.#standings, this.#origins, this.#variables]) map.clear();
    this.#open.length = 0;
    this.#root = undefined;
    this.#locate(input);
  }

  enter(node: Node, context: Value): void {
    this.reached.add(node.id);
    this.#open.push({ context, reads: new Set() });
  }

  leave(node: Node): void {
    this.#close(node);
  }

  fail(node: Node): void {
    const { context, reads } = this.#close(node);
    this.failure ??= { node, context: this.pathOf(context), reads: this.#resolve(reads) };
  }

  read(object: object, key: string, value: Value): void {
    const path = this.pathOf(object as Value);
    if (path === undefined) return;
    const read: Read = { path: [...path, key], type: typeName(value) };
    const id = `${read.type} ${JSON.stringify(read.path)}`;
    this.#reads.set(id, read);
    this.#open.at(-1)?.reads.add(id);
  }

  bound(name: string): void {
    this.#variables.set(name, this.#lastLeft);
  }

  recalled(name: string): void {
    const into = this.#open.at(-1)?.reads;
    for (const id of this.#variables.get(name) ?? []) into?.add(id);
  }

  made(container: object, key: string | number, node: Node): void {
    const origins = this.#origins.get(container) ?? new Map();
    this.#origins.set(container, origins);
    origins.set(key, { node, reads: this.#lastLeft });
  }

  copied(from: object, to: object): void {
    const origins = this.#origins.get(from);
    if (origins !== undefined) this.#origins.set(to, origins);
    const standing = this.#standings.get(from);
    if (standing !== undefined) this.#standings.set(to, standing);
  }

  /** Where a value of the input stands in it. Only of objects and arrays can be said where they are from. */
  pathOf(value: Value): InputPath | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    const path: (string | number)[] = [];
    let at = this.#standings.get(value);
    if (at === undefined) return undefined;
    while (at?.parent !== undefined) {
      path.push(at.key);
      at = this.#standings.get(at.parent);
    }
    return path.reverse();
  }

  /**
   * Where the value at a path of the output came from. Of what a built-in made the whole call is named.
   * @param output - what the evaluation gave.
   */
  originOf(output: Value, path: InputPath): Origin | undefined {
    let origin = this.#root;
    let value = output;
    for (const [depth, key] of path.entries()) {
      const container = value;
      if (typeof container !== 'object' || container === null) return undefined;
      value = below(container, key);
      const next = this.#origins.get(container)?.get(key);
      // An expression that read nothing of its own was given its values by the one around it.
      if (next !== undefined)
        origin = next.reads.size > 0 ? next : { node: next.node, reads: origin?.reads ?? next.reads };
      const from = this.pathOf(container);
      if (from !== undefined && origin !== undefined) {
        // From a container of the input on, the output is the input.
        const rest = path.slice(depth);
        const type = typeName(rest.reduce(below, container));
        return { node: origin.node, reads: [{ path: [...from, ...rest], type }] };
      }
    }
    return origin && { node: origin.node, reads: this.#resolve(origin.reads) };
  }

  #close(node: Node): { readonly context: Value; readonly reads: ReadonlySet<ReadKey> } {
    const closed = this.#open.pop() ?? { context: undefined, reads: new Set() };
    const around = this.#open.at(-1)?.reads;
    if (around !== undefined) for (const id of closed.reads) around.add(id);
    this.#lastLeft = closed.reads;
    if (around === undefined) this.#root = { node, reads: closed.reads };
    return closed;
  }

  #resolve(ids: Iterable<ReadKey>): Read[] {
    return [...ids].flatMap(id => this.#reads.get(id) ?? []);
  }

  /** Notes where each container of the input stands. */
  #locate(input: Value): void {
    if (typeof input !== 'object' || input === null) return;
    this.#standings.set(input, { parent: undefined, key: '' });
    const open: Value[] = [input];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      const parent = value as object;
      const place = (inner: Value, key: string | number) => {
        if (typeof inner !== 'object' || inner === null || this.#standings.has(inner)) return;
        this.#standings.set(inner, { parent, key });
        open.push(inner);
      };
      if (isArray(value)) for (let index = 0; index < value.length; index += 1) place(value[index], index);
      else if (isObject(value)) for (const key of Object.keys(value)) place(value[key], key);
    }
  }
}

const below = (container: Value, key: string | number): Value =>
  typeof container === 'object' && container !== null
    ? (container as unknown as Readonly<Record<string | number, Value>>)[key]
    : undefined;
