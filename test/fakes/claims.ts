/** Claims as DynamoDB keeps them: every call is one atomic step, and fails where a test says so. */
import type { Claims } from '../../aws/claims.ts';
import { type Claim, judgeClaim } from '../../core/receive/claim.ts';

export interface FakeClaims extends Claims {
  readonly stored: Map<string, Claim>;
  /** A word for each call that was made, failing ones included. */
  readonly calls: string[];
  /** Calls that do not come through, and with what. */
  readonly failing: Map<keyof Claims, unknown>;
}

export function fakeClaims(): FakeClaims {
  const stored = new Map<string, Claim>();
  const calls: string[] = [];
  const failing = new Map<keyof Claims, unknown>();
  const call = (name: keyof Claims) => {
    calls.push(name);
    if (failing.has(name)) throw failing.get(name);
  };
  const mustHold = ({ id, holder }: Claim) => {
    if (stored.get(id)?.holder !== holder) throw new Error('somebody else has the claim');
  };
  return {
    stored,
    calls,
    failing,
    take: async claim => {
      call('take');
      const held = stored.get(claim.id);
      if (judgeClaim(held, claim).kind !== 'free') return held;
      stored.set(claim.id, claim);
      return undefined;
    },
    mark: async claim => {
      call('mark');
      mustHold(claim);
      stored.set(claim.id, claim);
    },
    release: async claim => {
      call('release');
      mustHold(claim);
      stored.delete(claim.id);
    },
  };
}
