import { describe, expect, it } from 'vitest';
import { batchVerdict } from '../../local/polling/batchResponse.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html, "Success and failure conditions". */
describe('a batch of a, b and c', () => {
  const ids = ['a', 'b', 'c'];
  const cases: readonly [string, readonly string[] | 'kept'][] = [
    ['null', ids],
    ['{}', ids],
    ['{"batchItemFailures":null}', ids],
    ['{"batchItemFailures":[]}', ids],
    ['{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['a', 'c']],
    ['{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"b"}]}', ['a', 'c']],
    ['{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"},{"itemIdentifier":"c"}]}', []],
    ['{"batchItemFailures":[{"itemIdentifier":"z"}]}', 'kept'],
    ['{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"z"}]}', 'kept'],
    ['{"batchItemFailures":[{"itemIdentifier":""}]}', 'kept'],
    ['{"batchItemFailures":[{"itemIdentifier":null}]}', 'kept'],
    ['{"batchItemFailures":[{"messageId":"b"}]}', 'kept'],
    ['{"batchItemFailures":[null]}', 'kept'],
    ['{"batchItemFailures":["b"]}', 'kept'],
    ['{"batchItemFailures":"b"}', 'kept'],
    ['"b"', 'kept'],
    ['[]', 'kept'],
    ['not JSON', 'kept'],
  ];
  it.each(cases)('answered %s: deleted are %j', (response, deleted) => {
    const verdict = batchVerdict(response, ids, true);
    expect(verdict.kind === 'delete' ? verdict.messageIds : 'kept').toEqual(deleted);
  });

  it('is deleted whole whatever the answer when failures are not reported by item', () => {
    expect(batchVerdict('{"batchItemFailures":[{"itemIdentifier":"b"}]}', ids, false)).toEqual({
      kind: 'delete',
      messageIds: ids,
    });
  });
});
