import { expect, it } from 'vitest';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { whatItSaw } from '../../authoring/whatItSaw.ts';
import { compileFolder } from '../core/files/projectFiles.ts';

const look = async (mapping: string, payload: unknown, more: Readonly<Record<string, string>> = {}) => {
  const { project } = await compileFolder({
    ...more,
    'order-to-desk/mapping.jsonata': mapping,
    'order-to-desk/examples/typical.output.json': '{}',
  });
  const [route] = project.routes;
  if (route === undefined) throw new Error('there is no route');
  return whatItSaw(await authoringEngine(), route, {
    body: JSON.stringify(payload),
    file: 'x.json',
    context: {},
  });
};

it('names what the expression that failed had read, and its type', async () => {
  const { found } = await look('{ "a": $uppercase(payload.number) }', { number: 7 });
  expect(found).toEqual([{ path: 'payload.number', type: 'number' }]);
});

it('names what is not in the payload, and the nearest name that is', async () => {
  const { missing } = await look('{ "a": payload.custmer.name, "b": payload.note }', { customer: {}, id: 1 });
  expect(missing).toEqual([{ path: 'payload.custmer', line: 1, column: 16, nearest: 'customer' }]);
});

it('names the shared function that looked for it', async () => {
  const lib = { 'lib/who.jsonata': 'function($order) {\n  $order.custmer.name\n}' };
  const { missing } = await look('{ "a": $who(payload) }', { customer: {} }, lib);
  expect(missing).toEqual([
    { path: 'payload.custmer', file: 'mappings/lib/who.jsonata', line: 2, column: 10, nearest: 'customer' },
  ]);
});

it('names all that was missing when something failed', async () => {
  const { missing } = await look('{ "a": payload.note, "b": $error("no") }', { id: 1 });
  expect(missing).toEqual([{ path: 'payload.note', line: 1, column: 16 }]);
});
