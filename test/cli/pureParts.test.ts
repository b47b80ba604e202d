import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numberOption, textOption } from '../../cli/command.ts';
import { causeName, type DeadLetter, hasCause, hasId } from '../../cli/deadLetters/deadLetter.ts';
import { batchesThatFit } from '../../cli/deadLetters/move.ts';
import { progressText } from '../../cli/progress.ts';
import { table } from '../../cli/terminal.ts';
import { envelope } from '../builders.ts';

describe('a table', () => {
  test('has columns as wide as their widest cell, and no blanks at the end of a line', () => {
    expect(
      table([
        ['NAME', 'COUNT', 'SAID'],
        ['ledger', '1', 'a long text that runs on'],
        ['a', '1000000', ''],
      ]),
    ).toBe(
      ['NAME    COUNT    SAID', 'ledger  1        a long text that runs on', 'a       1000000'].join('\n'),
    );
  });

  test.each([
    [[], ''],
    [[['a']], 'a'],
    [[['a', 'b'], ['ccc']], 'a    b\nccc'],
  ])('of %j', (rows, text) => {
    expect(table(rows)).toBe(text);
  });
});

describe('a number among the options', () => {
  test.each([
    ['1', 1],
    ['1000', 1_000],
    ['007', 7],
  ])('%s', (limit, value) => {
    expect(numberOption({ limit }, 'limit', 1, 1_000)).toBe(value);
  });

  test.each(['0', '1001', '-1', '1.5', '1e3', '', ' 1', 'ten', '0x10'])(
    '%j is misuse, and names the option',
    limit => {
      expect(() => numberOption({ limit }, 'limit', 1, 1_000)).toThrow(
        '--limit takes a whole number from 1 to 1000',
      );
    },
  );

  test('that is not given is nobody’s mistake', () => {
    expect(numberOption({}, 'limit', 1, 1_000)).toBeUndefined();
    expect(textOption({ all: true }, 'all')).toBeUndefined();
  });
});

describe('a dead letter as a person calls it', () => {
  const letter: DeadLetter = {
    messageId: 'message-1',
    receiptHandle: 'r',
    body: '',
    attributes: {},
    cause: {
      reason: 'rejected',
      code: 'http-404',
      attempts: 1,
      firstReceivedAt: '2026-01-15T12:00:00.000Z',
      deadLetteredAt: '2026-01-15T12:00:00.000Z',
    },
    envelope: envelope({ event: { ...envelope().event, providerId: 'p-1' } }),
    redrives: 0,
    sentAt: 0,
  };
  const movedBySqs: DeadLetter = { ...letter, cause: undefined, envelope: undefined };

  test.each(['message-1', letter.envelope?.deliveryId ?? '', letter.envelope?.event.id ?? '', 'p-1'])(
    'by id: %s',
    id => {
      expect(hasId(letter, id)).toBe(true);
    },
  );

  test('no other id fits, and an unreadable one is found by its message alone', () => {
    expect(hasId(letter, '')).toBe(false);
    expect(hasId(letter, 'message')).toBe(false);
    expect(hasId(movedBySqs, 'message-1')).toBe(true);
  });

  test.each([
    ['rejected', true],
    ['http-404', true],
    ['rejected/http-404', true],
    ['http-40', false],
    ['reject', false],
    ['', false],
    ['moved-by-sqs', false],
  ])('by cause: %j %s', (cause, expected) => {
    expect(hasCause(letter, cause)).toBe(expected);
  });

  test('one that SQS itself moved has no cause of ours', () => {
    expect(causeName(movedBySqs)).toBe('moved-by-sqs');
    expect(hasCause(movedBySqs, 'moved-by-sqs')).toBe(true);
  });
});

describe('how far it is', () => {
  test.each([
    [0, 100, 0, '0 of about 100 sent, 0.0/s'],
    [50, 100, 10, '50 of about 100 sent, 5.0/s, about 10 s to go'],
    [1_000, 10_000, 5, '1000 of about 10000 sent, 200/s, about 45 s to go'],
    // There were more than SQS said.
    [120, 100, 10, '120 of about 120 sent, 12/s'],
  ])('%i of %i after %i s', (done, total, seconds, said) => {
    expect(progressText('sent', done, total, seconds)).toBe(said);
  });
});

describe('batches', () => {
  test('hold every message once, in order, at most ten, and no more than SQS takes together', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 1_048_576 }), { maxLength: 40 });
    fc.assert(
      fc.property(sizes, lengths => {
        const batches = batchesThatFit(lengths.map(length => ({ body: 'x'.repeat(length), attributes: {} })));
        expect(batches.flat()).toEqual([...lengths.keys()]);
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(10);
          expect(batch.reduce((sum, index) => sum + (lengths[index] ?? 0), 0)).toBeLessThanOrEqual(1_048_576);
        }
      }),
      { seed: 5, numRuns: 30 },
    );
  });

  test('count attributes, names and types too', () => {
    const attributes = { cause: { DataType: 'String', StringValue: 'x'.repeat(600_000) } };
    expect(
      batchesThatFit([
        { body: '', attributes },
        { body: '', attributes },
      ]),
    ).toEqual([[0], [1]]);
  });
});
