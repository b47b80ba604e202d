/** Mistakes that JSONata lets pass: rules over the program, and over what it did in the examples. */
import type { ProblemCode } from '../../files/codes.ts';
import type { Problem } from '../../files/problem.ts';
import type { Node } from '../../jsonata/program.ts';
import { type TypeName, typeName } from '../../jsonata/types.ts';
import { placeOf } from '../../mapping/mappingError.ts';
import { everyNode, firstPosition } from '../proof/nodes.ts';
import type { SeenText } from '../proof/observe.ts';

interface Finding {
  readonly code: ProblemCode;
  readonly at: number;
  readonly message: string;
  readonly hint: string;
}

/** What a rule may look at: the tree, and the types that each node gave in the examples. */
interface Linted {
  readonly nodes: readonly Node[];
  readonly typesOf: (node: Node) => ReadonlySet<TypeName>;
}

type Rule = (linted: Linted) => Iterable<Finding>;

const RULES: readonly Rule[] = [
  singletonCollapse,
  typeComparison,
  unequalToNothing,
  notOfNothing,
  nullInText,
  unusedBinding,
  notRepeatable,
];

export function lintMapping({ source, program, watch, from = 0 }: SeenText): Problem[] {
  const nodes = [...everyNode(program.root)];
  const none: ReadonlySet<TypeName> = new Set();
  const linted: Linted = {
    nodes,
    // What is written there has one type, and the engine may never run it on its own.
    typesOf: node =>
      node.op === 'literal' ? new Set([typeName(node.value)]) : (watch.gaveTypes.get(node.id) ?? none),
  };
  return RULES.flatMap(rule => [...rule(linted)]).map(({ code, at, message, hint }) => ({
    severity: 'warning',
    code,
    file: source.file,
    ...placeOf(source, at - from),
    message,
    hint,
  }));
}

/** Built-ins whose list of one is the one thing itself. */
const COLLAPSING: ReadonlySet<string> = new Set([
  'map',
  'filter',
  'each',
  'keys',
  'match',
  'distinct',
  'spread',
]);

function* singletonCollapse({ nodes, typesOf }: Linted): Generator<Finding> {
  for (const node of nodes) {
    if (node.op !== 'object') continue;
    for (const [key, value] of node.pairs) {
      const mayCollapse =
        (value.op === 'path' && value.keepSingleton !== true) ||
        (value.op === 'call' && COLLAPSING.has(calleeOf(value) ?? ''));
      if (!mayCollapse || value.keep === true || !typesOf(value).has('array')) continue;
      const name = key.op === 'literal' ? `"${String(key.value)}"` : 'this key';
      yield {
        code: 'singleton-collapse',
        at: firstPosition(value),
        message: `for one item ${name} is that item and no list, and for none it is not there`,
        hint: 'put it in brackets: [ … ]',
      };
    }
  }
}

function* typeComparison({ nodes, typesOf }: Linted): Generator<Finding> {
  for (const node of nodes) {
    if (node.op !== 'binary' || (node.operator !== '=' && node.operator !== '!=')) continue;
    const [left, right] = [withoutNothing(typesOf(node.left)), withoutNothing(typesOf(node.right))];
    if (left.length === 0 || right.length === 0) continue;
    // Comparing with null is how one asks for it.
    if ([...left, ...right].includes('null') || left.some(type => right.includes(type))) continue;
    yield {
      code: 'type-comparison',
      at: node.at,
      message: `the left side is a ${left.join(' or ')} in every example and the right side a ${right.join(' or ')}: they are never equal`,
      hint: 'make both the same with $string() or $number()',
    };
  }
}

const withoutNothing = (types: ReadonlySet<TypeName>): TypeName[] =>
  [...types].filter(type => type !== 'nothing');

function* unequalToNothing({ nodes, typesOf }: Linted): Generator<Finding> {
  for (const node of nodes) {
    if (node.op !== 'binary' || node.operator !== '!=') continue;
    if (![node.left, node.right].some(side => typesOf(side).has('nothing'))) continue;
    yield {
      code: 'unequal-to-nothing',
      at: node.at,
      message: 'in an example one side is not there: != is then false, as = is',
      hint: 'write $not(a = b) where a missing field counts as different',
    };
  }
}

function* notOfNothing({ nodes, typesOf }: Linted): Generator<Finding> {
  for (const node of nodes) {
    if (node.op !== 'call' || calleeOf(node) !== 'not') continue;
    const [argument] = node.args;
    if (argument === undefined || !typesOf(argument).has('nothing')) continue;
    yield {
      code: 'not-of-nothing',
      at: node.at,
      message: 'in an example what $not() gets is not there: it then gives nothing, neither true nor false',
      hint: 'write $not(x = true), or $not($exists(x))',
    };
  }
}

function* nullInText({ nodes, typesOf }: Linted): Generator<Finding> {
  for (const node of nodes) {
    if (node.op !== 'binary' || node.operator !== '&') continue;
    for (const side of [node.left, node.right]) {
      if (!typesOf(side).has('null')) continue;
      yield {
        code: 'null-in-text',
        at: firstPosition(side),
        message: 'in an example this is null, and the text then holds the word "null"',
        hint: 'write (x ? x : "") or what else is to stand there',
      };
    }
  }
}

function* unusedBinding({ nodes }: Linted): Generator<Finding> {
  const used = new Set(nodes.flatMap(node => (node.op === 'variable' ? [node.name] : [])));
  for (const block of nodes) {
    if (block.op !== 'block') continue;
    // The last one is what the block gives.
    for (const part of block.parts.slice(0, -1)) {
      if (part.op !== 'bind' || used.has(part.name)) continue;
      yield {
        code: 'unused-binding',
        at: part.at,
        message: `nothing uses $${part.name}`,
        hint: 'delete it, or look for a name that is written differently',
      };
    }
  }
}

function* notRepeatable({ nodes }: Linted): Generator<Finding> {
  for (const node of nodes) {
    const name = node.op === 'call' ? calleeOf(node) : undefined;
    if (name !== 'random' && name !== 'shuffle') continue;
    yield {
      code: 'not-repeatable',
      at: node.at,
      message: `$${name}() gives something else each time: a repeated delivery would differ from the first`,
      hint: 'take what differs from the event: event.id, or a field of the payload',
    };
  }
}

const calleeOf = (node: Extract<Node, { op: 'call' }>): string | undefined =>
  node.callee.op === 'variable' ? node.callee.name : undefined;
