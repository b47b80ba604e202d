/** Keys by which jsonata marks its own internals. A payload that carries one takes an evaluation over. */
import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { errorOf, evaluate, newEngine, resultOf } from '../../mappingEngine.ts';

const engine = newEngine();
/** Mappings that hold on to a value of their own while they work on the payload. */
const MAPPINGS = [
  'payload.$.{"url": $target}',
  'payload^(a).{"url": $target}',
  'payload.($[true]{"url": $target})',
  '($order := payload; $order{"url": $target})',
  '$map([payload], function($order){ $order{"url": $target} })',
].map(text => `($target := "https://ours.example.com"; ${text})`);

describe('why payloads are screened: jsonata by itself', () => {
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

describe('a payload with such a key is refused, with the key’s place and without its value', () => {
  test.each([
    ['{"tupleStream":true,"@":{},"target":"https://evil.example.com"}', 'payload.tupleStream'],
    ['{"outerWrapper":true,"0":"x"}', 'payload.outerWrapper'],
    ['{"_jsonata_lambda":true,"body":{}}', 'payload._jsonata_lambda'],
    ['{"_jsonata_function":true}', 'payload._jsonata_function'],
    ['{"__proto__":{"a":1}}', 'payload.__proto__'],
    ['{"a":[{"b":{"tupleStream":false}}]}', 'payload.a[0].b.tupleStream'],
    ['[[[{"outerWrapper":null}]]]', 'payload[0][0][0].outerWrapper'],
    ['{"tuple\\u0053tream":1}', 'payload.tupleStream'],
  ])('%s', (payload, path) => {
    for (const text of [...MAPPINGS, 'payload', '1']) {
      const error = errorOf(evaluate(engine, text, payload));
      expect(error).toMatchObject({ code: 'PAYLOAD_RESERVED_KEY', file: 'mapping.jsonata' });
      expect(error.message).toContain(`the key ${path},`);
      expect(error.message).not.toContain('evil');
    }
  });

  test('and the evaluation after it works', () => {
    for (const text of MAPPINGS) {
      errorOf(evaluate(engine, text, '{"tupleStream":true}'));
      expect(resultOf(evaluate(engine, text, '{"a":1}'))).toEqual({ url: 'https://ours.example.com' });
    }
  });

  test('as a value it is harmless', () => {
    expect(resultOf(evaluate(engine, 'payload', { a: 'tupleStream' }))).toEqual({ a: 'tupleStream' });
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
