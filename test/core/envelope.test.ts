/** The queue holds what the provider sent, byte for byte, in text that SQS takes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEnvelope, type Envelope, encodeEnvelope } from '../../core/envelope.ts';
import { anyText } from '../anyText.ts';
import { envelope, openedEnvelope } from '../builders.ts';

const RUNS = { seed: 20_260_115, numRuns: 500 } as const;

/** SendMessage: "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF". */
const SQS_TEXT = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

const SPECIAL: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', Buffer.alloc(0)],
  ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf])],
  ['a byte order mark before JSON', Buffer.from('\ufeff{"a":1}')],
  ['a byte order mark within', Buffer.from('a\ufeffb')],
  ['U+FFFE and U+FFFF', Buffer.from('\ufffe\uffff')],
  ['U+FFFD as it was sent', Buffer.from('\ufffd')],
  ['noncharacters that SQS takes', Buffer.from('\u{1fffe}\u{10ffff}\ufdd0')],
  ['invalid UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ['a surrogate in UTF-8', Buffer.from([0xed, 0xa0, 0x80])],
  ['an overlong slash', Buffer.from([0xc0, 0xaf])],
  ['a cut emoji', Buffer.from('👩').subarray(0, 3)],
  ['control characters', Buffer.from(Array.from({ length: 33 }, (_, code) => code))],
  ['line separators', Buffer.from('\u2028\u2029\u0085\r\n')],
  ['emoji', Buffer.from('👩‍🚒')],
  ['text that looks like base64', Buffer.from('AAAA')],
];

const firstLineOf = (sent: Envelope): Record<string, unknown> =>
  JSON.parse(encodeEnvelope(sent).split('\n')[0] ?? '') as Record<string, unknown>;

function roundTrip(body: Uint8Array): { text: string; body: Buffer } {
  const text = encodeEnvelope(envelope({ body }));
  return { text, body: Buffer.from(openedEnvelope(text).body) };
}

describe('a body comes back byte for byte', () => {
  test.each(SPECIAL)('%s', (_, body) => {
    const back = roundTrip(body);
    expect(back.body.toString('hex')).toBe(Buffer.from(body).toString('hex'));
    expect(back.text).toMatch(SQS_TEXT);
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 256 }), body => {
        const back = roundTrip(body);
        expect(back.body.equals(body)).toBe(true);
        expect(SQS_TEXT.test(back.text)).toBe(true);
      }),
      RUNS,
    );
  });

  test('any text', () => {
    fc.assert(
      fc.property(anyText(), text => {
        const body = Buffer.from(text);
        const back = roundTrip(body);
        expect(back.body.equals(body)).toBe(true);
        expect(SQS_TEXT.test(back.text)).toBe(true);
      }),
      RUNS,
    );
  });
});

test('text is kept as text, because people read queues', () => {
  const text = encodeEnvelope(envelope({ body: Buffer.from('{\n  "name": "Zoë"\n}') }));
  expect(text).toMatch(/^\{.*"bodyEncoding":"utf-8".*\}\n\{\n {2}"name": "Zoë"\n\}$/);
});

test('everything else in the envelope comes back as it was', () => {
  const sent = envelope({
    headers: { 'content-type': 'text/plain', 'x-quote': '"\\' },
    event: { ...envelope().event, providerId: 'abc 123' },
  });
  const decoded = decodeEnvelope(encodeEnvelope(sent));
  expect(decoded).toEqual({ ok: true, envelope: { ...sent, body: Buffer.from(sent.body) } });
});

test('a replay keeps its mark, and an envelope without one has none', () => {
  const replay = {
    of: 'dlv_00000000000000000000000000000000',
    run: 'after-the-outage',
    by: 'ada@desk (AKIA)',
  } as const;
  const sent = envelope({ replay });
  expect(decodeEnvelope(encodeEnvelope(sent))).toEqual({
    ok: true,
    envelope: { ...sent, body: Buffer.from(sent.body) },
  });
  expect(firstLineOf(envelope())).not.toHaveProperty('replay');
});

describe('what is not an envelope is refused with its problem', () => {
  const good = firstLineOf(envelope());
  const withBody = (line: object) => `${JSON.stringify(line)}\n{}`;
  const without = (key: string) =>
    withBody(Object.fromEntries(Object.entries(good).filter(([name]) => name !== key)));
  const event = good['event'] as Record<string, unknown>;

  test.each([
    ['', "the message's first line is not JSON"],
    ['garbage', "the message's first line is not JSON"],
    ['\n{"format":2}', "the message's first line is not JSON"],
    ['{"format":2', "the message's first line is not JSON"],
    ['{"format":\n2}', "the message's first line is not JSON"],
    ['null', "the message's first line is not an object"],
    ['[]', "the message's first line is not an object"],
    ['"text"\n{}', "the message's first line is not an object"],
    ['{}', 'the envelope has an unknown format'],
    [withBody({ ...good, format: 1 }), 'the envelope has an unknown format'],
    [withBody({ ...good, format: '2' }), 'the envelope has an unknown format'],
    [without('deliveryId'), 'the envelope lacks "deliveryId"'],
    [without('route'), 'the envelope lacks "route"'],
    [without('destination'), 'the envelope lacks "destination"'],
    [without('event'), 'the envelope lacks "event"'],
    [withBody({ ...good, event: { ...event, id: 1 } }), 'the envelope lacks "event.id"'],
    [withBody({ ...good, event: { ...event, type: null } }), 'the envelope lacks "event.type"'],
    [withBody({ ...good, event: [] }), 'the envelope lacks "event"'],
    [without('headers'), 'the envelope lacks "headers"'],
    [withBody({ ...good, headers: { a: 1 } }), 'the envelope lacks "headers"'],
    [withBody({ ...good, headers: [] }), 'the envelope lacks "headers"'],
    [JSON.stringify(good), 'the envelope lacks "body"'],
    [JSON.stringify({ ...good, body: '{}' }), 'the envelope lacks "body"'],
    [without('bodyEncoding'), 'the envelope lacks "body"'],
    [withBody({ ...good, bodyEncoding: 'hex' }), 'the envelope lacks "body"'],
    [withBody({ ...good, replay: 'dlv_1' }), 'the envelope has a "replay" that is none'],
    [withBody({ ...good, replay: { of: 'dlv_1', run: 'x' } }), 'the envelope has a "replay" that is none'],
  ])('%s', (text, problem) => {
    expect(decodeEnvelope(text)).toEqual({ ok: false, problem });
  });

  test('an envelope wrapped in JSON once more is refused, not unwrapped', () => {
    expect(decodeEnvelope(JSON.stringify(encodeEnvelope(envelope())))).toEqual({
      ok: false,
      problem: "the message's first line is not an object",
    });
  });

  test('any text is refused or decoded, and never makes it crash', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => {
        expect(decodeEnvelope(text).ok).toBe(false);
      }),
      RUNS,
    );
  });
});
