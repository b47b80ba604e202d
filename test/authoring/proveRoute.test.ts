/** What the examples of a mapping leave unsaid. */
import { describe, expect, it } from 'vitest';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { proveRoute } from '../../authoring/proveRoute.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import { compileFolder } from '../core/files/projectFiles.ts';

const ROUTE = 'from: shop\nevents: [orders.create]\nto: desk\n';

/** `code line:column message`, of a route with these examples: input → output. */
async function proven(
  mapping: string,
  examples: readonly (readonly [input: unknown, output: unknown])[],
  route = '',
): Promise<string[]> {
  const files: Record<string, string | undefined> = {
    'order-to-desk/route.yaml': ROUTE + route,
    'order-to-desk/mapping.jsonata': mapping,
    'order-to-desk/examples/typical.input.json': undefined,
    'order-to-desk/examples/typical.output.json': undefined,
  };
  for (const [index, [input, output]] of examples.entries()) {
    files[`order-to-desk/examples/${index}.input.json`] = JSON.stringify(input);
    files[`order-to-desk/examples/${index}.output.json`] = JSON.stringify(output);
  }
  const { project, problems } = await compileFolder(files);
  const [compiled] = project.routes;
  if (compiled === undefined) throw new Error(JSON.stringify(problems));
  return proveRoute(await authoringEngine(), createContractCheck(), compiled).problems.map(
    ({ code, line, column, message }) => `${code} ${line}:${column} ${message}`,
  );
}

describe('a part of a mapping that no example shows', () => {
  it.each<[string, string, readonly [unknown, unknown][], string]>([
    [
      'the other branch',
      'payload.a > 1 ? { "b": 1 } : { "c": $error("no") }',
      [[{ a: 2 }, { b: 1 }]],
      'branch-unproven 1:30 no example reaches this',
    ],
    [
      'the other branch, which is a literal',
      '{ "a": payload.a > 1 ? "many" : "few" }',
      [[{ a: 2 }, { a: 'many' }]],
      'branch-unproven 1:33 no example reaches this',
    ],
    [
      'a condition without an else that is always true',
      '{ "a": [payload.a > 1 ? payload.a] }',
      [[{ a: 2 }, { a: [2] }]],
      'branch-unproven 1:19 this condition is true in every example',
    ],
    [
      'a key that never has a value',
      '{ "a": 1, "b": payload.a.b }',
      [[{ a: { c: 1 } }, { a: 1 }]],
      'key-unproven 1:11 in no example does "b" have a value',
    ],
    [
      'a filter that leaves nothing out',
      '{ "a": [payload.items[x > 1].x] }',
      [[{ items: [{ x: 2 }, { x: 3 }] }, { a: [2, 3] }]],
      'filter-unproven 1:25 this filter leaves nothing out in any example',
    ],
    [
      'a function that nobody calls',
      '($f := function($x) { $x }; { "a": payload.a ? 1 : $f(2) })',
      [[{ a: true }, { a: 1 }]],
      'function-unproven 1:8 no example calls this function',
    ],
    [
      'a field that no example has',
      '{ "a": [payload.custmer] }',
      [[{ customer: 1 }, { a: [] }]],
      'field-unproven 1:17 payload.custmer is in no example',
    ],
  ])('%s', async (_what, mapping, examples, expected) => {
    expect(await proven(mapping, examples)).toContain(expected);
  });

  it('is none where an example shows it, nor is a position in brackets a filter', async () => {
    const mapping = '{ "a": payload.items[0].x, "b": $exists(payload.b) ? 1 : 2 }';
    const examples: [unknown, unknown][] = [
      [
        { items: [{ x: 1 }], b: 1 },
        { a: 1, b: 1 },
      ],
      [{ items: [] }, { b: 2 }],
      [{ items: [{}, {}] }, { b: 2 }],
      [
        { items: [{ x: null }], b: null },
        { a: null, b: 1 },
      ],
    ];
    const said = await proven(mapping, examples);
    expect(said.filter(text => !text.startsWith('silent-change'))).toEqual([]);
  });

  it('suggests the name that is there', async () => {
    const { project } = await compileFolder({
      'order-to-desk/mapping.jsonata': '{ "id": payload.id, "c": [payload.custmer.name] }',
      'order-to-desk/examples/typical.input.json': '{ "id": 1, "customer": { "name": "x" } }',
      'order-to-desk/examples/typical.output.json': '{ "id": 1, "c": [] }',
    });
    const [route] = project.routes;
    const found = route && proveRoute(await authoringEngine(), createContractCheck(), route);
    expect(found?.problems.find(({ code }) => code === 'field-unproven')?.hint).toBe(
      'did you mean "customer"?',
    );
  });
});

describe('damage to a payload', () => {
  const MAPPING = '{ "id": payload.id, "tags": [payload.tags.name] }';
  const TYPICAL = [
    { id: 1, tags: [{ name: 'a' }, { name: 'b' }] },
    { id: 1, tags: ['a', 'b'] },
  ] as const;
  const silent = (said: readonly string[]) => said.filter(text => text.startsWith('silent-change'));

  it('that changes the output without an error is named, with where the output changes', async () => {
    expect(silent(await proven(MAPPING, [TYPICAL]))).toEqual([
      'silent-change 1:17 when payload.id is not there or null or of another type, the output changes without an error: /id',
      'silent-change 1:38 when payload.tags is not there or null or of another type, the output changes without an error: /tags/[]',
      'silent-change 1:43 when payload.tags[].name is not there or null or of another type, the output changes without an error: /tags/[]',
    ]);
  });

  it('is answered by an example that is so, by an error, or by what the route accepts', async () => {
    const refusing =
      '{ "id": $type(payload.id) = "number" ? payload.id : $error("no id"), "tags": [payload.tags.name] }';
    const examples: [unknown, unknown][] = [
      [...TYPICAL],
      [
        { id: 1, tags: [] },
        { id: 1, tags: [] },
      ],
      [
        { id: 1, tags: [{ name: 'a' }] },
        { id: 1, tags: ['a'] },
      ],
      [{ id: 1 }, { id: 1, tags: [] }],
    ];
    expect(silent(await proven(refusing, examples))).toEqual([
      'silent-change 1:87 when payload.tags is null or of another type, the output changes without an error: /tags/[]',
      'silent-change 1:92 when payload.tags[].name is not there or null or of another type, the output changes without an error: /tags/[]',
    ]);
    const accept =
      'accept: [{ path: payload.tags.**, change: [dropped, null, retyped], reason: names are a courtesy }]\n';
    expect(silent(await proven(refusing, examples, accept))).toEqual([]);
  });

  it('that nothing does silently any more is not to be accepted', async () => {
    const accept = 'accept: [{ path: payload.nothing, reason: it was silent once }]\n';
    expect(await proven('{ "id": 1 }', [[{}, { id: 1 }]], accept)).toEqual([
      'accept-unused 4:10 nothing that this accepts is silent any more: payload.nothing',
    ]);
  });

  it('that makes a list shorter is none where the list only gets shorter in the output, too', async () => {
    const [before, after] = [{ tags: [{ name: 'a' }, { name: 'b' }] }, { tags: ['a', 'b'] }];
    const ofLists = (said: readonly string[]) => silent(said).filter(text => text.includes('list'));
    expect(ofLists(await proven('{ "tags": [payload.tags.name] }', [[before, after]]))).toEqual([]);
    expect(ofLists(await proven('{ "tags": payload.tags.name }', [[before, after]]))).toEqual([
      expect.stringContaining(
        'payload.tags is not there or null or of another type or a list of one or an empty list',
      ),
    ]);
    expect(ofLists(await proven('{ "n": $count(payload.tags) }', [[before, { n: 2 }]]))).toEqual([
      expect.stringContaining('a list of one or an empty list'),
    ]);
  });

  it('that is refused by the contract, or dropped by the filter, is not silent', async () => {
    const said = await proven(
      '{ "id": payload.id }',
      [[{ id: 1, on: true }, { id: 1 }]],
      'when: $type(payload.id) = "number" and payload.on = true\n',
    );
    expect(silent(said)).toEqual([]);
  });
});

it('names the nearest name where an example fails for a name that is written wrongly', async () => {
  const { project } = await compileFolder({ 'order-to-desk/mapping.jsonata': '{ "id": payload.idd }' });
  const [route] = project.routes;
  const found = route && proveRoute(await authoringEngine(), createContractCheck(), route);
  expect(found?.problems.map(({ code, hint }) => `${code} ${hint}`)).toEqual([
    'example-failed /id: expected 1, got nothing\n      payload.idd (1:17): not in this payload; did you mean "id"?',
  ]);
});
