/** Extending in place what a gathering `$reduce` has made: see `gathering.ts`. */
import { extensionOf } from '../gathering.ts';
import type { Linker, Run } from '../linker.ts';
import type { Node } from '../program.ts';
import type { Scope } from '../scope.ts';
import { isArray, isObject, setKey, type Value } from '../values.ts';

type Call = Extract<Node, { op: 'call' }>;

/**
 * The extending call, in the body of a lambda that gathers; undefined for every other call.
 * @param usual - the call as it is made where the value is not ours to extend.
 */
export function linkExtension(
  node: Call,
  all: string,
  usual: Run,
  scope: Scope,
  linker: Linker,
): Run | undefined {
  const extension = extensionOf(node, all);
  const [place] = scope.resolve(all);
  if (extension === undefined || place?.up !== 0 || scope.knows(extension.kind)) return undefined;
  const by = linker.run(extension.by, scope);
  const { slot } = place;
  const { machine } = linker;
  const { growing, budget } = machine;
  const { at } = node;
  if (extension.kind === 'append') {
    return (input, frame) => {
      const before = frame.slots[slot];
      if (before === undefined) return usual(input, frame);
      const more = by(input, frame);
      if (more === undefined) return before;
      const mine = growing.has(before) ? (before as Value[]) : isArray(before) ? [...before] : [before];
      budget.items(isArray(more) ? more.length : 1, at);
      if (mine !== before) budget.items(mine.length, at);
      if (mine.length > budget.limits.items) budget.items(mine.length, at);
      if (isArray(more)) for (const item of more) mine.push(item);
      else mine.push(more);
      growing.add(mine);
      return mine;
    };
  }
  return (input, frame) => {
    const before = frame.slots[slot];
    if (before === undefined || !growing.has(before)) {
      const merged = usual(input, frame);
      if (isObject(merged)) growing.add(merged);
      return merged;
    }
    const more = by(input, frame);
    if (!isObject(more)) return usual(input, frame);
    const keys = Object.keys(more);
    budget.object(keys.length, at);
    for (const key of keys) setKey(before as Record<string, Value>, key, more[key]);
    return before;
  };
}
