/** Fields that a mapping reads and its contract says nothing about: they may change, and the contract is kept. */
import type { Problem } from '../../files/problem.ts';
import type { Route } from '../../files/routeFile.ts';
import { didYouMean } from '../../files/suggest.ts';
import { formatPath } from '../proof/mutation.ts';
import type { ReadPlace } from '../proof/observe.ts';

export function contractFields({ contract }: Pick<Route, 'contract'>, reads: Iterable<ReadPlace>): Problem[] {
  const { input } = contract;
  if (input === undefined) return [];
  return [...reads].flatMap(({ pattern, file, line, column }): Problem[] => {
    const [root, ...path] = pattern;
    if (root !== 'payload' || path.length === 0) return [];
    const known = namesBeside(input.schema, path);
    const name = path.at(-1) ?? '';
    if (known === undefined || known.includes(name)) return [];
    return [
      {
        severity: 'warning',
        code: 'field-not-in-contract',
        file,
        line,
        column,
        message: `${formatPath(pattern)} is not in ${input.file.slice(input.file.lastIndexOf('/') + 1)}`,
        hint:
          didYouMean(name, known) ?? 'add it to the contract, so that a change of it is found at its place',
      },
    ];
  });
}

/** The fields that a schema names where the path's last one stands; undefined where it leaves that open. */
function namesBeside(root: unknown, path: readonly string[]): string[] | undefined {
  let schemas: unknown[] = [root];
  for (const part of path.slice(0, -1)) {
    schemas = schemas.flatMap(schema => unfold(root, schema)).flatMap(schema => stepInto(schema, part));
    if (schemas.length === 0) return undefined;
  }
  const objects = schemas.flatMap(schema => unfold(root, schema));
  const names = objects.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : []));
  const isOpen = objects.some(
    schema => schema['patternProperties'] !== undefined || isObject(schema['additionalProperties']),
  );
  return names.length === 0 || isOpen ? undefined : names;
}

function stepInto(schema: Readonly<Record<string, unknown>>, part: string): unknown[] {
  if (part === '[]') return [schema['items'], ...asList(schema['prefixItems'])].filter(isObject);
  const { properties } = schema;
  return isObject(properties) && Object.hasOwn(properties, part) ? [properties[part]] : [];
}

/** The schema and all that it is made of; references within the document are followed. */
function unfold(root: unknown, schema: unknown, depth = 0): Readonly<Record<string, unknown>>[] {
  if (!isObject(schema) || depth > 20) return [];
  const dependent = isObject(schema['dependentSchemas']) ? Object.values(schema['dependentSchemas']) : [];
  const parts = [
    ...['anyOf', 'oneOf', 'allOf'].flatMap(key => asList(schema[key])),
    ...['if', 'then', 'else'].map(key => schema[key]),
    ...dependent,
  ];
  const reference = typeof schema['$ref'] === 'string' ? [resolve(root, schema['$ref'])] : [];
  return [schema, ...[...parts, ...reference].flatMap(part => unfold(root, part, depth + 1))];
}

function resolve(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  return reference
    .slice(2)
    .split('/')
    .map(part => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), root);
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
