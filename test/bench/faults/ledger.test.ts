/** The ledger must be able to fail: each case takes one thing away from a run in which all is well. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_RATES, FaultScript } from '../../../bench/faults/faultScript.ts';
import { type Arrival, type Handing, Journal } from '../../../bench/faults/journal.ts';
import { type Evidence, holdLedger } from '../../../bench/faults/ledger.ts';
import type { Order } from '../../../bench/faults/orders.ts';
import type { AttemptLine } from '../../../core/events/attemptLine.ts';

const ID = 'dlv_1';

/** One delivery to a destination that takes everything: sent, handed out, taken, told, deleted. */
function evidence(): Omit<Evidence, 'left'> & { journal: Journal; lines: AttemptLine[]; left: number } {
  const journal = new Journal();
  journal.messageSent({ deliveryId: ID, at: 0, replyLost: false, senderKilled: false }, false);
  hand(journal, { at: 10, ended: { as: 'finished', at: 20 }, deletedAt: 25 });
  take(journal, 15);
  return {
    script: new FaultScript(1, DEFAULT_RATES),
    journal,
    posted: [
      {
        webhook: {
          deliveries: [{ deliveryId: ID, destination: 'steady', wish: 'deliver' }],
        } as unknown as Order,
        posts: ['accepted'],
        eventIdTold: undefined,
      },
    ],
    lines: [line('delivered')],
    deadLetters: [],
    visibilitySeconds: 5,
    left: 0,
  };
}

const hand = (journal: Journal, handing: Partial<Handing>): void =>
  journal.handed({
    deliveryId: ID,
    messageId: 'message',
    receipt: 'a',
    at: 0,
    leasedAt: 0,
    cause: 'received',
    ...handing,
  });
const take = (journal: Journal, at: number, as: Arrival['as'] = 'taken'): void =>
  journal.arrived({ deliveryId: ID, destination: 'steady', at, as });
const line = (state: AttemptLine['state'], more: Partial<AttemptLine> = {}): AttemptLine =>
  ({
    line: 'attempt',
    state,
    deliveryId: ID,
    route: 'r',
    destination: 'steady',
    at: '2026',
    attempt: 1,
    redrives: 0,
    ...more,
  }) as AttemptLine;

const faultsOf = (changed: Evidence): string => holdLedger(changed).faults.join('\n');

it('finds nothing where nothing is wrong', () => {
  const { faults, rows, accepted } = holdLedger(evidence());
  expect(faults).toEqual([]);
  expect(accepted).toBe(1);
  expect(rows).toMatchObject([{ owed: 1, delivered: 1, missing: 0, again: 0 }]);
});

describe('finds', () => {
  it('a delivery without any state', () => {
    expect(faultsOf({ ...evidence(), lines: [] })).toMatch('LOST');
  });

  it('one whose last word is that it will be tried again', () => {
    expect(faultsOf({ ...evidence(), lines: [line('retrying')] })).toMatch('LOST');
  });

  it('one that is told as delivered and never arrived', () => {
    const all = evidence();
    all.journal.arrivals.clear();
    expect(faultsOf(all)).toMatch('did not take it');
  });

  it('a dead letter that was sent and is gone', () => {
    const all = evidence();
    all.journal.messageSent({ deliveryId: ID, at: 12, replyLost: false, senderKilled: false }, true);
    expect(faultsOf(all)).toMatch('1 dead letters were sent, and 0 are in the dead-letter queue');
  });

  it('a reason that the destination gives no cause for', () => {
    const all = evidence();
    all.journal.messageSent({ deliveryId: ID, at: 12, replyLost: false, senderKilled: false }, true);
    const lines = [line('dead', { reason: 'gone' })];
    const changed = { ...all, lines, deadLetters: [{ deliveryId: ID, reason: 'gone' }] };
    expect(faultsOf(changed)).toMatch('a reason that is not possible there: gone');
  });

  it('an order that was dropped although its filter wants it', () => {
    expect(faultsOf({ ...evidence(), lines: [line('dropped')] })).toMatch('its filter wants it');
  });

  it('an event that was never accepted, and messages that are left', () => {
    const all = evidence();
    const posted = all.posted.map(one => ({ ...one, posts: ['unavailable' as const] }));
    expect(faultsOf({ ...all, posted, left: 3 })).toMatch(
      /3 messages are still queued\n.* was never accepted/,
    );
  });

  it('what arrived and is owed by nobody', () => {
    const all = evidence();
    all.journal.arrived({ deliveryId: 'dlv_2', destination: 'steady', at: 1, as: 'taken' });
    expect(faultsOf(all)).toMatch('dlv_2 arrived, and is owed by nobody');
  });
});

describe('explains a second arrival by', () => {
  /** The first receive ends as the case says, and the destination takes it once more later. */
  const again = (change: (all: ReturnType<typeof evidence>) => void, posts = 1) => {
    const all = evidence();
    take(all.journal, 40);
    change(all);
    const posted = all.posted.map(one => ({
      ...one,
      posts: Array.from({ length: posts }, () => 'accepted' as const),
    }));
    const { seconds, faults } = holdLedger({ ...all, posted });
    return { causes: [...(seconds.get('taken again')?.keys() ?? [])], faults };
  };
  const first = (journal: Journal): Handing => {
    const handing = journal.handing('a');
    if (handing === undefined) throw new Error('the message was handed out');
    return handing;
  };

  it.each<[string, (all: ReturnType<typeof evidence>) => void]>([
    ['the function was killed', ({ journal }) => (first(journal).ended = { as: 'crashed', at: 20 })],
    ['the delete failed', ({ journal }) => delete first(journal).deletedAt],
    [
      'the queue handed it out twice',
      ({ journal }) => hand(journal, { receipt: 'b', at: 35, cause: 'handed twice' }),
    ],
    [
      'its visibility ended',
      ({ journal }) => {
        first(journal).deletedAt = 5_001;
        hand(journal, { receipt: 'b', at: 5_000 });
      },
    ],
    [
      'the reply to the send was lost',
      ({ journal }) =>
        journal.messageSent({ deliveryId: ID, at: 1, replyLost: true, senderKilled: false }, false),
    ],
  ])('%s', (cause, change) => {
    const { causes, faults } = again(change);
    expect(causes).toEqual([expect.stringContaining(cause)]);
    expect(faults).toEqual([]);
  });

  it('a second post of the provider, of which a second message came', () => {
    const send = ({ journal }: ReturnType<typeof evidence>): void =>
      journal.messageSent({ deliveryId: ID, at: 30, replyLost: false, senderKilled: false }, false);
    expect(again(send, 2).causes).toEqual(['the provider posted it again']);
    expect(again(send, 1).causes).toEqual(['UNEXPLAINED']);
  });

  it('nothing, where the function tried again at once although the destination had taken it', () => {
    const { causes } = again(({ journal }) => {
      Object.assign(first(journal), { ended: { as: 'kept', at: 20 }, changedVisibilityAt: 19 });
    });
    expect(causes).toEqual(['UNEXPLAINED']);
  });

  it('nothing, where nothing went wrong', () => {
    const { causes, faults } = again(() => undefined);
    expect(causes).toEqual(['UNEXPLAINED']);
    expect(faults.join()).toMatch(/taken again, and nothing explains it \[0 ms sent, 10 ms #1 mess received/);
  });
});
