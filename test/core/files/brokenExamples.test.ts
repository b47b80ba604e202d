/** An example says one thing, is found where it stands, and none is left out in silence. */
import { describe, expect, test } from 'vitest';
import { errorsAmong, inShort } from './problems.ts';
import { compileFolder } from './projectFiles.ts';

const EXAMPLES = 'order-to-desk/examples';
const examples = async (files: Record<string, string | undefined>) => {
  const { project, problems } = await compileFolder(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${EXAMPLES}/${name}`, text])),
  );
  return { found: errorsAmong(problems), examples: project.routes[0]?.examples ?? [] };
};

describe('an example with a mistake', () => {
  test.each([
    ['a.input.json', { 'a.input.json': '{}' }, 'a.input.json example-without-expectation'],
    ['b.output.json', { 'b.output.json': '{}' }, 'b.output.json example-without-input'],
    ['c.context.yaml', { 'c.context.yaml': 'type: a' }, 'c.context.yaml example-without-input'],
    [
      'two inputs',
      { 'd.input.json': '{}', 'd.input.txt': '', 'd.dropped': '' },
      'd.input.json example-with-two-inputs',
    ],
    [
      'two outcomes',
      { 'e.input.json': '{}', 'e.dropped': '', 'e.error.json': '{"code":"X"}' },
      'e.input.json example-with-two-expectations',
    ],
    ['broken input', { 'f.input.json': '{\n  "a": 1,\n}', 'f.dropped': '' }, 'f.input.json:3:1 json-syntax'],
    ['no input at all', { 'g.input.json': '', 'g.dropped': '' }, 'g.input.json:1:1 json-syntax'],
    [
      'broken output',
      { 'h.input.json': '{}', 'h.output.json': '{"a": tru}' },
      'h.output.json:1:7 json-syntax',
    ],
    [
      'an error without code',
      { 'i.input.json': '{}', 'i.error.json': '{"message":"x"}' },
      'i.error.json invalid-value',
    ],
    [
      'an error that is no object',
      { 'j.input.json': '{}', 'j.error.json': '"x"' },
      'j.error.json invalid-value',
    ],
    [
      'an error with an unknown key',
      { 'k.input.json': '{}', 'k.error.json': '{"code":"X","text":"y"}' },
      'k.error.json invalid-value',
    ],
    [
      'a broken context',
      { 'l.input.json': '{}', 'l.dropped': '', 'l.context.yaml': 'typ: a\n' },
      'l.context.yaml:1:1 unknown-key',
    ],
    [
      'a time without zone',
      { 'm.input.json': '{}', 'm.dropped': '', 'm.context.yaml': 'now: 2026-01-01T00:00:00\n' },
      'm.context.yaml:1:1 invalid-value',
    ],
    ['a stray file', { 'n.jsn': '{}' }, 'n.jsn unknown-file'],
    ['a name only', { 'input.json': '{}' }, 'input.json unknown-file'],
  ])('%s', async (_, files, short) => {
    const { found } = await examples(files);
    expect(found.map(inShort)).toEqual([`${EXAMPLES}/${short}`]);
  });
});

describe('examples that are fine', () => {
  test('are found with their context, in the order of their names', async () => {
    const { found, examples: all } = await examples({
      'b.input.txt': 'a=1',
      'b.dropped': 'for a reason',
      'b.context.yaml':
        'type: orders.update\nheaders: { Content-Type: text/plain }\nnow: 2026-02-01T10:00:00+01:00\n',
      'a.input.json': '[]',
      'a.error.json': '{"code":"MAPPING_FAILED","line":1}',
    });
    expect(found).toEqual([]);
    expect(all.map(({ name, expectation }) => [name, expectation.kind])).toEqual([
      ['a', 'error'],
      ['b', 'dropped'],
      ['typical', 'output'],
    ]);
    expect(all[1]).toMatchObject({
      body: 'a=1',
      context: {
        type: 'orders.update',
        headers: { 'content-type': 'text/plain' },
        now: '2026-02-01T10:00:00+01:00',
      },
    });
  });

  test('of one name in two folders are two', async () => {
    const { found, examples: all } = await examples({
      'refunds/typical.input.json': '{}',
      'refunds/typical.dropped': '',
    });
    expect(found).toEqual([]);
    expect(all.map(({ file, expectation }) => [file, expectation.kind])).toEqual([
      [`mappings/${EXAMPLES}/refunds/typical.input.json`, 'dropped'],
      [`mappings/${EXAMPLES}/typical.input.json`, 'output'],
    ]);
  });
});

test('every mistake of a broken folder is named at once, each in a file, and most with a line', async () => {
  const { problems } = await compileFolder({
    'sources/shop.yaml': 'provder: shopify\nheaders: [cookie]\n',
    'destinations/desk.yaml': 'url: http://desk.example.com\nconcurrency: 1\n',
    'order-to-desk/route.yaml': 'from: shp\nevents: []\nto: dsk\n',
    'other/route.yaml':
      'from: shop\nevents: [a]\nto: desk\nwhen: "("\nmapping: m.jsonata\ncontract: { input: i.json }\n',
    'other/m.jsonata': '{\n',
    'other/i.json': '{"type":"nonsense"}',
    'other/examples/x.input.json': '{',
    'other/examples/x.dropped': '',
    'stray.txt': '',
  });
  const codes = errorsAmong(problems).map(({ code }) => code);
  for (const code of [
    ...['unknown-key', 'invalid-value', 'missing-key', 'filter-syntax', 'mapping-syntax'],
    ...['contract-invalid', 'json-syntax', 'unknown-file'],
  ]) {
    expect(codes).toContain(code);
  }
  for (const problem of problems) {
    expect(problem.file).toMatch(/^mappings\//);
    expect(problem.message.length).toBeGreaterThan(5);
    if (problem.line !== undefined) expect(problem.column).toBeGreaterThan(0);
  }
  const places = problems.map(({ file, line = 0 }) => [file, line] as const);
  expect(places).toEqual(places.toSorted(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x - y)));
});
