import { expect, test } from 'vitest';
import { causeClass } from '../../../core/delivery/causeClass.ts';

test.each<[string, string]>([
  ['MAPPING_FAILED', 'ours'],
  ['MAPPING_TIMEOUT', 'ours'],
  ['CONTRACT_OUTPUT', 'ours'],
  ['CONTRACT_INPUT', 'theirs'],
  ['PAYLOAD_NOT_READABLE', 'theirs'],
  ['http-422', 'ours'],
  ['http-410', 'theirs'],
  ['http-503', 'theirs'],
  ['connect-timeout', 'network'],
  ['dns-failed', 'network'],
  ['secret-missing', 'ours'],
  ['expired', 'ours'],
  ['route-removed', 'ours'],
  ['constructor', 'ours'],
])('%s is %s', (code, whose) => {
  expect(causeClass({ code })).toBe(whose);
});

test('what SQS itself moved is ours: deliver crashed on it', () => {
  expect(causeClass(undefined)).toBe('ours');
});
