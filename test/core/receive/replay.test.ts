import { expect, test } from 'vitest';
import { describeReplay } from '../../../core/receive/replay.ts';
import type { Scheme } from '../../../core/signatures/scheme.ts';
import { hmacScheme } from '../../builders.ts';
import { providerNamed } from '../../catalogue.ts';

const day = (by: 'id' | 'id-and-body') => ({ seconds: 86_400, by });
const open: Scheme = { kind: 'unverified', eventId: [], eventType: [] };

test.each([
  ['stripe', providerNamed('stripe').scheme, undefined, /^refused after 5 min$/],
  [
    'stripe with dedupe',
    providerNamed('stripe').scheme,
    day('id'),
    /^refused after 5 min, recognised for 24 h$/,
  ],
  ['pagerduty', providerNamed('pagerduty').scheme, undefined, /^accepted: the signed id is not remembered/],
  ['pagerduty with dedupe', providerNamed('pagerduty').scheme, day('id'), /^recognised for 24 h$/],
  ['github', providerNamed('github').scheme, undefined, /^undefended: neither/],
  // The id is in a header that nobody signs: whoever posts it again writes another.
  ['github with dedupe', providerNamed('github').scheme, day('id-and-body'), /^undefended: neither/],
  ['a scheme without an id', hmacScheme(), undefined, /^undefended: neither/],
  ['no scheme', open, undefined, /^undefended: anyone can post$/],
] as const)('%s', (_, scheme, dedupe, said) => {
  expect(describeReplay(scheme, dedupe)).toMatch(said);
});
