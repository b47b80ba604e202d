/** What lies beside a dead letter: text that SQS takes, small enough for the room that an envelope leaves. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CAUSE_ATTRIBUTE,
  type DeadLetterCause,
  deadLetterAttributes,
  REDRIVES_ATTRIBUTE,
  readCause,
  readRedrives,
} from '../../../core/delivery/deadLetter.ts';
import { MAX_ENVELOPE_BYTES } from '../../../core/envelope.ts';
import { anyText } from '../../anyText.ts';

const SQS_TEXT = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const SQS_LIMIT = 1024 * 1024;

const cause = (overrides: Partial<DeadLetterCause> = {}): DeadLetterCause => ({
  reason: 'exhausted',
  code: 'http-500',
  attempts: 13,
  firstReceivedAt: '2026-01-15T12:00:00.000Z',
  deadLetteredAt: '2026-01-16T12:00:00.000Z',
  ...overrides,
});

/** Names, types and values of attributes all count towards the size of a message. */
const sizeOf = (attributes: Record<string, string>): number =>
  Object.entries(attributes).reduce(
    (sum, [name, value]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength('String') + Buffer.byteLength(value),
    0,
  );

test('a cause comes back as it was written', () => {
  const written = cause({
    message: 'line 1\nline "2"',
    status: 500,
    response: '<h1>Zoë</h1>',
    mappingDigest: 'abc',
  });
  const attributes = deadLetterAttributes(written, 3);
  expect(readCause(attributes[CAUSE_ATTRIBUTE])).toEqual(written);
  expect(readRedrives(attributes[REDRIVES_ATTRIBUTE])).toBe(3);
});

describe('characters that SQS refuses are replaced, and the others kept', () => {
  test.each([
    ['a zero byte', 'a\u0000b', 'a\ufffdb'],
    ['an escape', '\u001b[31m', '\ufffd[31m'],
    ['U+FFFE', 'a\ufffeb', 'a\ufffdb'],
    ['half an emoji', '\ud83d', '\ufffd'],
    ['the other half', 'a\udc69b', 'a\ufffdb'],
    ['a whole emoji', '👩', '👩'],
    ['white space', 'a\t\r\nb', 'a\t\r\nb'],
    ['a delete', '\u007f', '\u007f'],
  ])('%s', (_, response, kept) => {
    const attributes = deadLetterAttributes(cause({ response }), 0);
    expect(readCause(attributes[CAUSE_ATTRIBUTE])?.response).toBe(kept);
    expect(attributes[CAUSE_ATTRIBUTE]).toMatch(SQS_TEXT);
  });

  test('whatever a destination answers', () => {
    fc.assert(
      fc.property(anyText(), anyText(), (message, response) => {
        const attributes = deadLetterAttributes(cause({ message, response }), 0);
        for (const value of Object.values(attributes)) expect(SQS_TEXT.test(value)).toBe(true);
      }),
      { seed: 20_260_115, numRuns: 300 },
    );
  });

  test('an emoji that is cut in half at the limit is not left in half', () => {
    const attributes = deadLetterAttributes(cause({ response: `${'x'.repeat(1_999)}👩` }), 0);
    expect(readCause(attributes[CAUSE_ATTRIBUTE])?.response?.endsWith('x\ufffd')).toBe(true);
  });
});

test.each([
  ['quotes', '"'.repeat(9_999)],
  ['line breaks', '\n'.repeat(9_999)],
  ['three-byte characters', '\u20ac'.repeat(9_999)],
  ['emoji', '👩'.repeat(9_999)],
  ['zero bytes', '\u0000'.repeat(9_999)],
  ['U+FFFF', '\uffff'.repeat(9_999)],
])('the largest envelope and the largest cause, full of %s, fit into one message', (_, text) => {
  const attributes = deadLetterAttributes(
    cause({
      reason: 'message-unreadable',
      message: text,
      response: text,
      status: 599,
      mappingDigest: 'a'.repeat(12),
    }),
    999_999,
  );
  expect(sizeOf(attributes)).toBeLessThanOrEqual(16 * 1024);
  expect(MAX_ENVELOPE_BYTES + sizeOf(attributes)).toBeLessThanOrEqual(SQS_LIMIT);
});

describe('a dead letter that is not ours', () => {
  test.each([undefined, '', 'garbage', '{}', 'null', '[]', '{"reason":"x"}', '"text"'])(
    'has no cause: %j',
    attribute => {
      expect(readCause(attribute)).toBeUndefined();
    },
  );

  test.each([
    [undefined, 0],
    ['', 0],
    ['0', 0],
    ['12', 12],
    ['-1', 0],
    ['1.5', 0],
    ['9999999', 0],
    ['x', 0],
  ])('was redriven %j: %i times', (attribute, times) => {
    expect(readRedrives(attribute)).toBe(times);
  });
});
