/**
 * How the built-in functions hand on what they are given. Most make something new of it, and nothing can be read in that
 * any more; the others are listed.
 */
import { NOTHING, type Shape, union } from './shape.ts';

export interface WalkTools {
  /** The value under a name, or under all of them for `*`. */
  readonly step: (shape: Shape, name: string) => Shape;
  readonly call: (callee: Shape, args: readonly Shape[], context: Shape) => Shape;
}

/** They give their arguments, or parts of them. */
const HANDING_ON = [
  ...['append', 'distinct', 'merge', 'reverse', 'shuffle', 'zip', 'array', 'required', 'clone'],
] as const;

export function callBuiltIn(
  name: string,
  args: readonly Shape[],
  context: Shape,
  { step, call }: WalkTools,
): Shape {
  const [first = context, second = NOTHING, third = NOTHING] = args;
  const whole = first;
  switch (name) {
    case 'lookup':
      // The key is computed as a rule; a constant one would be written as a path.
      return step(first, '*');
    case 'spread':
      return { ...NOTHING, fields: new Map([['*', step(first, '*')]]) };
    case 'each':
      return call(second, [step(first, '*'), NOTHING, whole], context);
    case 'sift': {
      const [object, predicate] = args.length < 2 ? [context, first] : [first, second];
      call(predicate, [step(object, '*'), NOTHING, object], context);
      return object;
    }
    case 'map':
      return call(second, [first, NOTHING, whole], context);
    case 'filter':
    case 'single':
      call(second, [first, NOTHING, whole], context);
      return first;
    case 'sort':
      call(second, [first, first], context);
      return first;
    case 'reduce': {
      // What the function gives is what it is given next; twice is enough for a path to show.
      const once = call(second, [union([third, first]), first, NOTHING, whole], context);
      return union([third, first, call(second, [union([once, third]), first, NOTHING, whole], context)]);
    }
    default:
      return HANDING_ON.some(known => known === name) ? union(args.length === 0 ? [context] : args) : NOTHING;
  }
}
