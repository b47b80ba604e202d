import { expect, test } from 'vitest';
import { causeClass } from '../../../core/delivery/causeClass.ts';
import type { DeadLetterReason } from '../../../core/delivery/disposition.ts';

test.each<[DeadLetterReason, string, string]>([
  ['mapping-failed', 'MAPPING_FAILED', 'ours'],
  ['mapping-failed', 'MAPPING_TIMEOUT', 'ours'],
  ['contract-broken', 'CONTRACT_OUTPUT', 'ours'],
  ['contract-broken', 'CONTRACT_INPUT', 'theirs'],
  ['payload-unusable', 'PAYLOAD_NOT_READABLE', 'theirs'],
  ['rejected', 'http-422', 'theirs'],
  ['rejected', 'address-refused', 'ours'],
  ['gone', 'http-410', 'theirs'],
  ['exhausted', 'http-503', 'theirs'],
  ['exhausted', 'timeout', 'network'],
  ['exhausted', 'dns-failed', 'network'],
  ['exhausted', 'tls-failed', 'network'],
  ['exhausted', 'secret-missing', 'ours'],
  ['expired', 'expired', 'ours'],
  ['expired', 'http-500', 'theirs'],
  ['expired', 'connection-refused', 'network'],
  ['route-removed', 'route-removed', 'ours'],
  ['message-unreadable', 'message-unreadable', 'ours'],
  ['exhausted', 'constructor', 'ours'],
])('%s/%s is %s', (reason, code, whose) => {
  expect(causeClass({ reason, code })).toBe(whose);
});

test('what SQS itself moved is ours: deliver crashed on it', () => {
  expect(causeClass(undefined)).toBe('ours');
});
