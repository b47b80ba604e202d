/** Shared functions are proven by the examples of all routes that use them. */
import { describe, expect, it } from 'vitest';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { proveProject } from '../../authoring/proveProject.ts';
import { proveRoute } from '../../authoring/proveRoute.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import { compileFolder } from '../core/files/projectFiles.ts';

type Files = Readonly<Record<string, string | undefined>>;

/** A route whose mapping is `text` and which has one example for each payload. */
const route = (
  name: string,
  text: string,
  examples: readonly (readonly [unknown, unknown])[],
  more = '',
): Files => ({
  [`${name}/route.yaml`]: `from: shop\nevents: [orders.create]\nto: desk\n${more}`,
  [`${name}/mapping.jsonata`]: text,
  ...Object.fromEntries(
    examples.flatMap(([input, output], index) => [
      [`${name}/examples/${index}.input.json`, JSON.stringify(input)],
      [`${name}/examples/${index}.output.json`, JSON.stringify(output)],
    ]),
  ),
});

const NO_OTHER: Files = {
  'order-to-desk/route.yaml': undefined,
  'order-to-desk/mapping.jsonata': undefined,
  'order-to-desk/examples/typical.input.json': undefined,
  'order-to-desk/examples/typical.output.json': undefined,
};

async function problems(...files: readonly Files[]): Promise<string[]> {
  const compiled = await compileFolder(Object.assign({}, NO_OTHER, ...files));
  const engine = await authoringEngine();
  const check = createContractCheck();
  return proveProject(compiled, each => proveRoute(engine, check, each)).map(
    ({ code, file, line, column, message }) =>
      `${file.replace('mappings/', '')}:${line}:${column} ${code}: ${message}`,
  );
}

const SIZE = { 'lib/size.jsonata': 'function($n) {\n  $n > 10\n    ? "large"\n    : "small"\n}\n' };
const LARGE = route('a', '{ "size": $size($number(payload.n)) }', [[{ n: 11 }, { size: 'large' }]]);
const SMALL = route('b', '{ "size": $size($number(payload.n)) }', [[{ n: 1 }, { size: 'small' }]]);
const unproven = (said: readonly string[]) => said.filter(text => text.includes('-unproven'));

describe('what no example of any route reaches', () => {
  it('is told at its place in the shared file, with the routes that use it', async () => {
    expect(unproven(await problems(SIZE, LARGE))).toEqual([
      'lib/size.jsonata:4:7 branch-unproven: no example reaches this, of a',
    ]);
  });

  it('is nothing where two routes show one half each', async () => {
    expect(unproven(await problems(SIZE, LARGE, SMALL))).toEqual([]);
  });

  it('is told of a function that another shared function calls, too', async () => {
    const lib = { ...SIZE, 'lib/about.jsonata': 'function($n) { { "size": $size($n) } }' };
    const said = await problems(
      lib,
      route('a', '$about($number(payload.n))', [[{ n: 11 }, { size: 'large' }]]),
    );
    expect(unproven(said)).toEqual(['lib/size.jsonata:4:7 branch-unproven: no example reaches this, of a']);
  });

  it('is told of a part that only one of several functions in a file is', async () => {
    const lib = { 'lib/sizes.jsonata': '{\n  "of": function($n) { $n },\n  "to": function($n) { $n }\n}' };
    expect(unproven(await problems(lib, route('a', '{ "n": $sizes.of(1) }', [[{}, { n: 1 }]])))).toEqual([
      'lib/sizes.jsonata:3:9 function-unproven: no example calls this function, of a',
    ]);
  });

  it('counts what filters and requests reach', async () => {
    const other = route(
      'b',
      '{ "n": payload.n }',
      [[{ n: 1 }, { n: 1 }]],
      'when: $size($number(payload.n)) = "small"\n',
    );
    expect(unproven(await problems(SIZE, LARGE, other))).toEqual([]);
    const shaped = route(
      'b',
      '{ "n": payload.n }',
      [[{ n: 1 }, { n: 1 }]],
      'request: { path: $size(output.n) }\n',
    );
    const desk = {
      'destinations/desk.yaml':
        'url: https://desk.example.com/hooks\nowner: sales\nrunbook: docs/operations.md#desk\nallow: { paths: ["*"] }\n',
    };
    expect(unproven(await problems(SIZE, LARGE, shaped, desk))).toEqual([]);
  });

  it('is not told while an example fails: its route would show more', async () => {
    const failing = route('b', '{ "size": $size($number(payload.n)) }', [[{ n: 1 }, { size: 'tiny' }]]);
    const said = await problems(SIZE, LARGE, failing);
    expect(said).toContainEqual(expect.stringContaining('example-failed'));
    expect(unproven(said)).toEqual([]);
  });

  it('is accepted in a comment of the shared file', async () => {
    const text = SIZE['lib/size.jsonata'].replace(
      ': "small"',
      '/* accept branch-unproven: all are large */ : "small"',
    );
    expect(unproven(await problems({ 'lib/size.jsonata': text }, LARGE))).toEqual([]);
  });
});

it('what JSONata lets pass is told in shared functions as well', async () => {
  const lib = { 'lib/label.jsonata': 'function($x) {(\n  $unused := 1;\n  "Nr. " & $x\n)}' };
  const said = await problems(
    lib,
    route('a', '{ "l": $label(payload.n) }', [[{ n: null }, { l: 'Nr. null' }]]),
  );
  expect(said).toContain('lib/label.jsonata:2:11 unused-binding: nothing uses $unused');
  expect(said.filter(text => text.includes('null-in-text'))).toHaveLength(1);
});

it('a field that a shared function reads has its place there, once for all routes', async () => {
  const lib = { 'lib/who.jsonata': 'function($order) {\n  $order.customer.name\n}' };
  const example = [[{ customer: { name: 'x' } }, { who: 'x' }]] as const;
  const said = await problems(
    lib,
    route('a', '{ "who": $who(payload) }', example),
    route('b', '{ "who": $who(payload) }', example),
  );
  const silent = said.filter(text => text.includes('silent-change') && text.includes('customer.name'));
  expect(silent).toEqual([expect.stringMatching(/^lib\/who\.jsonata:2:19 silent-change: /)]);
});
