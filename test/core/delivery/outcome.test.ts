import { describe, expect, test } from 'vitest';
import { classify, type Exchange, type NetworkCode, type Outcome } from '../../../core/delivery/outcome.ts';

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
  test.each<[NetworkCode, Outcome['kind']]>([
    ['timeout', 'failed'],
    ['connection-refused', 'failed'],
    ['connection-reset', 'failed'],
    ['dns-failed', 'failed'],
    ['tls-failed', 'failed'],
    ['network-error', 'failed'],
    ['address-refused', 'rejected'],
  ])('%s: %s', (code, kind) => {
    expect(classify({ kind: 'no-response', code })).toEqual({ kind, code });
  });
});
