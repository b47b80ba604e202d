/** What a tree says is read is what is read: held against jsonata itself, with an input that notes each access. */
import jsonata from 'jsonata';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadProject } from '../../../authoring/loadProject.ts';
import { readTree } from '../../../authoring/readTree.ts';
import type { Route } from '../../../core/files/routeFile.ts';
import { exampleInput } from '../../../core/files/runExample.ts';
import { formatPath, type InputPath } from '../../../core/reads/inputPath.ts';
import { readPaths } from '../../../core/reads/readPaths.ts';

const staticPaths = (...texts: string[]): readonly InputPath[] =>
  readPaths(texts.map(text => ({ tree: readTree(text) })));
const inText = (text: string) => staticPaths(text).map(formatPath).join(' ');

/** Names that jsonata looks for in values of its own. */
const INTERNAL =
  /^(?:_jsonata_|sequence$|tupleStream$|outerWrapper$|cons$|keepSingleton$|then$|toJSON$|@$|!)/;

/** An input that notes which of its names are asked for. Arrays do not show in a path. */
function noting(value: unknown, path: InputPath, seen: Map<string, InputPath>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, name) => {
      const inner: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol' || INTERNAL.test(name)) return inner;
      if (Array.isArray(target)) return /^\d+$/.test(name) ? noting(inner, path, seen) : inner;
      if (!Object.hasOwn(target, name) && name in Object.prototype) return inner;
      const at = [...path, name];
      seen.set(formatPath(at), at);
      return noting(inner, at, seen);
    },
  });
}

async function runTimePaths(text: string, input: unknown): Promise<Map<string, InputPath>> {
  const seen = new Map<string, InputPath>();
  await jsonata(text)
    .evaluate(noting(input, [], seen))
    .catch(() => undefined);
  return seen;
}

/** Whether a path with wildcards stands for another. */
function covers(pattern: InputPath, path: InputPath): boolean {
  const [name, ...rest] = pattern;
  if (name === undefined) return path.length === 0;
  if (name === '**') return path.some((_, index) => covers(rest, path.slice(index))) || covers(rest, []);
  const [first, ...others] = path;
  return first !== undefined && (name === '*' || name === first) && covers(rest, others);
}

describe('one expression', () => {
  test.each([
    ['payload.a.b', 'payload payload.a payload.a.b'],
    [
      'payload.items[price > limit].name',
      'payload payload.items payload.items.limit payload.items.name payload.items.price',
    ],
    ['($x := payload.a; $x.b)', 'payload payload.a payload.a.b'],
    ['payload.($x := a; $x.b)', 'payload payload.a payload.a.b'],
    ['($f := function($v) { $v.b }; $f(payload.a))', 'payload payload.a payload.a.b'],
    ['($f := function($v) { $v.b }; payload.a.$f($))', 'payload payload.a payload.a.b'],
    ['($f := function($v) { $v.b }; payload.a ~> $f)', 'payload payload.a payload.a.b'],
    ['($f := function($x, $y) { $y.b }; $g := $f(1, ?); $g(payload.a))', 'payload payload.a payload.a.b'],
    ['($f := $uppercase ~> $trim; $f(payload.a))', 'payload payload.a'],
    ['$map(payload.a, function($v) { $v.b })', 'payload payload.a payload.a.b'],
    ['$filter(payload.a, function($v) { $v.ok }).b', 'payload payload.a payload.a.b payload.a.ok'],
    ['$reduce(payload.a, function($sum, $v) { $sum + $v.n }, 0)', 'payload payload.a payload.a.n'],
    ['$each(payload.a, function($v, $k) { $v.b })', 'payload payload.a payload.a.* payload.a.*.b'],
    ['$sort(payload.a, function($l, $r) { $l.n > $r.n })[0].b', 'payload payload.a payload.a.b payload.a.n'],
    ['payload.a^(>n).b', 'payload payload.a payload.a.b payload.a.n'],
    ['payload.a{ key: $sum(n) }', 'payload payload.a payload.a.key payload.a.n'],
    ['payload.a#$i.b[$i > c]', 'payload payload.a payload.a.b payload.a.b.c'],
    ['payload.a@$x.b[$x.c = d]', 'payload payload.a payload.a.c payload.b payload.b.d'],
    ['payload.a.b.%.c', 'payload payload.a payload.a.b payload.a.c'],
    ['payload.*.b', 'payload payload.* payload.*.b'],
    ['payload.**.b', 'payload payload.** payload.**.b payload.b'],
    ['$lookup(payload.a, payload.k).b', 'payload payload.a payload.a.* payload.a.*.b payload.k'],
    ['({ "x": payload.a }).x.b', 'payload payload.a payload.a.b'],
    ['($o := { "x": { "y": payload.a } }; $o.x.y.b)', 'payload payload.a payload.a.b'],
    ['[payload.a, payload.c].b', 'payload payload.a payload.a.b payload.c payload.c.b'],
    ['payload ~> |a|{ "b": c }|', 'payload payload.a payload.a.c'],
    ['payload.a ? payload.b : payload.c', 'payload payload.a payload.b payload.c'],
    ["payload.'first name'.`x-y`", 'payload payload.`first name` payload.`first name`.`x-y`'],
    ['"payload.a" & 1', ''],
    ['$$.payload.a', 'payload payload.a'],
    ['payload.a.($$.payload.b)', 'payload payload.a payload.b'],
    [
      '($f := function($n) { $n.children.$f($) }; $f(payload))',
      'payload payload.children payload.children.children payload.children.children.children',
    ],
  ])('%s', (text, paths) => {
    expect(inText(text)).toBe(paths);
  });

  test('a function that is bound from elsewhere reads only what it is given', () => {
    const bound = new Map([['money', readTree('function($m) { $m.amount & payload.secret }')]]);
    const paths = readPaths([{ tree: readTree('$money(payload.total)'), bound }]);
    expect(paths.map(formatPath)).toEqual(['payload', 'payload.total', 'payload.total.amount']);
  });

  test.each([
    [
      'a recursion that branches',
      '($f := function($n) { $f($n.a) & $f($n.b) & $f($n.c) & $f($n.d) }; $f(payload))',
    ],
    ['functions that are given themselves', '($f := function($g) { $g($g) }; $f($f))'],
    ['a long chain', `payload.${Array.from({ length: 1_000 }, (_, index) => `a${index}`).join('.')}`],
    [
      'many functions in many places',
      `[${Array.from({ length: 300 }, (_, i) => `$map(payload.l, function($v) { $v.k${i} })`).join(',')}]`,
    ],
  ])('%s ends, and soon', (_, text) => {
    const paths = staticPaths(text);
    expect(paths.length).toBeLessThan(5_100);
  });
});

describe.each([
  ['mappings', []],
  // A computed name, which stands for those that are read.
  ['starters', ['payload.form_response.answers.*']],
])('every mapping in %s', (folder, unreached) => {
  let routes: readonly Route[];
  beforeAll(async () => {
    routes = (await loadProject(folder)).project.routes;
  });

  test('reads at run time nothing but what its tree says, and its tree says little more', async () => {
    let read = 0;
    let unread: string[] = [];
    for (const route of routes) {
      const texts = [route.mapping.text, ...(route.when === undefined ? [] : [route.when.text])];
      const told = staticPaths(...texts);
      const met = new Map<string, InputPath>();
      for (const example of route.examples) {
        const { input } = exampleInput(route, example);
        const seen = { payload: JSON.parse(example.body), headers: input.headers, event: input.event };
        for (const text of texts)
          for (const [key, path] of await runTimePaths(text, seen)) met.set(key, path);
      }
      const missed = [...met.values()].filter(path => !told.some(pattern => covers(pattern, path)));
      expect(missed.map(formatPath), route.name).toEqual([]);
      read += met.size;
      unread = unread.concat(told.map(formatPath).filter(path => !met.has(path)));
    }
    expect(read).toBeGreaterThan(80);
    // The examples reach every branch, so what is told and not met would be wrong.
    expect(unread.sort()).toEqual(unreached);
  });
});
