/** Shared functions and tables are bound by name, in order of their use; what is wrong with them is named. */
import { describe, expect, test } from 'vitest';
import { authoringEngine } from '../../../../authoring/authoringEngine.ts';
import { routeReads } from '../../../../authoring/routeReads.ts';
import { deliverConfiguration, routeConfiguration } from '../../../../core/files/configure.ts';
import { judgeExample, transformExample } from '../../../../core/files/runExample.ts';
import { createContractCheck } from '../../../../core/mapping/contract.ts';
import { createEngine } from '../../../../core/mapping/engine.ts';
import { transform } from '../../../../core/mapping/transform.ts';
import { formatPath } from '../../../../core/reads/inputPath.ts';
import { errorsAmong, inShort } from '../problems.ts';
import { compileFolder } from '../projectFiles.ts';

const FILES = {
  'lib/country.jsonata': 'function($address) { $lookup($countryNames, $address.code) }',
  'lib/label.jsonata': 'function($order) { $order.name & ", " & $country($order.address) }',
  'tables/country-names.csv': 'code,name\nDE,Germany\nFR,France\n',
  'tables/limits.yaml': 'most: 10\n',
  'order-to-desk/mapping.jsonata': '{ "label": $label(payload), "most": $limits.most }',
  'order-to-desk/examples/typical.input.json': '{ "name": "A", "address": { "code": "DE" } }',
  'order-to-desk/examples/typical.output.json': '{ "label": "A, Germany", "most": 10 }',
};
const found = async (changes: Record<string, string>) => {
  const { problems } = await compileFolder(changes);
  return errorsAmong(problems);
};

describe('a mapping', () => {
  test('uses functions, which use others and tables, where it is checked and where it is deployed', async () => {
    const { project, problems } = await compileFolder(FILES);
    expect(problems).toEqual([]);
    const [route] = project.routes;
    const [example] = route?.examples ?? [];
    if (route === undefined || example === undefined) throw new Error('there is a route with an example');
    const check = createContractCheck();
    const here = { ...routeConfiguration(route), events: route.events };
    expect(
      judgeExample(example, transformExample(await authoringEngine(), check, here, example)),
    ).toBeUndefined();

    // As deliver reads it: JSON, programs and no parser, every shared part once.
    const text = JSON.stringify(deliverConfiguration(project));
    expect(text.match(/function\(\$address\)/g)).toHaveLength(1);
    const there = JSON.parse(text) as ReturnType<typeof deliverConfiguration>;
    const deployed = there.routes['order-to-desk'];
    if (deployed === undefined || there.shared === undefined) throw new Error('it is deployed');
    const made = transform(
      createEngine({ shared: there.shared }),
      check,
      deployed,
      {
        body: Buffer.from(example.body),
        headers: {},
        event: { id: 'evt_1', type: 't', source: 'shop', receivedAt: '2026-01-01T00:00:00.000Z' },
      },
      0,
    );
    expect(made).toMatchObject({ kind: 'body', json: '{"label":"A, Germany","most":10}' });
  });

  test('has another digest with another table, and the same with a table that it does not use', async () => {
    const digest = async (changes: Record<string, string>) => {
      const [route] = (await compileFolder({ ...FILES, ...changes })).project.routes;
      return route && routeConfiguration(route).mappingDigest;
    };
    const before = await digest({});
    expect(await digest({ 'tables/country-names.csv': 'code,name\nDE,Deutschland\n' })).not.toBe(before);
    expect(await digest({ 'tables/more.csv': 'a,b\n1,2\n' })).toBe(before);
  });

  test('reads through a function what it gives to it', async () => {
    const [route] = (await compileFolder(FILES)).project.routes;
    expect(route && routeReads(route).map(formatPath)).toEqual([
      ...['payload', 'payload.address', 'payload.address.code', 'payload.name'],
    ]);
  });

  test('that binds the name itself means its own', async () => {
    const own = {
      'order-to-desk/mapping.jsonata':
        '($label := function($x) { 1 }; { "label": $label(payload), "most": $limits.most })',
    };
    expect(errorsAmong((await compileFolder({ ...FILES, ...own })).problems)).toEqual([]);
  });
});

describe('what is wrong is named', () => {
  const chain = Object.fromEntries(
    Array.from({ length: 11 }, (_, index) => [
      `lib/f${index}.jsonata`,
      index === 10 ? '1' : `$f${index + 1}`,
    ]),
  );
  test.each<[string, Record<string, string>, string, string]>([
    [
      'a circle',
      { 'lib/a.jsonata': '$b', 'lib/b.jsonata': '$c', 'lib/c.jsonata': '$a' },
      'lib/a.jsonata shared-circle',
      '$a → $b → $c → $a',
    ],
    [
      'a function that uses itself',
      { 'lib/a.jsonata': 'function($n) { $a($n - 1) }' },
      'lib/a.jsonata shared-circle',
      '$a → $a',
    ],
    [
      'a chain that is too long',
      chain,
      'lib/f0.jsonata shared-too-deep',
      '$f0 → $f1 → $f2 → $f3 → $f4 → $f5 → $f6 → $f7 → $f8 → $f9 → $f10',
    ],
    ['a name that is taken', { 'lib/sum.jsonata': '1' }, 'lib/sum.jsonata shared-name-taken', '$sum'],
    [
      'one name for two',
      { 'lib/a-b.jsonata': '1', 'tables/a-b.csv': 'a,b\n' },
      'tables/a-b.csv shared-name-taken',
      'lib/a-b.jsonata',
    ],
    [
      'a ragged row',
      { 'tables/t.csv': 'a,b\n1,2\n3\n' },
      'tables/t.csv:3:1 table-ragged',
      '1 cells, and the header has 2',
    ],
    [
      'a table that is too large',
      { 'tables/t.csv': `a,b\n${'x'.repeat(300_000)},1` },
      'tables/t.csv shared-too-large',
      '262,144',
    ],
    [
      'a function that does not parse',
      { 'lib/a.jsonata': '{ "a" }' },
      'lib/a.jsonata:1:7 mapping-syntax',
      '',
    ],
    [
      'a function that calls what is not there',
      { 'lib/a.jsonata': 'function($x) { $uppercse($x) }' },
      'lib/a.jsonata:1:16 mapping-syntax',
      '$uppercase',
    ],
    ['YAML that is no table', { 'tables/t.yaml': 'text' }, 'tables/t.yaml:1:1 invalid-value', ''],
    ['a file of another kind', { 'tables/t.json': '{}' }, 'tables/t.json unknown-file', 'no table'],
  ])('%s', async (_, changes, short, said) => {
    const problems = await found(changes);
    expect(problems.map(inShort)).toEqual([short]);
    expect(problems[0]?.message).toContain(said);
  });

  test('a chain of ten is none', async () => {
    const ten = Object.fromEntries(Object.entries(chain).slice(1));
    expect(await found(ten)).toEqual([]);
  });

  test('what no mapping uses is a doubt', async () => {
    const { problems } = await compileFolder({ ...FILES, 'lib/spare.jsonata': '1' });
    expect(problems).toMatchObject([
      { code: 'unused', file: 'mappings/lib/spare.jsonata', message: 'no mapping uses $spare' },
    ]);
  });
});

describe('a mistake in a shared file', () => {
  const MAPPING = '{ "a": $country(payload.address), "b": $lookup($countryNames, "DE") }';
  test.each<[string, Record<string, string>, string]>([
    [
      'a table',
      { 'tables/country-names.csv': 'code,name\nDE\n' },
      'tables/country-names.csv 2:1 table-ragged',
    ],
    ['a function', { 'lib/country.jsonata': 'function($a) {' }, 'lib/country.jsonata 1:14 mapping-syntax'],
    ['a name', { 'lib/country.jsonata': '', 'lib/Country.jsonata': '1' }, 'lib/Country.jsonata unknown-file'],
  ])('is told once, and no route that uses it is: %s', async (_, changes, said) => {
    const files = { ...FILES, 'order-to-desk/mapping.jsonata': MAPPING, ...changes };
    const { project, problems } = await compileFolder(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text === '' ? undefined : text])),
    );
    expect(
      problems.map(
        ({ file, line, column, code }) =>
          `${file.replace('mappings/', '')}${line === undefined ? '' : ` ${line}:${column}`} ${code}`,
      ),
    ).toEqual([said]);
    expect(project.routes).toEqual([]);
  });

  test('leaves the routes alone that do not use it', async () => {
    const { project } = await compileFolder({ 'lib/other.jsonata': 'function(' });
    expect(project.routes).toHaveLength(1);
  });
});
