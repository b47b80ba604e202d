/** Keys by which jsonata marks its own internals: a payload that carries one takes its evaluation over. Here they are data. */
import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { evaluate, newEngine, resultOf } from '../../mappingEngine.ts';

const engine = newEngine();
/** Mappings that hold on to a value of their own while they work on the payload. */
const MAPPINGS = [
  'payload.$.{"url": $target}',
  'payload^(a).{"url": $target}',
  'payload.($[true]{"url": $target})',
  '($order := payload; $order{"url": $target})',
  '$map([payload], function($order){ $order{"url": $target} })',
].map(text => `($target := "https://ours.example.com"; ${text})`);

describe('jsonata by itself', () => {
  test.each(MAPPINGS)('lets a payload replace a variable of the mapping: %s', async text => {
    const hostile = { tupleStream: true, '@': {}, target: 'https://evil.example.com', a: 1 };
    const result = await jsonata(text).evaluate({ payload: hostile });
    expect(result).toEqual({ url: 'https://evil.example.com' });
  });

  test('lets a payload decide what $ is', async () => {
    const hostile = { outerWrapper: true, 0: 'something else', a: 1 };
    expect(await jsonata('payload.($)').evaluate({ payload: hostile })).toBe('something else');
  });

  test('takes an object of the payload for a function', async () => {
    const hostile = { _jsonata_function: true, arity: 1 };
    expect(await jsonata('$type(payload)').evaluate({ payload: hostile })).toBe('function');
  });
});

describe('here such a key is data like any other', () => {
  test.each([
    '{"tupleStream":true,"@":{},"target":"https://evil.example.com","a":1}',
    '{"0":"x","outerWrapper":true}',
    '{"_jsonata_lambda":true,"body":{}}',
    '{"_jsonata_function":true,"arity":1}',
    '{"__proto__":{"a":1,"target":"https://evil.example.com"}}',
    '{"sequence":true,"length":1,"keepSingleton":true}',
    '{"a":[{"b":{"tupleStream":false}}]}',
    '[[[{"outerWrapper":null}]]]',
  ])('%s', payload => {
    for (const text of MAPPINGS.filter(each => !each.includes('^'))) {
      expect(resultOf(evaluate(engine, text, payload)), text).toEqual({ url: 'https://ours.example.com' });
    }
    const evaluation = evaluate(engine, 'payload', payload);
    expect(evaluation.kind === 'value' && evaluation.json).toBe(payload);
    expect(resultOf(evaluate(engine, '$type(payload)', payload))).toMatch(/^(object|array)$/);
    expect(resultOf(evaluate(engine, '$exists(payload.target.nothing)', payload))).toBe(false);
  });

  test('a key __proto__ is read, listed, merged and grouped by, and is no prototype', () => {
    const payload = '{"__proto__":{"polluted":true},"k":"__proto__"}';
    expect(resultOf(evaluate(engine, 'payload.polluted', payload))).toBe(undefined);
    expect(resultOf(evaluate(engine, 'payload.__proto__.polluted', payload))).toBe(true);
    expect(resultOf(evaluate(engine, '$keys(payload)', payload))).toEqual(['__proto__', 'k']);
    for (const text of [
      '$merge([payload, {}])',
      'payload{k: 1}',
      '{payload.k: 1}',
      'payload ~> |$|{"n": 1}|',
    ]) {
      const evaluation = evaluate(engine, text, payload);
      expect(evaluation.kind === 'value' && evaluation.json, text).toContain('{"__proto__":');
    }
    expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
  });
});

test('no other key of jsonata’s own lets a payload change what a mapping says', () => {
  const internal = [
    ...[
      '@',
      'sequence',
      'cons',
      'keepSingleton',
      'keepArray',
      'thunk',
      'arity',
      'arguments',
      'input',
      'environment',
    ],
    ...[
      'body',
      'signature',
      'implementation',
      'then',
      'next',
      'async',
      'async_jsonata',
      'isParallelCall',
      'parent',
    ],
    ...[
      'bind',
      'lookup',
      'createSequence',
      'options',
      'base',
      'timestamp',
      'target',
      '0',
      'length',
      'constructor',
    ],
  ];
  const anyValue = fc.oneof(
    fc.constantFrom<unknown>(true, false, null, 0, 1, 'text', {}, [], { '@': 'x' }),
    fc.dictionary(fc.constantFrom(...internal), fc.constantFrom<unknown>(true, 'evil', {})),
  );
  const anyPayload = fc.dictionary(fc.constantFrom(...internal), anyValue, { noNullPrototype: true });
  fc.assert(
    fc.property(anyPayload, payload => {
      for (const text of MAPPINGS) {
        const evaluation = evaluate(engine, text, payload);
        // An order by what cannot be ordered fails, and that is all it does.
        if (evaluation.kind === 'error') expect(evaluation.error.jsonata).toBe('T2008');
        else expect(resultOf(evaluation)).toEqual({ url: 'https://ours.example.com' });
      }
      expect(resultOf(evaluate(engine, 'payload', payload))).toEqual(JSON.parse(JSON.stringify(payload)));
      expect(resultOf(evaluate(engine, '[payload][0]', payload))).toEqual(
        JSON.parse(JSON.stringify(payload)),
      );
    }),
    { seed: 20_260_115, numRuns: 300 },
  );
});
