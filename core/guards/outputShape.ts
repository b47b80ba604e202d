/** What all of a route's examples have in common: which fields are always there, and which are always lists. */

export interface OutputShape {
  /** Of an object: the fields that each of the examples has here. */
  readonly always?: readonly string[];
  readonly fields?: Readonly<Record<string, OutputShape>>;
  /** It is a list in all examples. */
  readonly list?: true;
  /** What a list's items have in common. */
  readonly items?: OutputShape;
}

/**
 * @param outputs - the outputs that the examples expect.
 * @param literals - the names that the mapping itself writes. Others come from payloads, and may well be missing next time.
 */
export function outputShape(outputs: readonly unknown[], literals: ReadonlySet<string>): OutputShape {
  const values = outputs.filter(value => value !== undefined && value !== null);
  if (values.length === 0) return {};
  if (values.every(Array.isArray)) {
    const items = outputShape(values.flat(), literals);
    return { list: true, ...(isEmpty(items) ? {} : { items }) };
  }
  if (!values.every(isObject)) return {};
  const names = [...new Set(values.flatMap(value => Object.keys(value)))].filter(name => literals.has(name));
  const always = names.filter(name => values.every(value => Object.hasOwn(value, name)));
  const fields = Object.fromEntries(
    names
      .map(name => {
        const inner = values.flatMap(value => (Object.hasOwn(value, name) ? [value[name]] : []));
        return [name, outputShape(inner, literals)] as const;
      })
      .filter(([, shape]) => !isEmpty(shape)),
  );
  return {
    ...(always.length === 0 ? {} : { always }),
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
  };
}

const isEmpty = (shape: OutputShape): boolean => Object.keys(shape).length === 0;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
