import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  classify,
  type Exchange,
  explain,
  type NetworkCode,
  type Outcome,
  SILENCES,
  whoseMove,
} from '../../../core/delivery/outcome.ts';
import type { RetryRules } from '../../../core/delivery/retryRules.ts';

const response = (status: number, retryAfter?: string): Exchange => ({
  kind: 'response',
  status,
  excerpt: 'what they said',
  ...(retryAfter === undefined ? {} : { retryAfter }),
});

describe('a status says what happened', () => {
  const rows: readonly [Outcome['kind'], readonly number[]][] = [
    ['delivered', [200, 201, 202, 204, 206, 226, 299]],
    ['throttled', [429]],
    ['failed', [408, 425, 500, 501, 502, 503, 504, 507, 511, 520, 599]],
    ['gone', [410]],
    [
      'rejected',
      [301, 302, 303, 304, 307, 308, 300, 400, 401, 403, 404, 405, 409, 411, 413, 415, 418, 422, 426, 451],
    ],
  ];
  const cases = rows.flatMap(([kind, statuses]) => statuses.map(status => ({ status, kind })));

  test.each(cases)('$status: $kind', ({ status, kind }) => {
    expect(classify(response(status))).toMatchObject({ kind, status });
  });

  test('every status from 200 to 599 is one of these', () => {
    for (let status = 200; status < 600; status += 1) {
      const { kind } = classify(response(status));
      expect(kind === 'delivered').toBe(status < 300);
      expect(['delivered', 'throttled', 'failed', 'rejected', 'gone']).toContain(kind);
    }
  });

  test('a status that is none is rejected, never delivered', () => {
    for (const status of [0, 100, 101, 199, Number.NaN])
      expect(classify(response(status)).kind).toBe('rejected');
  });

  test('a failure and a rejection are named by their status', () => {
    expect(classify(response(500))).toEqual({ kind: 'failed', code: 'http-500', status: 500 });
    expect(classify(response(302))).toEqual({ kind: 'rejected', code: 'http-302', status: 302 });
  });
});

describe('Retry-After', () => {
  test('makes a 503 a request to slow down', () => {
    expect(classify(response(503, '60'))).toEqual({ kind: 'throttled', status: 503, retryAfter: '60' });
    expect(classify(response(503))).toEqual({ kind: 'failed', code: 'http-503', status: 503 });
  });

  test('is handed on with a 429, which needs none', () => {
    expect(classify(response(429, '60'))).toEqual({ kind: 'throttled', status: 429, retryAfter: '60' });
    expect(classify(response(429))).toEqual({ kind: 'throttled', status: 429 });
  });

  test('means nothing elsewhere', () => {
    for (const status of [200, 301, 404, 500, 502]) {
      expect(classify(response(status, '60'))).not.toHaveProperty('retryAfter');
    }
  });
});

describe('silence', () => {
  const rejected: readonly string[] = ['address-refused', 'request-unsendable'];

  test.each(Object.keys(SILENCES) as NetworkCode[])('%s has one outcome, a side and a sentence', code => {
    const kind = rejected.includes(code) ? 'rejected' : 'failed';
    expect(classify({ kind: 'no-response', code })).toEqual({ kind, code });
    expect(explain(code)?.meaning).toMatch(/^.{10,}$/);
    expect(whoseMove(code)).toBe(SILENCES[code].whose);
  });

  test("keeps the system's own word", () => {
    expect(classify({ kind: 'no-response', code: 'tls-failed', detail: 'EPROTO' })).toEqual({
      kind: 'failed',
      code: 'tls-failed',
      detail: 'EPROTO',
    });
  });

  test('no rule of a destination changes it', () => {
    const rules = { on: [{ from: 300, to: 599 }], never: [{ from: 300, to: 500 }] };
    for (const code of Object.keys(SILENCES) as NetworkCode[]) {
      expect(classify({ kind: 'no-response', code }, rules)).toEqual(classify({ kind: 'no-response', code }));
    }
  });
});

describe('whose move it is', () => {
  test.each([
    ['http-500', 'destination'],
    ['http-503', 'destination'],
    ['http-401', 'ours'],
    ['http-404', 'ours'],
    ['http-302', 'ours'],
    ['http-429', 'ours'],
    ['http-410', 'destination'],
    ['http-101', 'destination'],
    ['http-0', 'destination'],
    ['timeout', 'destination'],
    ['connect-timeout', 'network'],
    ['dns-not-found', 'destination'],
    ['dns-failed', 'network'],
    ['client-certificate-refused', 'ours'],
    ['secret-missing', 'ours'],
    ['oauth2-invalid-client', 'ours'],
    ['oauth2-http-500', 'destination'],
    ['oauth2-connect-timeout', 'network'],
    ['MAPPING_FAILED', 'ours'],
    ['CONTRACT_OUTPUT', 'ours'],
    ['CONTRACT_INPUT', 'source'],
    ['PAYLOAD_NOT_UTF8', 'source'],
    ['route-removed', 'ours'],
    ['constructor', 'ours'],
  ])('%s: %s', (code, side) => {
    expect(whoseMove(code)).toBe(side);
  });
});

describe("a destination's own rules", () => {
  const range = (from: number, to = from) => ({ from, to });
  const kindOf = (status: number, rules: RetryRules, retryAfter?: string) =>
    classify(response(status, retryAfter), rules).kind;

  test('turn the end into a retry', () => {
    const rules = { on: [range(409), range(520, 527)], never: [] };
    expect(kindOf(409, rules)).toBe('failed');
    expect(kindOf(408, rules)).toBe('failed');
    expect(kindOf(404, rules)).toBe('rejected');
    expect(kindOf(302, { on: [range(300, 399)], never: [] })).toBe('failed');
  });

  test('turn a retry into the end, also one that asked to wait', () => {
    const rules = { on: [], never: [range(501), range(503)] };
    expect(kindOf(501, rules)).toBe('rejected');
    expect(kindOf(503, rules)).toBe('rejected');
    expect(kindOf(503, rules, '60')).toBe('rejected');
    expect(kindOf(502, rules)).toBe('failed');
    expect(classify(response(501), rules)).toEqual({ kind: 'rejected', code: 'http-501', status: 501 });
  });

  test('the narrower one wins', () => {
    const butOne = { on: [range(400, 499)], never: [range(422)] };
    expect(kindOf(421, butOne)).toBe('failed');
    expect(kindOf(422, butOne)).toBe('rejected');
    const onlyOne = { on: [range(503)], never: [range(500, 599)] };
    expect(kindOf(503, onlyOne)).toBe('failed');
    expect(kindOf(502, onlyOne)).toBe('rejected');
  });

  test('leave 410 and 429 alone, unless they are named', () => {
    const wide = { on: [range(400, 499)], never: [] };
    expect(kindOf(410, wide)).toBe('gone');
    expect(kindOf(429, wide)).toBe('throttled');
    expect(kindOf(429, { on: [], never: [range(400, 499)] })).toBe('throttled');
    expect(kindOf(410, { on: [range(410)], never: [] })).toBe('failed');
    expect(kindOf(429, { on: [], never: [range(429)] })).toBe('rejected');
    expect(kindOf(429, { on: [range(429)], never: [] }, '60')).toBe('throttled');
    expect(kindOf(410, { on: [], never: [range(410)] })).toBe('gone');
    expect(kindOf(410, { on: [range(410)], never: [range(400, 499)] })).toBe('failed');
  });

  test('never make a delivery of a failure, nor a failure of a delivery', () => {
    const anyRange = fc
      .tuple(fc.nat(999), fc.nat(999))
      .map(([a, b]) => range(Math.min(a, b), Math.max(a, b)));
    const anyRules = fc.record({ on: fc.array(anyRange), never: fc.array(anyRange) });
    fc.assert(
      fc.property(
        fc.nat(1_099),
        anyRules,
        fc.option(fc.string(), { nil: undefined }),
        (status, rules, retryAfter) => {
          const { kind } = classify(response(status, retryAfter), rules);
          expect(kind === 'delivered').toBe(status >= 200 && status < 300);
        },
      ),
      { seed: 20_260_115, numRuns: 1_000 },
    );
  });
});
