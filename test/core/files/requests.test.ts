/** `request:` in a route, held against `allow:` in its destination. */
import { describe, expect, test } from 'vitest';
import { deliverConfiguration } from '../../../core/files/configure.ts';
import { errorsAmong, inShort } from './problems.ts';
import { compileFolder } from './projectFiles.ts';

const DESK = 'url: https://desk.example.com/hooks\nowner: sales\nrunbook: docs/operations.md#desk\n';
const ROUTE = 'from: shop\nevents: [orders.create]\nto: desk\n';

const compile = (allow: string, request: string) =>
  compileFolder({
    'destinations/desk.yaml': `${DESK}${allow}`,
    'order-to-desk/route.yaml': `${ROUTE}${request}`,
  });

test('what is allowed compiles to expressions with their places', async () => {
  const { project, problems } = await compile(
    'allow: { methods: [POST, PUT], paths: [/orders/*], query: [dry_run], headers: [x-tenant] }\n',
    [
      'request:',
      '  content: form',
      '  method: PUT',
      '  path: "[\'orders\', payload.id]"',
      '  query: { dry_run: "true" }',
      '  headers: { x-tenant: event.source }',
      '',
    ].join('\n'),
  );
  expect(problems).toEqual([]);
  const file = 'mappings/order-to-desk/route.yaml';
  const run = (at: number, line: number, column: number) => ({ at, line, column });
  const at = (line: number, column: number) => ({ file, line, runs: [run(0, line, column)] });
  const programs = { program: expect.objectContaining({ format: 2 }) };
  expect(deliverConfiguration(project).routes['order-to-desk']?.request).toEqual({
    allow: { methods: ['POST', 'PUT'], paths: [['orders', '*']], query: ['dry_run'], headers: ['x-tenant'] },
    content: 'form',
    contentPlace: { file, line: 5 },
    method: { text: '"PUT"', ...at(6, 11), ...programs },
    path: { text: "['orders', payload.id]", file, line: 7, runs: [run(0, 7, 10)], ...programs },
    query: { dry_run: { text: 'true', ...at(8, 22), ...programs } },
    headers: { 'x-tenant': { text: 'event.source', ...at(9, 24), ...programs } },
  });
});

test('a destination that takes PUT alone gets it without a word in the route', async () => {
  const { project } = await compile('allow: { methods: [PUT] }\n', '');
  expect(deliverConfiguration(project).routes['order-to-desk']?.request).toMatchObject({
    allow: { methods: ['PUT'] },
    content: 'json',
  });
});

test('without a word on either side the request is the plain one', async () => {
  const { project } = await compile('', '');
  expect(deliverConfiguration(project).routes['order-to-desk']).not.toHaveProperty('request');
});

describe('a route that wants more than its destination allows', () => {
  test.each([
    ['', 'request: { method: PUT }', '4:12 request-not-allowed', 'does not take PUT', 'allow.methods'],
    ['', 'request: { path: "\'a\'" }', '4:12 request-not-allowed', 'path of its URL', 'allow: { paths'],
    ['', 'request: { query: { a: "1" } }', '4:21 request-not-allowed', 'query "a"', 'allow.query'],
    [
      'allow: { headers: [x-tenant] }\n',
      'request: { headers: { x-tenent: "1" } }',
      '4:23 request-not-allowed',
      'header "x-tenent"',
      'did you mean "x-tenant"?',
    ],
    [
      'allow: { methods: [PUT, PATCH] }\n',
      'request: { content: json }',
      '4:1 method-open',
      'PUT and PATCH',
      'method: PUT',
    ],
    ['allow: { methods: [PUT, PATCH] }\n', '', '1:1 method-open', 'PUT and PATCH', 'method: PUT'],
    [
      'allow: { headers: [x-a] }\n',
      'request: { headers: { x-a: "(1" } }',
      '4:30 request-syntax',
      'expected',
      undefined,
    ],
    ['', 'request: { content: xml }', '4:12 invalid-value', 'content', undefined],
    ['', 'request: { methd: PUT }', '4:12 unknown-key', 'unknown key "methd"', 'did you mean "method"?'],
  ])('%s%s', async (allow, request, short, said, hint) => {
    const found = errorsAmong((await compile(allow, request === '' ? '' : `${request}\n`)).problems);
    expect(found.map(inShort)).toContain(`order-to-desk/route.yaml:${short}`);
    const problem = found.find(each => inShort(each).endsWith(short));
    expect(problem?.message).toContain(said);
    if (hint !== undefined) expect(problem?.hint).toContain(hint);
  });
});

test('an error in a block of text is placed on its own line', async () => {
  const found = errorsAmong(
    (await compile('', 'when: |\n  payload.id > 1\n  and (payload.id < 9\n')).problems,
  );
  expect(found.map(inShort)).toEqual([
    expect.stringMatching(/^order-to-desk\/route.yaml:6:\d+ filter-syntax$/),
  ]);
});
