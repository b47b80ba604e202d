/**
 * V8 reads a function twice: once with its module, only to see where it ends, and again when it is first called. A
 * function in parentheses is compiled the first time it is read. For what every mapping runs that moves the work from the
 * first event to the start, where Lambda gives a full processor; what no mapping then uses is compiled in vain.
 */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import { parseSync, Visitor } from 'oxc-parser';

/** The engine: its own regular expressions, exact numbers and amounts of money are in folders of their own. */
const EAGER = /core\/(mapping\/engine|jsonata\/(syntax\/|builtins\/|pictures\/)?\w+)\.ts$/;
/** What few mappings use of it. */
const RARE =
  /\/(trace|inspect|transform|tuplePath|tuples|wildcard|growing|words|numerals|matchPicture|parse\w+|offset)\.ts$/;

export const eagerFunctions: Plugin = {
  name: 'eager-functions',
  setup(build) {
    build.onLoad({ filter: EAGER }, async ({ path }) =>
      RARE.test(path)
        ? undefined
        : { contents: withEagerFunctions(path, await readFile(path, 'utf8')), loader: 'ts' },
    );
  },
};

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Declaration extends Span {
  readonly id: (Span & { readonly name: string }) | null;
  readonly body: Span | null;
  readonly generator: boolean;
}

/**
 * The same module, line by line, with its functions in parentheses: declarations at the top of it as arrow functions,
 * which are shorter. Methods have no such form, and stay as they are.
 *
 * @throws Error for a text that is no module, or declares at its top what no arrow function can be.
 */
export function withEagerFunctions(file: string, text: string): string {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const edits: (Span & { readonly by: string })[] = [];
  const replace = (start: number, end: number, by: string) => edits.push({ start, end, by });
  const methods = new Set<number>();
  const enclose = ({ start, end }: Span) => {
    if (methods.has(start)) return;
    replace(start, start, '(');
    replace(end, end, ')');
  };
  const declare = ({ start, end, id, body, generator }: Declaration) => {
    if (id === null || body === null || generator || /\b(this|arguments)\b/.test(text.slice(start, end)))
      return;
    replace(start, id.end, `const ${id.name} = (`);
    replace(body.start, body.start, '=> ');
    replace(end, end, ');');
  };
  const topLevel = new Set(
    program.body.map(node => (node.type === 'ExportNamedDeclaration' ? node.declaration : node)),
  );
  new Visitor({
    MethodDefinition: ({ value }) => void methods.add(value.start),
    Property: ({ method, kind, value }) => void (method || kind !== 'init' ? methods.add(value.start) : 0),
    ArrowFunctionExpression: enclose,
    FunctionExpression: enclose,
    FunctionDeclaration: node => void (topLevel.has(node) ? declare(node) : 0),
  }).visit(program);
  // From the last on, so that the places before it hold; what ends somewhere ends before what begins there.
  return edits
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((whole, { start, end, by }) => whole.slice(0, start) + by + whole.slice(end), text);
}
