/** An example holds, or a person is told what was different. */
import { describe, expect, test } from 'vitest';
import type { Example, Expectation } from '../../../core/files/exampleFiles.ts';
import { EXAMPLE_NOW, exampleType, judgeExample, transformExample } from '../../../core/files/runExample.ts';
import { createContractCheck } from '../../../core/mapping/contract.ts';
import { newEngine, sourceText } from '../../mappingEngine.ts';

const engine = newEngine();
const checkContract = createContractCheck();

const example = (expectation: Expectation, overrides: Partial<Example> = {}): Example => ({
  name: 'typical',
  file: 'm/r/examples/typical.input.json',
  body: '{"a":1}',
  context: {},
  expectation,
  ...overrides,
});
const output = (value: unknown): Expectation => ({ kind: 'output', file: 'typical.output.json', value });
const dropped: Expectation = { kind: 'dropped', file: 'typical.dropped' };
const failing = (error: Record<string, unknown>): Expectation => ({
  kind: 'error',
  file: 'typical.error.json',
  error,
});

const run = (mapping: string, given: Example, when?: string) =>
  transformExample(
    engine,
    checkContract,
    {
      ...{ from: 'shop', to: 'desk', events: ['orders.*'], contract: {}, mappingDigest: 'abc' },
      mapping: sourceText(mapping),
      ...(when === undefined ? {} : { when: sourceText(when) }),
    },
    given,
  );
const judge = (mapping: string, expectation: Expectation, when?: string) => {
  const given = example(expectation);
  return judgeExample(given, run(mapping, given, when));
};

describe('an example that holds', () => {
  test.each<[string, Expectation, string | undefined]>([
    ['{"b": payload.a}', output({ b: 1 }), undefined],
    ['payload', output({ a: 1 }), 'true'],
    ['payload', dropped, 'false'],
    ['$error("no")', failing({ code: 'MAPPING_FAILED', message: 'no', line: 1 }), undefined],
    ['payload.absent', failing({ code: 'MAPPING_EMPTY' }), undefined],
  ])('%s', (mapping, expectation, when) => {
    expect(judge(mapping, expectation, when)).toBeUndefined();
  });
});

describe('an example that does not hold says what was different', () => {
  test.each<[string, Expectation, string | undefined, string]>([
    ['{"b": 2}', output({ b: 1 }), undefined, '/b: expected 1, got 2'],
    [
      '$now()',
      output('2026-11-25T14:03:11.120Z'),
      undefined,
      '$now() is 2026-01-01T00:00:00.000Z in this example',
    ],
    ['{"b": 1, "c": 2}', output({ b: 1 }), undefined, '/c: expected nothing, got 2'],
    ['{}', output({ b: null }), undefined, '/b: expected null, got nothing'],
    ['[1]', output({ 0: 1 }), undefined, 'expected {"0":1}, got [1]'],
    ['"1"', output(1), undefined, 'expected 1, got "1"'],
    ['payload', output({ a: 1 }), 'false', '`when` dropped this event'],
    ['payload', dropped, 'true', '`when` let this event through'],
    ['payload', dropped, undefined, '`when` let this event through'],
    ['payload', failing({ code: 'MAPPING_FAILED' }), undefined, 'expected to fail'],
    ['$error("no")', output({}), undefined, 'the mapping failed: MAPPING_FAILED at mapping.jsonata:1:'],
    ['$error("no")', dropped, undefined, 'the mapping failed'],
    [
      '$error("no")',
      failing({ code: 'MAPPING_EMPTY' }),
      undefined,
      'another error was expected: code "MAPPING_EMPTY"',
    ],
    ['$error("no")', failing({ code: 'MAPPING_FAILED', message: 'yes' }), undefined, 'message "yes"'],
    ['$error("no")', failing({ code: 'MAPPING_FAILED', line: 2 }), undefined, 'line 2'],
  ])('%s', (mapping, expectation, when, said) => {
    const problem = judge(mapping, expectation, when);
    expect(problem).toMatchObject({ severity: 'error', code: 'example-failed', file: expectation.file });
    expect(`${problem?.message} ${problem?.hint ?? ''}`).toContain(said);
  });
});

describe('what an example’s mapping sees', () => {
  const seen = (overrides: Partial<Example>) => {
    const made = run('{"e": event, "h": headers, "p": payload, "n": $now()}', example(dropped, overrides));
    if (made.kind !== 'body') throw new Error(JSON.stringify(made));
    return JSON.parse(made.json) as unknown;
  };

  test('without a context: a fixed time, the first event type made concrete, JSON', () => {
    expect(seen({})).toEqual({
      e: { id: 'evt_example', type: 'orders.example', source: 'shop', receivedAt: EXAMPLE_NOW },
      h: { 'content-type': 'application/json' },
      p: { a: 1 },
      n: EXAMPLE_NOW,
    });
  });

  test('with one: what it says', () => {
    const context = { type: 'orders.paid', headers: { 'x-a': 'b' }, now: '2026-02-01T10:00:00+01:00' };
    expect(seen({ context })).toMatchObject({
      e: { type: 'orders.paid', receivedAt: '2026-02-01T10:00:00+01:00' },
      h: { 'content-type': 'application/json', 'x-a': 'b' },
      n: '2026-02-01T09:00:00.000Z',
    });
  });

  test('a .txt is a text, and a form where its context says so', () => {
    const file = 'm/r/examples/typical.input.txt';
    expect(seen({ file, body: 'a=1' })).toMatchObject({ p: 'a=1', h: { 'content-type': 'text/plain' } });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(seen({ file, body: 'a=1', context: { headers } })).toMatchObject({ p: { a: '1' } });
  });
});

test.each([
  [['orders.create', '*'], 'orders.create'],
  [['orders.*'], 'orders.example'],
  [['*'], 'example'],
  [[], 'example'],
])('the type of an example of %j is %s', (events, type) => {
  expect(exampleType(events)).toBe(type);
});
