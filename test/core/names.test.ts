import { describe, expect, test } from 'vitest';
import {
  deadLetterQueueName,
  destinationOfQueueArn,
  logGroupName,
  NAME_PATTERN,
  queueName,
  secretId,
} from '../../core/names.ts';
import { headerValue, sourceNameOf } from '../../core/webhook.ts';
import { headerLines } from '../builders.ts';

test('the longest names make a queue name that SQS takes', () => {
  const stage = 'production';
  const longest = `a${'b'.repeat(39)}`;
  expect(NAME_PATTERN.test(longest)).toBe(true);
  expect(NAME_PATTERN.test(`${longest}c`)).toBe(false);
  expect(deadLetterQueueName(stage, longest)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
});

test.each(['Ledger', '1ledger', '-ledger', 'led_ger', 'led.ger', 'led/ger', '', 'ledger\n', 'lädger'])(
  '%j is no name',
  name => {
    expect(NAME_PATTERN.test(name)).toBe(false);
  },
);

describe("the destination of a queue's ARN", () => {
  test.each([
    ['arn:aws:sqs:eu-central-1:123456789012:hookwright-prod-ledger', 'ledger'],
    ['arn:aws:sqs:eu-central-1:123456789012:hookwright-prod-a-b-c', 'a-b-c'],
    ['arn:aws:sqs:eu-central-1:123456789012:hookwright-dev-ledger', undefined],
    ['arn:aws:sqs:eu-central-1:123456789012:hookwright-prod-', undefined],
    ['arn:aws:sqs:eu-central-1:123456789012:other', undefined],
    ['', undefined],
  ])('%s', (arn, destination) => {
    expect(destinationOfQueueArn('prod', arn)).toBe(destination);
  });
});

test('the names that an operator can guess', () => {
  expect(queueName('prod', 'ledger')).toBe('hookwright-prod-ledger');
  expect(deadLetterQueueName('prod', 'ledger')).toBe('hookwright-prod-ledger-dlq');
  expect(secretId('prod', 'sources/github')).toBe('hookwright/prod/sources/github');
  expect(logGroupName('prod', 'receive')).toBe('/hookwright/prod/receive');
});

test.each([
  ['/github', 'github'],
  ['/github/', 'github'],
  ['/github//', undefined],
  ['/github/more', undefined],
  ['//github', undefined],
  ['/', undefined],
  ['', undefined],
  ['github', undefined],
])('the path %j names the source %j', (path, name) => {
  expect(sourceNameOf(path)).toBe(name);
});

test('a repeated header gives its values joined, and an absent one nothing', () => {
  const headers = headerLines({ single: 'a', twice: ['a', 'b'] });
  expect(headerValue({ headers }, 'single')).toBe('a');
  expect(headerValue({ headers }, 'twice')).toBe('a, b');
  expect(headerValue({ headers }, 'absent')).toBeUndefined();
});
