import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUtf8, MAX_DECOMPRESSED_BYTES, readPayload } from '../../core/payload.ts';

const FORM = 'application/x-www-form-urlencoded';
const RUNS = { seed: 20_260_115, numRuns: 300 } as const;

describe('JSON is recognised by trying, because providers mislabel it', () => {
  test.each([undefined, 'application/json', 'text/plain', 'application/x-www-form-urlencode'])('%s', type => {
    expect(readPayload(Buffer.from('{"a":1}'), type)).toEqual({
      kind: 'json',
      value: { a: 1 },
      text: '{"a":1}',
    });
  });

  test.each(['null', '0', 'false', '"text"', '[]', ' [1] '])('%s is JSON as well', text => {
    expect(readPayload(Buffer.from(text))).toEqual({ kind: 'json', value: JSON.parse(text), text });
  });

  test('the text keeps what parsing loses', () => {
    const text = '{"id":9007199254740993,"amount":1.0}';
    expect(readPayload(Buffer.from(text))).toMatchObject({ kind: 'json', text });
  });

  test('a byte order mark before it is left out', () => {
    expect(readPayload(Buffer.from('\ufeff{"a":1}'))).toMatchObject({ kind: 'json', text: '{"a":1}' });
  });
});

describe('a form', () => {
  const form = (text: string, type = FORM) => readPayload(Buffer.from(text), type);

  test.each([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1&a=2&a=3', { a: ['1', '2', '3'] }],
    ['a=1&b=x&a=2', { a: ['1', '2'], b: 'x' }],
    ['a', { a: '' }],
    ['a=b%20c+d', { a: 'b c d' }],
    ['a=%ff', { a: '\ufffd' }],
    ['payload=%7B%22a%22%3A1%7D', { payload: '{"a":1}' }],
    ['', {}],
  ])('%s', (text, value) => {
    expect(form(text)).toEqual({ kind: 'form', value });
  });

  test('is recognised by its content type, in any case and with parameters', () => {
    expect(form('a=1', 'Application/X-WWW-Form-Urlencoded; charset=utf-8')).toMatchObject({ kind: 'form' });
    expect(form('{"a":1}', FORM)).toMatchObject({ kind: 'form' });
    expect(form('a=1', 'text/plain')).toEqual({ kind: 'text', value: 'a=1' });
  });

  test('may use names that objects know already', () => {
    const payload = form('__proto__=x&constructor=y&toString=z');
    expect(Object.entries(payload.kind === 'form' ? payload.value : {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ]);
    expect(Object.prototype).not.toHaveProperty('x');
  });

  test('with one name repeated 100,000 times is read in time that grows with its length alone', () => {
    const startedAt = performance.now();
    const payload = form('a&'.repeat(100_000));
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(payload).toMatchObject({ kind: 'form' });
    expect(payload.kind === 'form' && payload.value['a']).toHaveLength(100_000);
  });
});

describe('a text', () => {
  test('is what is neither JSON nor a form', () => {
    expect(readPayload(Buffer.from('<a/>'), 'application/xml')).toEqual({ kind: 'text', value: '<a/>' });
    expect(readPayload(Buffer.alloc(0))).toEqual({ kind: 'text', value: '' });
    expect(readPayload(Buffer.from('{"a":1'))).toEqual({ kind: 'text', value: '{"a":1' });
  });

  test('that is not UTF-8 is undecodable, never guessed', () => {
    expect(readPayload(Buffer.from([0xff]))).toEqual({ kind: 'undecodable', reason: 'not-utf-8' });
  });
});

describe('a compressed body', () => {
  const json = Buffer.from('{"a":1}');

  test.each([
    ['gzip', gzipSync(json)],
    ['x-gzip', gzipSync(json)],
    [' GZIP ', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['br', brotliCompressSync(json)],
    ['identity', json],
    ['', json],
  ])('content-encoding %j', (encoding, body) => {
    expect(readPayload(body, 'application/json', encoding)).toMatchObject({ kind: 'json', value: { a: 1 } });
  });

  test.each(['zstd', 'gzip, br', 'compress', 'gzip;q=1'])(
    'in an encoding that we do not know (%s) is said so',
    encoding => {
      expect(readPayload(gzipSync(json), undefined, encoding)).toEqual({
        kind: 'undecodable',
        reason: 'unknown-content-encoding',
      });
    },
  );

  test.each([
    ['gzip', json],
    ['gzip', gzipSync(json).subarray(0, -4)],
    ['gzip', Buffer.alloc(0)],
    ['deflate', gzipSync(json)],
    ['br', gzipSync(json)],
  ])('that is corrupt (%s, case %#) is said so', (encoding, body) => {
    expect(readPayload(body, undefined, encoding)).toEqual({
      kind: 'undecodable',
      reason: 'corrupt-compression',
    });
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', (plain: Buffer) => brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ] as const)('that unfolds beyond the limit (%s) is stopped there', (encoding, compress) => {
    const largest = compress(Buffer.alloc(MAX_DECOMPRESSED_BYTES, ' '));
    const bomb = compress(Buffer.alloc(MAX_DECOMPRESSED_BYTES + 1, ' '));
    expect(bomb.byteLength).toBeLessThan(20_000);
    expect(readPayload(bomb, undefined, encoding)).toEqual({
      kind: 'undecodable',
      reason: 'decompressed-too-large',
    });
    expect(readPayload(largest, undefined, encoding)).toMatchObject({ kind: 'text' });
  });

  test('of any bytes is read or said to be undecodable, and never crashes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom('gzip', 'deflate', 'br', 'identity', 'x'),
        fc.constantFrom(FORM, 'application/json', ''),
        (body, encoding, type) => {
          expect(['json', 'form', 'text', 'undecodable']).toContain(readPayload(body, type, encoding).kind);
        },
      ),
      RUNS,
    );
  });
});

test('text is decoded only where that is exact', () => {
  expect(decodeUtf8(Buffer.from('Zoë 👩‍🚒'))).toBe('Zoë 👩‍🚒');
  for (const broken of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x91]]) {
    expect(decodeUtf8(Buffer.from(broken))).toBeUndefined();
  }
});
