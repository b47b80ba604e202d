import { expect, test } from 'vitest';
import { describePromise } from '../../../core/files/promise.ts';

const none = { on: [], never: [] };

test.each([
  [{ retryDelaysSeconds: [60, 3_600], retryRules: none }, '3 attempts over 61 min'],
  [
    {
      retryDelaysSeconds: [60],
      retryRules: { on: [{ from: 409, to: 409 }], never: [{ from: 520, to: 527 }] },
      deadlineSeconds: 21_600,
    },
    '2 attempts over 60 s; also tries again 409; never 520-527; given up after 6 h',
  ],
])('%j', (destination, said) => {
  expect(describePromise(destination)).toBe(said);
});
