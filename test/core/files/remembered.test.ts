import { expect, it } from 'vitest';
import { authoringEngine } from '../../../authoring/authoringEngine.ts';
import { readCatalogue } from '../../../authoring/readCatalogue.ts';
import { compileProject } from '../../../core/files/compileProject.ts';
import { Remembered } from '../../../core/files/remembered.ts';

const route = (name: string, mapping: string): [string, string][] => [
  [`mappings/${name}/route.yaml`, 'from: shop\nevents: [orders.create]\nto: desk\n'],
  [`mappings/${name}/mapping.jsonata`, mapping],
];
const FILES: [string, string][] = [
  ['mappings/destinations/desk.yaml', 'url: https://desk.example.com\nowner: a\nrunbook: b\n'],
  ['mappings/sources/shop.yaml', 'provider: shopify\nsecret: sources/shop\nowner: a\n'],
  ...route('one', '{ "a": 1 }'),
  ...route('two', '{ "a": 2 }'),
];

it('compiles again what changed, and only that', async () => {
  const [catalogue, engine] = [await readCatalogue(), await authoringEngine()];
  const remembered = new Remembered();
  const compile = (changes: [string, string][]) =>
    compileProject('mappings', new Map([...FILES, ...changes]), catalogue, engine, remembered);
  const before = compile([]);
  const after = compile([['mappings/two/mapping.jsonata', '{ "a": 3 }']]);
  expect(after.project.routes[0]).toBe(before.project.routes[0]);
  expect(after.project.routes[1]?.mapping.text).toBe('{ "a": 3 }');
  expect(after.project.sources['shop']).toBe(before.project.sources['shop']);
  expect(compile([['mappings/two/mapping.jsonata', '{ "a": ']]).problems.map(({ code }) => code)).toContain(
    'mapping-syntax',
  );
  expect(compile([['mappings/destinations/desk.yaml', '']]).problems.map(({ code }) => code)).toContain(
    'invalid-value',
  );
  expect(compile([]).project.routes).toEqual(before.project.routes);
});

it('compiles a route again when the one that it borrows from changes', async () => {
  const [catalogue, engine] = [await readCatalogue(), await authoringEngine()];
  const remembered = new Remembered();
  const borrower = 'from: shop\nevents: [orders.create]\nto: desk\nmapping: one/mapping.jsonata\n';
  const compile = (text: string) => {
    const changed: [string, string][] = [
      ['mappings/two/route.yaml', borrower],
      ['mappings/one/mapping.jsonata', text],
    ];
    return compileProject('mappings', new Map([...FILES, ...changed]), catalogue, engine, remembered);
  };
  compile('1');
  expect(compile('2').project.routes[1]?.mapping.text).toBe('2');
});
