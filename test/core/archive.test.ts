/** A key tells what to replay, in order; an object gives back the bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  archiveKey,
  archiveKeysFrom,
  archivePrefix,
  decodeArchived,
  encodeArchived,
  readArchiveKey,
} from '../../core/archive.ts';
import type { Original } from '../../core/envelope.ts';
import { eventIdFromProvider } from '../../core/ids.ts';
import { anyText } from '../anyText.ts';
import { envelope, NOW } from '../builders.ts';

const RUNS = { seed: 20_260_115, numRuns: 300 } as const;

const originalOf = (overrides: Partial<Original> = {}): Original => {
  const { event, headers, body } = envelope();
  return { event, headers, body, ...overrides };
};

/** Names, types and times as receive can have them. */
const source = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
const type = fc.stringMatching(/^[\x21-\x7e][\x20-\x7e]{0,254}$/);
const time = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2099, 11, 31) });
const id = fc.string().map(text => eventIdFromProvider('any', text));
const keyOf = (parts: { source: string; type: string; time: number; id: `evt_${string}` }) =>
  archiveKey({ ...parts, receivedAt: new Date(parts.time).toISOString() });

describe('a key', () => {
  test('can be read by people', () => {
    const receivedAt = '2026-11-22T21:55:41.123Z';
    const event = { source: 'shop', id: eventIdFromProvider('shop', '1'), type: 'orders.create', receivedAt };
    expect(archiveKey(event)).toBe(`events/source=shop/2026/11/22/21/5541123-${event.id}-orders.create.json`);
  });

  test('gives back what it was made of, in the bytes that S3 takes', () => {
    fc.assert(
      fc.property(fc.record({ source, type, time, id }), parts => {
        const key = keyOf(parts);
        expect(readArchiveKey(key)).toEqual({
          key,
          source: parts.source,
          type: parts.type,
          receivedAt: parts.time,
          id: parts.id,
        });
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
        // "Safe characters" of S3's documentation, and the percent sign, `=` and `~`.
        expect(key).toMatch(/^[A-Za-z0-9!_.*'()/%=~-]+$/);
      }),
      RUNS,
    );
  });

  test('sorts by time, and between the times that it lies between', () => {
    fc.assert(
      fc.property(source, type, id, time, time, (name, eventType, eventId, a, b) => {
        const key = keyOf({ source: name, type: eventType, time: a, id: eventId });
        // Bytes decide, as in S3; keys are ASCII, for which JavaScript compares alike.
        expect(key > archiveKeysFrom(name, b)).toBe(a >= b);
      }),
      RUNS,
    );
  });

  test.each(['shop', 'a'])('of %s is under its own prefix and no other source’s', name => {
    const key = keyOf({ source: `${name}-2`, type: 'x', time: NOW, id: eventIdFromProvider('a', 'b') });
    expect(key.startsWith(archivePrefix(name))).toBe(false);
    expect(key.startsWith(archivePrefix(`${name}-2`))).toBe(true);
  });

  test.each([
    '',
    'events/',
    'payloads/source=shop/2026/11/22/21/5541123-evt_0123456789abcdef0123456789abcdef-x.json',
    'events/source=shop/2026/11/22/21/5541123-evt_0123-x.json',
    'events/source=shop/2026/13/45/21/5541123-evt_0123456789abcdef0123456789abcdef-x.json',
    'events/source=shop/2026/11/22/21/5541123-evt_0123456789abcdef0123456789abcdef-%E0%A4%A.json',
    'events/source=shop/2026/11/22/21/5541123-evt_0123456789abcdef0123456789abcdef-x.json.bak',
  ])('that is none of ours is passed by: %s', key => {
    expect(readArchiveKey(key)).toBeUndefined();
  });
});

describe('an archived event', () => {
  test('gives back any bytes, and everything else as it was', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          anyText().map(text => Buffer.from(text)),
        ),
        fc.dictionary(fc.stringMatching(/^[a-z-]{1,20}$/), anyText()),
        (body, headers) => {
          const decoded = decodeArchived(encodeArchived(originalOf({ body, headers })));
          if (!decoded.ok) throw new Error(decoded.problem);
          expect(Buffer.from(decoded.original.body).equals(body)).toBe(true);
          expect(decoded.original.headers).toEqual(headers);
          expect(decoded.original.event).toEqual(originalOf().event);
        },
      ),
      RUNS,
    );
  });

  test('holds no route and no destination: a later one may have it, too', () => {
    const text = encodeArchived({ ...originalOf(), ...{ route: 'x', destination: 'y' } });
    expect(Object.keys(JSON.parse(text)).sort()).toEqual([
      'body',
      'bodyEncoding',
      'event',
      'format',
      'headers',
    ]);
  });

  const good = JSON.parse(encodeArchived(originalOf())) as Record<string, unknown>;
  test.each([
    ['', 'the archived event is not JSON'],
    ['null', 'the archived event has an unknown format'],
    [JSON.stringify({ ...good, format: 2 }), 'the archived event has an unknown format'],
    [JSON.stringify({ ...good, event: {} }), 'the archived event lacks "event.id"'],
    [JSON.stringify({ ...good, body: 1 }), 'the archived event lacks "body"'],
  ])('that is none is refused with its problem: %s', (text, problem) => {
    expect(decodeArchived(text)).toEqual({ ok: false, problem });
  });
});
