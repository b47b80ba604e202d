/** How the higher-order functions call what they are given. */
import type { Host } from '../builtin.ts';
import type { Callable, Value } from '../values.ts';

/**
 * With the item, and with its place and the whole where the function takes them. A lambda of one parameter must not see
 * the index: `$map(texts, $substring)` would otherwise cut each at its own place.
 */
export function callWith(
  host: Host,
  callee: Callable,
  item: Value,
  place: number | string,
  whole: Value,
): Value {
  const { arity } = callee;
  return host.call(callee, arity >= 3 ? [item, place, whole] : arity === 2 ? [item, place] : [item]);
}
