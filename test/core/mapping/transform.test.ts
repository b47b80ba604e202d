/** From an event to a body, in its order: decode, input contract, filter, mapping, output contract. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { RouteConfiguration } from '../../../core/configuration.ts';
import { createContractCheck } from '../../../core/mapping/contract.ts';
import { type MappingInput, type Transformed, transform } from '../../../core/mapping/transform.ts';
import { NOW } from '../../builders.ts';
import { newEngine } from '../../mappingEngine.ts';

const engine = newEngine();
const checkContract = createContractCheck();

interface TestRoute {
  readonly when?: string;
  readonly mapping?: string;
  readonly input?: unknown;
  readonly output?: unknown;
}

const configurationOf = (route: TestRoute): RouteConfiguration => ({
  from: 'github',
  to: 'ledger',
  mapping: { file: 'r/mapping.jsonata', text: route.mapping ?? 'payload', line: 1 },
  ...(route.when === undefined ? {} : { when: { file: 'r/route.yaml', text: route.when, line: 4 } }),
  contract: {
    ...(route.input === undefined ? {} : { input: { file: 'r/input.schema.json', schema: route.input } }),
    ...(route.output === undefined ? {} : { output: { file: 'r/output.schema.json', schema: route.output } }),
  },
  mappingDigest: 'abc',
});

const INPUT: MappingInput = {
  body: Buffer.from('{"a":1}'),
  headers: { 'content-type': 'application/json', 'x-kept': 'yes' },
  event: { id: 'evt_1', type: 'issues.opened', source: 'github', receivedAt: '2026-01-15T12:00:00.000Z' },
};

const run = (
  route: TestRoute,
  body: string | Uint8Array = '{"a":1}',
  overrides: Partial<MappingInput> = {},
): Transformed => {
  const input = { ...INPUT, body: Buffer.from(body), ...overrides };
  return transform(engine, checkContract, configurationOf(route), input, NOW);
};

const bodyOf = (transformed: Transformed): unknown => {
  if (transformed.kind !== 'body') throw new Error(JSON.stringify(transformed));
  return JSON.parse(transformed.json);
};
const codeOf = (transformed: Transformed): string =>
  transformed.kind === 'error' ? transformed.error.code : transformed.kind;

test('a mapping sees the payload, the kept headers and the event', () => {
  expect(bodyOf(run({ mapping: '{"p": payload, "h": headers, "e": event, "n": $millis()}' }))).toEqual({
    p: { a: 1 },
    h: { 'content-type': 'application/json', 'x-kept': 'yes' },
    e: { id: 'evt_1', type: 'issues.opened', source: 'github', receivedAt: '2026-01-15T12:00:00.000Z' },
    n: NOW,
  });
});

describe('bodies of every kind', () => {
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };

  test('a form is an object of strings, and of lists where a name is repeated', () => {
    expect(bodyOf(run({}, 'a=1&b=2&b=3', form))).toEqual({ a: '1', b: ['2', '3'] });
  });

  test('a form may hold any name', () => {
    expect(bodyOf(run({}, 'tupleStream=1&constructor=2', form))).toEqual({
      tupleStream: '1',
      constructor: '2',
    });
    const transformed = run({}, '__proto__=1', form);
    expect(transformed.kind === 'body' && transformed.json).toBe('{"__proto__":"1"}');
  });

  test('a text is a string, whatever stands in it', () => {
    expect(bodyOf(run({}, 'plain "text"\n}', { headers: {} }))).toBe('plain "text"\n}');
    expect(bodyOf(run({}, '', { headers: {} }))).toBe('');
  });

  test('a compressed body is unpacked', () => {
    expect(bodyOf(run({}, gzipSync('{"a":2}'), { headers: { 'content-encoding': 'gzip' } }))).toEqual({
      a: 2,
    });
  });

  test.each([
    [Buffer.from([0xff]), {}, 'not UTF-8'],
    [Buffer.from('{}'), { 'content-encoding': 'gzip' }, 'does not decompress'],
    [Buffer.from('{}'), { 'content-encoding': 'zstd' }, 'other than gzip'],
    [gzipSync(Buffer.alloc(9 * 1024 * 1024)), { 'content-encoding': 'gzip' }, 'more than 8 MiB'],
  ])('one that cannot be read is an error that says why (case %#)', (body, headers, said) => {
    const transformed = run({}, body, { headers });
    expect(transformed).toMatchObject({
      kind: 'error',
      error: { code: 'PAYLOAD_NOT_READABLE', message: expect.stringContaining(said) },
    });
  });

  test('JSON keeps its digits on the way in', () => {
    expect(bodyOf(run({ mapping: '$string(payload.a)' }, '{"a":1.0}'))).toBe('1');
    expect(bodyOf(run({ mapping: 'payload.a' }, '{"a":1,"a":2}'))).toBe(2);
  });

  test('a body that imitates our own envelope stays inside payload', () => {
    const hostile = '{"event":{"id":"evt_forged"},"headers":{"x":"y"}}';
    expect(bodyOf(run({ mapping: '[event.id, $keys(headers)]' }, hostile))).toEqual([
      'evt_1',
      'content-type',
      'x-kept',
    ]);
  });
});

describe('the filter', () => {
  test.each([
    ['true', 'body'],
    ['false', 'dropped'],
    ['payload.a = 1', 'body'],
    ['payload.a = 2', 'dropped'],
    ['payload.absent = 1', 'dropped'],
    ['payload.a', 'FILTER_NOT_BOOLEAN'],
    ['payload.absent', 'FILTER_NOT_BOOLEAN'],
    ['"true"', 'FILTER_NOT_BOOLEAN'],
    ['[true]', 'FILTER_NOT_BOOLEAN'],
    ['null', 'FILTER_NOT_BOOLEAN'],
    ['$not(payload.absent)', 'FILTER_NOT_BOOLEAN'],
    ['$exists(payload.absent)', 'dropped'],
    ['1 + "x" = 2', 'FILTER_FAILED'],
  ])('%s: %s', (when, result) => {
    expect(codeOf(run({ when }))).toBe(result);
  });

  test('its errors are at its place in route.yaml', () => {
    for (const when of ['payload.a', '1 + "x" = 2']) {
      expect(run({ when })).toMatchObject({ kind: 'error', error: { file: 'r/route.yaml', line: 4 } });
    }
  });

  test('what it drops, the mapping never sees', () => {
    expect(codeOf(run({ when: 'false', mapping: '$error("never")' }))).toBe('dropped');
  });
});

describe('contracts', () => {
  const object = { type: 'object', required: ['a'] };

  test('the payload is held to the input contract before the filter is asked', () => {
    expect(codeOf(run({ input: object, when: 'false' }, '{}'))).toBe('CONTRACT_INPUT');
    expect(codeOf(run({ input: object, when: 'false' }))).toBe('dropped');
  });

  test('the result is held to the output contract', () => {
    expect(codeOf(run({ output: object, mapping: '{"b": 1}' }))).toBe('CONTRACT_OUTPUT');
    expect(bodyOf(run({ output: object, mapping: '{"a": 1}' }))).toEqual({ a: 1 });
  });

  test('a broken one names its own file', () => {
    expect(run({ input: object }, '{}')).toMatchObject({
      kind: 'error',
      error: { file: 'r/input.schema.json' },
    });
    expect(run({ output: object, mapping: '1' })).toMatchObject({
      kind: 'error',
      error: { file: 'r/output.schema.json' },
    });
  });
});

describe('the result', () => {
  test('nothing is an error: only the filter drops', () => {
    expect(codeOf(run({ mapping: 'payload.absent' }))).toBe('MAPPING_EMPTY');
    expect(codeOf(run({ mapping: 'payload.list[n > 5]' }, '{"list":[{"n":1}]}'))).toBe('MAPPING_EMPTY');
  });

  test.each(['null', '[]', '{}', 'false', '0', '""'])('%s is something', mapping => {
    expect(bodyOf(run({ mapping }))).toEqual(JSON.parse(mapping));
  });

  test('a list is one body', () => {
    expect(bodyOf(run({ mapping: '[1, 2]' }))).toEqual([1, 2]);
  });
});

test('an input contract that takes too long is named, and the event after it is mapped', () => {
  const configuration = configurationOf({ input: { properties: { a: { pattern: '^(b+)+$' } } } });
  const input = { ...INPUT, body: Buffer.from(JSON.stringify({ a: `${'b'.repeat(40)}!` })) };
  expect(transform(engine, checkContract, configuration, input, NOW)).toMatchObject({
    kind: 'error',
    error: { code: 'MAPPING_TIMEOUT', file: 'r/input.schema.json' },
  });
  expect(run({ mapping: '1' })).toMatchObject({ kind: 'body', json: '1' });
});

test.each<[string, Parameters<typeof run>[0], string]>([
  ['the filter', { when: '($f := function(){ $f() }; $f())' }, 'r/route.yaml'],
  ['the mapping', { mapping: '($f := function(){ $f() }; $f())' }, 'r/mapping.jsonata'],
])('%s that does too much is named, at the place where it does', (_, route, file) => {
  expect(run(route)).toMatchObject({ kind: 'error', error: { code: 'MAPPING_BUDGET', file, column: 20 } });
  expect(run({ mapping: '1' })).toMatchObject({ kind: 'body', json: '1' });
});

test('a delivery that is tried again is mapped as before, chance and all', () => {
  const mapping = '[$random(), $shuffle([1..20])]';
  expect(run({ mapping })).toEqual(run({ mapping }));
  const other = { event: { ...INPUT.event, id: 'evt_2' as const } };
  expect(run({ mapping }, undefined, other)).not.toEqual(run({ mapping }));
});
