/** The three states of a claim, and what is told to a webhook that meets each. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventIdFromProvider } from '../../../core/ids.ts';
import { type Claim, doneClaim, judgeClaim, LEASE_SECONDS, newClaim } from '../../../core/receive/claim.ts';
import { bytes, NOW } from '../../builders.ts';

const EVENT = eventIdFromProvider('shop', 'id-1');
const claimBy = (holder: string, at = NOW): Claim => newClaim(EVENT, bytes('{}'), 'id', holder, at);
const HOUR = 3600;

describe('a claim', () => {
  it('is free when there is none', () => {
    expect(judgeClaim(undefined, claimBy('me'))).toEqual({ kind: 'free' });
  });

  it('is in flight until its lease has run out, and says when to come again', () => {
    const held = claimBy('other');
    const at = (seconds: number) => judgeClaim(held, claimBy('me', NOW + seconds * 1000));
    expect(at(0)).toEqual({ kind: 'in-flight', retryAfterSeconds: LEASE_SECONDS });
    expect(at(LEASE_SECONDS - 0.001)).toEqual({ kind: 'in-flight', retryAfterSeconds: 1 });
    expect(at(LEASE_SECONDS)).toEqual({ kind: 'free' });
  });

  it('is done for the source’s time, counted from the first receipt', () => {
    const held = doneClaim(claimBy('other'), HOUR);
    const at = (seconds: number) => judgeClaim(held, claimBy('me', NOW + seconds * 1000));
    expect(at(0)).toEqual({ kind: 'done', firstReceivedAt: NOW });
    expect(at(HOUR - 0.001)).toEqual({ kind: 'done', firstReceivedAt: NOW });
    expect(at(HOUR)).toEqual({ kind: 'free' });
  });

  it('is ours when the answer to our own call was lost', () => {
    expect(judgeClaim(claimBy('me'), claimBy('me'))).toEqual({ kind: 'ours' });
  });

  it('is of one kind at every moment: held before its time, and free from then on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 * 86_400_000 }),
        fc.integer({ min: 60, max: 14 * 86_400 }),
        fc.boolean(),
        (laterMs, seconds, isDone) => {
          const held = isDone ? doneClaim(claimBy('other'), seconds) : claimBy('other');
          const verdict = judgeClaim(held, claimBy('me', NOW + laterMs));
          const isHeld = laterMs < (isDone ? seconds : LEASE_SECONDS) * 1000;
          expect(verdict.kind).toBe(isHeld ? (isDone ? 'done' : 'in-flight') : 'free');
          if (verdict.kind === 'in-flight') {
            expect(verdict.retryAfterSeconds).toBeGreaterThanOrEqual(1);
            const again = claimBy('me', NOW + laterMs + verdict.retryAfterSeconds * 1000);
            expect(judgeClaim(held, again).kind).toBe('free');
          }
        },
      ),
    );
  });
});

describe('what makes two webhooks the same', () => {
  const idOf = (body: string, by: 'id' | 'id-and-body', event = EVENT) =>
    newClaim(event, bytes(body), by, 'me', NOW).id;

  it('is the id alone where it is signed: a provider may write the rest anew', () => {
    expect(idOf('{"tries":1}', 'id')).toBe(idOf('{"tries":2}', 'id'));
    expect(idOf('{}', 'id')).not.toBe(idOf('{}', 'id', eventIdFromProvider('other', 'id-1')));
  });

  it('is the body, too, where anyone could write the id', () => {
    expect(idOf('{}', 'id-and-body')).toBe(idOf('{}', 'id-and-body'));
    expect(idOf('{}', 'id-and-body')).not.toBe(idOf('{ }', 'id-and-body'));
    expect(idOf('{}', 'id-and-body')).not.toBe(
      idOf('{}', 'id-and-body', eventIdFromProvider('shop', 'id-2')),
    );
  });

  it('begins with the event’s id, so that it can be looked up', () => {
    for (const by of ['id', 'id-and-body'] as const) expect(idOf('{}', by).startsWith(EVENT)).toBe(true);
  });
});
