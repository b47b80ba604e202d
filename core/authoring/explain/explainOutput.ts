/**
 * Where a value of the output comes from: the expression that made it and what that read; of a value that is missing, the
 * step that found nothing. Paths and types alone, from the trace of one evaluation.
 */
import { childrenOf } from '../../jsonata/children.ts';
import { nodesOfProgram } from '../../jsonata/inspect.ts';
import type { Node, Program } from '../../jsonata/program.ts';
import type { Read, Trace } from '../../jsonata/trace.ts';
import { type TypeName, typeName } from '../../jsonata/types.ts';
import type { Value } from '../../jsonata/values.ts';
import { type OutputPath, writePath } from './outputPath.ts';

export interface Explanation {
  readonly isThere: boolean;
  readonly type: TypeName;
  /** The expression that made it, or was to make it; undefined where the mapping writes no such field. */
  readonly node?: Node;
  /** What the expression read, without what is only on the way to it. */
  readonly reads: readonly ExplainedRead[];
  /** Why it is missing. */
  readonly why?: string;
}

export interface ExplainedRead {
  /** As in `payload.lines[0].price`. */
  readonly path: string;
  readonly type: TypeName;
}

/** More places than these are no explanation any more. */
const MAX_READS = 20;

/**
 * @param output - what the traced evaluation gave.
 * @param shared - the shared functions that the program may use.
 */
export function explainOutput(
  program: Program,
  trace: Trace,
  output: Value,
  path: OutputPath,
  shared: readonly Program[] = [],
): Explanation {
  const value = path.reduce<Value>(below, output);
  if (value !== undefined) {
    const origin = trace.originOf(output, path);
    return {
      isThere: true,
      type: typeName(value),
      ...(origin === undefined ? {} : { node: origin.node }),
      reads: described(origin?.reads ?? []),
    };
  }
  return explainMissing(program, trace, output, path, shared);
}

function explainMissing(
  program: Program,
  trace: Trace,
  output: Value,
  path: OutputPath,
  shared: readonly Program[],
): Explanation {
  const missing = { isThere: false, type: 'nothing' as const, reads: [] };
  let depth = 0;
  while (depth < path.length && path.slice(0, depth + 1).reduce<Value>(below, output) !== undefined)
    depth += 1;
  const key = path[depth];
  const container = path.slice(0, depth);
  const where = depth === 0 ? 'the output' : writePath(container);
  const holds = typeName(container.reduce<Value>(below, output));
  if (typeof key === 'number') {
    const why =
      holds === 'array' ? `the list at ${where} ends before it` : `${where} is no list but ${inWords(holds)}`;
    return { ...missing, why };
  }
  if (holds !== 'object') return { ...missing, why: `${where} is no object but ${inWords(holds)}` };
  const maker = trace.originOf(output, container)?.node ?? program.root;
  const writers = [program, ...shared].flatMap(({ root }) => writerOf(root, String(key)) ?? []);
  const node = writerOf(maker, String(key)) ?? writers.find(({ id }) => trace.reached.has(id)) ?? writers[0];
  if (node === undefined) return { ...missing, why: `the mapping writes no "${String(key)}"` };
  if (!trace.reached.has(node.id)) {
    return { ...missing, node, why: 'the expression that writes it did not run for this event' };
  }
  const names = namesIn(node, program);
  const failed = trace.reads.filter(
    ({ path: at, type }) => (type === 'nothing' || type === 'null') && names.has(String(at.at(-1))),
  );
  const [first] = failed;
  const why =
    first !== undefined
      ? `${writePath(first.path)} is ${first.type === 'null' ? 'null' : 'not there'}`
      : node.op === 'condition' && node.otherwise === undefined
        ? 'its condition is not true, and there is nothing behind a colon'
        : 'the expression gave nothing';
  return { ...missing, node, reads: described(failed), why };
}

/** The expression that gives the value of a key that is written out. */
function writerOf(within: Node, key: string): Node | undefined {
  const open: Node[] = [within];
  for (let node = open.shift(); node !== undefined; node = open.shift()) {
    const pairs = node.op === 'object' ? node.pairs : (node.group?.pairs ?? []);
    const pair = pairs.find(([name]) => name.op === 'literal' && name.value === key);
    if (pair !== undefined) return pair[1];
    open.push(...childrenOf(node));
  }
  return undefined;
}

/** The names that an expression goes through, and those of the variables that it uses. */
function namesIn(node: Node, program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<string>();
  const open: Node[] = [node];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.op === 'name') names.add(at.name);
    if (at.op === 'variable' && !seen.has(at.name)) {
      seen.add(at.name);
      for (const other of nodesOfProgram(program)) {
        if (other.op === 'bind' && other.name === at.name) open.push(other.value);
      }
    }
    open.push(...childrenOf(at));
  }
  return names;
}

/** `payload` and `payload.issue` say nothing beside `payload.issue.title`. */
function described(reads: readonly Read[]): ExplainedRead[] {
  const written = reads.map(({ path, type }) => ({ path: writePath(path), type }));
  return written
    .filter(
      ({ path }, index) =>
        written.findIndex(other => other.path === path) === index &&
        !written.some(other => other.path.startsWith(`${path}.`) || other.path.startsWith(`${path}[`)),
    )
    .slice(0, MAX_READS);
}

const inWords = (type: TypeName): string => {
  if (type === 'nothing' || type === 'null') return type;
  return /^[ao]/.test(type) ? `an ${type}` : `a ${type}`;
};

const below = (container: Value, key: string | number): Value =>
  typeof container === 'object' && container !== null && Object.hasOwn(container, key)
    ? (container as unknown as Readonly<Record<string | number, Value>>)[key]
    : undefined;
