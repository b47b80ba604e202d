import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deliveryId,
  eventIdFromBytes,
  eventIdFromProvider,
  replayDeliveryId,
  shortDigest,
} from '../../core/ids.ts';

const RUNS = { seed: 20_260_115, numRuns: 300 } as const;
const bytes = (text: string) => Buffer.from(text);

test('the same event has the same id, in every process and for all time', () => {
  // Written down: a destination deduplicates by what comes of these, so they may never change.
  expect(eventIdFromProvider('github', 'abc')).toBe('evt_51044a8ad4f25b8ee4566b037dd20d94');
  expect(eventIdFromBytes('github', bytes('{}'), '1768478400000')).toBe(
    'evt_41d8f4d3f39df2c018e9aee63c3d73b8',
  );
  expect(deliveryId('evt_51044a8ad4f25b8ee4566b037dd20d94', 'github-to-ledger')).toBe(
    'dlv_fed6c79e8692e642fbc8c3dd3aae3f50',
  );
});

test('ids are one word: a prefix and 32 hex digits', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (source, id) => {
      expect(eventIdFromProvider(source, id)).toMatch(/^evt_[0-9a-f]{32}$/);
      expect(deliveryId('evt_1', id)).toMatch(/^dlv_[0-9a-f]{32}$/);
    }),
    RUNS,
  );
});

describe('different things have different ids', () => {
  test('because each part is preceded by its length', () => {
    expect(eventIdFromProvider('ab', 'c')).not.toBe(eventIdFromProvider('a', 'bc'));
    expect(eventIdFromProvider('a', '1:b')).not.toBe(eventIdFromProvider('a1:', 'b'));
    expect(eventIdFromBytes('a', bytes('b1:c'), 'd')).not.toBe(eventIdFromBytes('a', bytes('b'), 'c1:d'));
  });

  test('whatever the parts are', () => {
    const part = () => fc.string({ unit: fc.constantFrom('a', '1', ':', ''), maxLength: 4 });
    fc.assert(
      fc.property(part(), part(), part(), part(), (a, b, c, d) => {
        fc.pre(a !== c || b !== d);
        expect(eventIdFromProvider(a, b)).not.toBe(eventIdFromProvider(c, d));
        expect(eventIdFromBytes(a, bytes(b), '1')).not.toBe(eventIdFromBytes(c, bytes(d), '1'));
      }),
      RUNS,
    );
  });

  test("an id from bytes is never one from a provider's id", () => {
    expect(eventIdFromBytes('a', bytes('b'), '')).not.toBe(eventIdFromProvider('a', 'b'));
  });

  test('two equal bodies at two times are two events', () => {
    expect(eventIdFromBytes('a', bytes('{}'), '1')).not.toBe(eventIdFromBytes('a', bytes('{}'), '2'));
  });

  test('one event down two routes is two deliveries', () => {
    expect(deliveryId('evt_1', 'a')).not.toBe(deliveryId('evt_1', 'b'));
  });

  test('a replay is neither the delivery that it repeats nor another run of it, and the same run is the same', () => {
    const ids = [
      deliveryId('evt_1', 'a'),
      replayDeliveryId('evt_1', 'a', 'monday'),
      replayDeliveryId('evt_1', 'a', 'tuesday'),
      replayDeliveryId('evt_1', 'b', 'monday'),
      replayDeliveryId('evt_2', 'a', 'monday'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(replayDeliveryId('evt_1', 'a', 'monday')).toBe(ids[1]);
  });

  test('bytes that are no text are told apart', () => {
    expect(eventIdFromBytes('a', Buffer.from([0xff]), '1')).not.toBe(
      eventIdFromBytes('a', Buffer.from([0xfe]), '1'),
    );
  });
});

test('a short digest is 12 hex digits of SHA-256', () => {
  expect(shortDigest('')).toBe('e3b0c44298fc');
  expect(shortDigest('abc')).toBe('ba7816bf8f01');
});
