/** What becomes of a recorded webhook that somebody posts again, in a sentence for people. */
import { formatDuration } from '../files/duration.ts';
import type { ReplayDefence, Scheme } from '../signatures/scheme.ts';
import { replayDefence } from '../signatures/schemeTraits.ts';
import type { Dedupe } from './claim.ts';

/**
 * A signed time bounds how old it can be; a signed id makes it known for as long as `dedupe:` remembers; without either
 * whoever recorded it can post it at any time.
 */
export function describeReplay(scheme: Scheme, dedupe: Dedupe | undefined): string {
  const defence: ReplayDefence = replayDefence(scheme);
  const known = dedupe?.by === 'id' ? `recognised for ${formatDuration(dedupe.seconds)}` : undefined;
  switch (defence) {
    case 'signed-timestamp': {
      const tolerance = 'timestamp' in scheme ? scheme.timestamp?.toleranceSeconds : undefined;
      const bound = tolerance === undefined ? 'when it is too old' : `after ${formatDuration(tolerance)}`;
      return `refused ${bound}${known === undefined ? '' : `, ${known}`}`;
    }
    case 'signed-event-id':
      return known ?? 'accepted: the signed id is not remembered (dedupe: 24h would)';
    case 'undefended':
      return scheme.kind === 'unverified'
        ? 'undefended: anyone can post'
        : 'undefended: neither a time nor an id is signed';
    default:
      return defence satisfies never;
  }
}
