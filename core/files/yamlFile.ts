/** YAML with places: every problem that a schema finds is led back to a line and a column. */
import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument, type YAMLParseError } from 'yaml';
import type { z } from 'zod';
import type { SourceText } from '../configuration.ts';
import type { Problem } from './problem.ts';
import { didYouMean } from './suggest.ts';
import { textRuns } from './textRuns.ts';

export interface YamlFile<T> {
  readonly value: T;
  /** Where the value at a path stands; the nearest enclosing place when it is absent. */
  readonly placeOf: (path: readonly PropertyKey[]) => { line: number; column: number };
  /** Where the text at a path stands, character by character. */
  readonly placesOfText: (path: readonly PropertyKey[]) => Pick<SourceText, 'line' | 'runs'>;
}

/** @returns the parsed file, or every problem in it. */
export function readYaml<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
): { value: YamlFile<z.output<Schema>>; problems: [] } | { value?: undefined; problems: Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map(error => ({
        severity: 'error',
        code: 'yaml-syntax',
        file,
        ...place(error.pos[0]),
        ...inOurWords(error),
      })),
    };
  }
  const placeOf = (path: readonly PropertyKey[]) => place(offsetOf(document.contents, path));
  const placesOfText = (path: readonly PropertyKey[]): Pick<SourceText, 'line' | 'runs'> => {
    const node = document.getIn(path, true);
    if (!isScalar(node) || typeof node.value !== 'string') return { line: placeOf(path).line };
    const [start = 0, end = start] = node.range ?? [];
    const runs = textRuns({
      value: node.value,
      written: text.slice(start, end),
      style: STYLES[node.type as keyof typeof STYLES] ?? 'plain',
      placeAt: offset => place(start + offset),
    });
    return { line: runs[0]?.line ?? placeOf(path).line, runs };
  };
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // An alias of nothing, or aliases of aliases without end.
    const message = `this is not YAML: ${(error as Error).message}`;
    return { problems: [{ severity: 'error', code: 'yaml-syntax', file, ...placeOf([]), message }] };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: { value: parsed.data, placeOf, placesOfText }, problems: [] };
  const other = inPlaceOfKeys(value);
  if (other !== undefined && parsed.error.issues.every(({ path }) => path.length === 0)) {
    const message = `${other}: begin with a line such as ${exampleKey(schema)}: …`;
    return { problems: [{ severity: 'error', code: 'invalid-value', file, ...placeOf([]), message }] };
  }
  return {
    problems: parsed.error.issues
      .flatMap(issue => describeIssue(file, issue, schema, placeOf))
      .map(({ path, ...problem }) => withNumber(problem, document.getIn(path))),
  };
}

/** The mistakes that people make, in words that say what to do; others as the parser says them. */
function inOurWords({ code, message }: YAMLParseError): Pick<Problem, 'message' | 'hint'> {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { message: 'this key stands here twice', hint: 'keep one of them' };
    case 'TAB_AS_INDENT':
      return {
        message: 'YAML is indented with spaces, and this is a tab',
        hint: 'put two spaces in its place',
      };
    case 'MULTIPLE_DOCS':
      return {
        message: 'a second document begins here, and a file has one',
        hint: 'delete this line of ---',
      };
    default:
      return { message: `this is not YAML: ${message}` };
  }
}

/** Where keys and values are expected and something else stands, there is no key to point at. */
function inPlaceOfKeys(value: unknown): string | undefined {
  if (value === null || value === undefined) return 'the file is empty';
  if (Array.isArray(value)) return 'the file is a list, and keys with values are expected';
  return typeof value === 'object' ? undefined : 'the file is a text, and keys with values are expected';
}

const STYLES = {
  QUOTE_DOUBLE: 'double',
  QUOTE_SINGLE: 'single',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
} as const;

function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of path) {
    if (!isMap(node) && !(node !== null && typeof node === 'object' && 'items' in node)) break;
    const items = (node as { items: unknown[] }).items;
    if (isMap(node)) {
      const pair = (items as Pair[]).find(item => isScalar(item.key) && item.key.value === key);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else {
      node = items[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    }
  }
  return offset;
}

type Issue = z.core.$ZodIssue;

/** Only a number is named: a text in the wrong place may be a secret. */
const withNumber = (problem: Problem, written: unknown): Problem =>
  problem.code === 'invalid-value' && typeof written === 'number'
    ? { ...problem, message: `${problem.message}, and this is ${written}` }
    : problem;

type Described = Problem & { readonly path: readonly PropertyKey[] };

function describeIssue(
  file: string,
  issue: Issue,
  schema: z.ZodType,
  placeOf: YamlFile<unknown>['placeOf'],
): Described[] {
  const { path } = issue;
  const at = issue.path.length === 0 ? 'the file' : `"${issue.path.map(String).join('.')}"`;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map(key => ({
      severity: 'error' as const,
      code: 'unknown-key',
      path,
      file,
      ...placeOf([...issue.path, key]),
      message: `unknown key "${key}"`,
      hint: didYouMean(key, known) ?? `the keys allowed here are: ${known.join(', ')}`,
    }));
  }
  // Of a union, the branch that came furthest says most about what was meant; then one with words of our own.
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest =
      [...issue.errors].sort(
        (a, b) => depth(b) - depth(a) || Number(isOurs(b)) - Number(isOurs(a)) || a.length - b.length,
      )[0] ?? [];
    if (depth(nearest) > 0 || isOurs(nearest) || nearest.some(isAbsent) || issue.errors.length === 1) {
      return nearest.flatMap(inner =>
        describeIssue(file, { ...inner, path: [...issue.path, ...inner.path] } as Issue, schema, placeOf),
      );
    }
    const message = `${at}: ${issue.errors.map(branch => branch[0]?.message).join('; or ')}`;
    return [{ severity: 'error', code: 'invalid-value', path, file, ...placeOf(issue.path), message }];
  }
  const isMissing = isAbsent(issue);
  const said = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [
    {
      severity: 'error',
      code: isMissing ? 'missing-key' : 'invalid-value',
      path,
      file,
      ...placeOf(issue.path),
      message: isMissing ? `${at} is missing` : `${at}: ${said}`,
    },
  ];
}

const exampleKey = (schema: z.ZodType): string => knownKeys(schema, [])[0] ?? 'key';

const isAbsent = (issue: Issue): boolean =>
  issue.code === 'invalid_type' && /received undefined/.test(issue.message);

const isOurs = (issues: readonly Issue[]): boolean => issues.some(({ code }) => code === 'custom');

const depth = (issues: readonly Issue[]): number =>
  Math.max(0, ...issues.map(issue => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)));

/** The keys that the schema knows at a path, looking through unions and wrappers. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const keys = new Set<string>();
  const visit = (node: unknown, rest: readonly PropertyKey[]): void => {
    const def = (node as { def?: Record<string, unknown> } | undefined)?.def;
    if (def === undefined) return;
    if (Array.isArray(def['options'])) for (const option of def['options']) visit(option, rest);
    for (const wrapper of ['innerType', 'in', 'out'])
      if (def[wrapper] !== undefined) visit(def[wrapper], rest);
    const [head, ...tail] = rest;
    const shape = def['shape'] as Record<string, unknown> | undefined;
    if (head === undefined) for (const key of Object.keys(shape ?? {})) keys.add(key);
    else if (shape?.[String(head)] !== undefined) visit(shape[String(head)], tail);
    else if (def['valueType'] !== undefined) visit(def['valueType'], tail);
    else if (def['element'] !== undefined) visit(def['element'], tail);
  };
  visit(schema, path);
  return [...keys];
}
