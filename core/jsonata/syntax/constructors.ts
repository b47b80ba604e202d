/** `[…]`: arrays, item by item. Objects are in `group.ts`: `{…}` groups its context. */
import type { Linker, Run } from '../linker.ts';
import type { Node } from '../program.ts';
import type { Scope } from '../scope.ts';
import { isArray, SolidArray, type Value } from '../values.ts';

export function linkArray(node: Extract<Node, { op: 'array' }>, scope: Scope, linker: Linker): Run {
  const items: Run[] = [];
  // An array written within an array stays one; what else gives an array gives its items.
  const isNested: boolean[] = [];
  for (const item of node.items) {
    items.push(linker.run(item, scope));
    isNested.push(item.op === 'array');
  }
  const { budget } = linker.machine;
  const { observer } = linker;
  const isSolid = node.solid === true;
  return (input, frame) => {
    const made: Value[] = isSolid ? new SolidArray() : [];
    for (let index = 0; index < items.length; index += 1) {
      const value = (items[index] as Run)(input, frame);
      if (value === undefined) continue;
      const before = made.length;
      if (isNested[index] || !isArray(value)) made.push(value);
      else {
        budget.spend(value.length, node.at);
        for (let at = 0; at < value.length; at += 1) made.push(value[at]);
      }
      if (observer !== undefined) {
        for (let at = before; at < made.length; at += 1) observer.made(made, at, node.items[index] as Node);
      }
    }
    budget.items(made.length, node.at);
    return made;
  };
}
