/** Numbers with more digits than a double has, from an event to a request. */
import { describe, expect, test } from 'vitest';
import { createContractCheck } from '../../../core/mapping/contract.ts';
import { type Transformed, transform } from '../../../core/mapping/transform.ts';
import { NOW } from '../../builders.ts';
import { newEngine, sourceText } from '../../mappingEngine.ts';

const engine = newEngine();
const checkContract = createContractCheck();

function transformed(route: { mapping: string; body: string; numbers?: 'strings' }): Transformed {
  const { mapping, body, ...rest } = route;
  const configuration = {
    ...{ from: 'github', to: 'ledger', mapping: sourceText(mapping), contract: {}, mappingDigest: 'abc' },
    ...rest,
  };
  const event = {
    id: 'evt_1' as const,
    type: 'push',
    source: 'github',
    receivedAt: '2026-01-15T12:00:00.000Z',
  };
  return transform(
    engine,
    checkContract,
    configuration,
    { body: Buffer.from(body), headers: {}, event },
    NOW,
  );
}

const BIG = '12345678901234567890';
const body = `{"id": ${BIG}, "price": 0.10000000000000000001, "n": 2, "ids": [${BIG}, 9007199254740993]}`;

test('in brackets it is a position like any other number, and not a test', () => {
  const at = (mapping: string) =>
    transformed({
      mapping,
      body: '{"big": 12345678901234567890, "near": 0.99999999999999999999, "a": [1, 2]}',
    });
  expect(at('[payload.a[$$.payload.big]]')).toMatchObject({ json: '[]' });
  expect(at('[payload.a[$$.payload.near]]')).toMatchObject({ json: '[1]' });
});

describe('a number that is only moved', () => {
  test.each([
    ['payload', body.replaceAll(' ', '')],
    ['{"id": payload.id, "first": payload.ids[0]}', `{"id":${BIG},"first":${BIG}}`],
    ['payload.{"all": ids, "twice": n * 2}', `{"all":[${BIG},9007199254740993],"twice":4}`],
    ['{"text": "no. " & payload.id}', `{"text":"no. ${BIG}"}`],
    ['payload.ids^($)', `[9007199254740993,${BIG}]`],
    ['payload.id = payload.ids[0]', 'true'],
    ['payload.id > 5', 'true'],
    ['payload ~> |$|{"n": 3}|', body.replace('"n": 2', '"n": 3').replaceAll(' ', '')],
  ])('%s', (mapping, expected) => {
    const result = transformed({ mapping, body });
    if (result.kind !== 'body') throw new Error(JSON.stringify(result));
    // In whichever order the keys are written.
    expect(result.json.split(/[{},]/).sort()).toEqual(expected.split(/[{},]/).sort());
  });
});

test.each(['payload.id + 1', '-payload.id', 'payload.id * 2', '$sum(payload.ids)', '$round(payload.price)'])(
  '%s is an error, not another number',
  mapping => {
    expect(transformed({ mapping, body })).toMatchObject({
      kind: 'error',
      error: { code: 'MAPPING_FAILED', message: expect.stringContaining('more digits') },
    });
  },
);

test('numbers: strings hands them over as texts', () => {
  expect(
    transformed({ mapping: '[payload.id, payload.n, $type(payload.price)]', body, numbers: 'strings' }),
  ).toMatchObject({
    kind: 'body',
    json: `["${BIG}",2,"string"]`,
  });
});

test('a body that is nested too deeply is not readable', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  expect(transformed({ mapping: 'payload', body: deep })).toMatchObject({
    kind: 'error',
    error: { code: 'PAYLOAD_NOT_READABLE', message: expect.stringContaining('1,000 levels') },
  });
});
