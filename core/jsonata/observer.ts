/** What can be watched of an evaluation. A program linked without an observer holds nothing of this. */
import type { Node } from './program.ts';
import type { Value } from './values.ts';

export interface Observer {
  /** An evaluation begins. */
  begin(input: Value): void;
  /** A node is evaluated, with the context item. Ends with `leave` or `fail`. */
  enter(node: Node, context: Value): void;
  leave(node: Node, value: Value): void;
  fail(node: Node, error: unknown): void;
  /** A name, or a wildcard, looks for a key in an object. The value is undefined where it is not there. */
  read(object: object, key: string, value: Value): void;
  /** A variable was bound to what the node gave, which was the last one left. */
  bound(name: string, node: Node): void;
  /** A variable was read. */
  recalled(name: string): void;
  /** The value under a key of a new object, or an item of a new array, is what the node gave: the last one left. */
  made(container: object, key: string | number, node: Node): void;
  /** The result holds a plain copy of a container in its place. */
  copied(from: object, to: object): void;
}
