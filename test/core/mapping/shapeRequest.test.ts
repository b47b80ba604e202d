/** Whatever a payload holds, a request stays within what its destination allows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RequestExpressions, SourceText } from '../../../core/configuration.ts';
import { buildRequest } from '../../../core/delivery/request.ts';
import type { Value } from '../../../core/jsonata/values.ts';
import { type ShapedRequest, shapeRequest } from '../../../core/mapping/shapeRequest.ts';
import { destinationConfiguration, NOW } from '../../builders.ts';
import { newEngine } from '../../mappingEngine.ts';

const engine = newEngine();
const text = (expression: string): SourceText => ({ file: 'r/route.yaml', text: expression, line: 7 });
const ALLOW: RequestExpressions['allow'] = {
  methods: ['POST', 'PUT', 'DELETE'],
  paths: [
    ['orders', '*'],
    ['orders', '*', 'lines'],
  ],
  query: ['dry_run', 'tag'],
  headers: ['x-tenant'],
};

const shape = (
  expressions: Partial<RequestExpressions>,
  payload: unknown = {},
  output: unknown = { id: 42 },
): ReturnType<typeof shapeRequest> =>
  shapeRequest(
    engine,
    {
      allow: ALLOW,
      content: 'json',
      contentPlace: { file: 'r/route.yaml', line: 6 },
      query: {},
      headers: {},
      ...expressions,
    },
    { value: { payload: payload as Value, headers: {}, event: { id: 'evt_1' } }, now: NOW },
    output as Value,
    JSON.stringify(output),
  );

function shapedOf(shaped: ReturnType<typeof shape>): ShapedRequest {
  if (!shaped.ok) throw new Error(`${shaped.error.code}: ${shaped.error.message}`);
  return shaped.request;
}
const refusalOf = (shaped: ReturnType<typeof shape>): string => {
  if (shaped.ok) throw new Error(`shaped: ${JSON.stringify(shaped.request)}`);
  expect(shaped.error).toMatchObject({ file: 'r/route.yaml' });
  return `${shaped.error.code} ${shaped.error.message}`;
};

test('without expressions it is the plain request', () => {
  const shaped = shapeRequest(engine, undefined, { value: {}, now: NOW }, { a: 1 }, '{"a":1}');
  expect(shapedOf(shaped)).toEqual({
    method: 'POST',
    path: '',
    query: [],
    headers: {},
    contentType: 'application/json',
    body: '{"a":1}',
  });
});

test('expressions see the payload, the headers, the event and the output', () => {
  const request = shapedOf(
    shape(
      {
        method: text("payload.gone ? 'DELETE' : 'PUT'"),
        path: text("'orders/' & output.id"),
        query: { dry_run: text('payload.test'), tag: text('payload.tags') },
        headers: { 'x-tenant': text('event.id') },
      },
      { gone: true, test: true, tags: ['a b', 1] },
    ),
  );
  expect(request).toMatchObject({
    method: 'DELETE',
    path: 'orders/42',
    query: [
      ['dry_run', 'true'],
      ['tag', 'a b'],
      ['tag', '1'],
    ],
    headers: { 'x-tenant': 'evt_1' },
  });
});

describe('method', () => {
  test('POST where it is allowed and nothing is said, or else the first that is', () => {
    expect(shapedOf(shape({})).method).toBe('POST');
    expect(shapedOf(shape({ allow: { ...ALLOW, methods: ['PUT', 'PATCH'] } })).method).toBe('PUT');
  });

  test.each(["'PATCH'", "'GET'", "'put'", '1', 'payload.nothing'])('%s is refused', expression => {
    expect(refusalOf(shape({ method: text(expression) }))).toMatch(/^REQUEST_REFUSED .*POST, PUT, DELETE/);
  });
});

describe('path', () => {
  test.each([
    ["'/orders/1'", 'orders/1'],
    ["['orders', 1, 'lines']", 'orders/1/lines'],
    ["['orders', 'a/b']", 'orders/a%2Fb'],
    ["['orders', 'a?b#c%']", 'orders/a%3Fb%23c%25'],
    ["['orders', '%2e%2e']", 'orders/%252e%252e'],
    ["['orders', 'Zoë']", 'orders/Zo%C3%AB'],
  ])('%s', (expression, path) => expect(shapedOf(shape({ path: text(expression) })).path).toBe(path));

  test.each([
    "'orders'",
    "'orders/1/lines/2'",
    "'customers/1'",
    "'orders/..'",
    "'orders/'",
    "'orders//lines'",
    "['orders', '.']",
    "['orders', {}]",
    "['orders', null]",
    '[]',
    '1',
    'payload.nothing',
  ])('%s is refused', expression => {
    expect(refusalOf(shape({ path: text(expression) }))).toMatch(/^REQUEST_REFUSED /);
  });

  test('no payload reaches another path, host, query or fragment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), id => {
        const shaped = shape({ path: text("['orders', payload.id]") }, { id });
        if (!shaped.ok) return;
        const built = buildRequest(
          destinationConfiguration({ url: 'https://desk.example.com/v1/?fixed=1' }),
          {},
          { id: 'dlv_1', shaped: shaped.request, now: NOW, verification: 'verified' },
        );
        if (!built.ok) throw new Error(built.code);
        const url = new URL(built.request.url);
        expect(url.origin).toBe('https://desk.example.com');
        expect(url.pathname.split('/').slice(0, 3)).toEqual(['', 'v1', 'orders']);
        expect(url.pathname.split('/')).toHaveLength(4);
        expect(decodeURIComponent(url.pathname.split('/')[3] ?? '')).toBe(id);
        expect([url.search, url.hash]).toEqual(['?fixed=1', '']);
      }),
      { numRuns: 300 },
    );
  });
});

describe('headers', () => {
  test('nothing leaves the header out', () => {
    expect(shapedOf(shape({ headers: { 'x-tenant': text('payload.nothing') } })).headers).toEqual({});
  });

  test.each(['a\r\nx-evil: 1', 'a\nb', '\u0000', 'naïve', '', ' a', { a: 1 }, ['a']])(
    '%j would break it, and is refused',
    value => {
      expect(refusalOf(shape({ headers: { 'x-tenant': text('payload.v') } }, { v: value }))).toMatch(
        /^REQUEST_REFUSED .*x-tenant/,
      );
    },
  );
});

describe('content', () => {
  test('a form', () => {
    const request = shapedOf(shape({ content: 'form' }, {}, { a: 'x y&z', b: [1, true] }));
    expect(request).toMatchObject({
      contentType: 'application/x-www-form-urlencoded',
      body: 'a=x+y%26z&b=1&b=true',
    });
  });

  test('text', () => {
    const request = shapedOf(shape({ content: 'text' }, {}, 'Zoë "said"'));
    expect(request).toMatchObject({ contentType: 'text/plain; charset=utf-8', body: 'Zoë "said"' });
  });

  test.each([
    ['form', ['a']],
    ['form', 'a'],
    ['form', null],
    ['form', { a: { b: 1 } }],
    ['form', { a: null }],
    ['text', { a: 1 }],
    ['text', 1],
  ] as const)('%s cannot be made of %j', (content, output) => {
    expect(refusalOf(shape({ content }, {}, output))).toMatch(/^REQUEST_REFUSED /);
  });
});

test('an expression that fails is named with its place', () => {
  const shaped = shape({ headers: { 'x-tenant': text("$number('x')") } });
  expect(shaped).toMatchObject({
    ok: false,
    error: { code: 'REQUEST_FAILED', file: 'r/route.yaml', line: 7 },
  });
});
