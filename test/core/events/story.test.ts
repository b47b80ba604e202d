import { describe, expect, it } from 'vitest';
import type { AttemptLine } from '../../../core/events/attemptLine.ts';
import { tellStories } from '../../../core/events/story.ts';
import type { WebhookLine } from '../../../core/events/webhookLine.ts';

const webhookLine = (overrides: Partial<WebhookLine> = {}): WebhookLine => ({
  line: 'webhook',
  at: '2026-01-15T12:00:00.000Z',
  state: 'accepted',
  status: 200,
  source: 'github',
  eventId: 'evt_1',
  eventType: 'issues.opened',
  deliveries: [{ deliveryId: 'dlv_1', route: 'a-to-b', destination: 'b' }],
  passedBy: [{ route: 'a-to-c', why: 'event-type' }],
  durationMs: 1,
  requestId: 'r1',
  configuration: 'c',
  ...overrides,
});

const attemptLine = (overrides: Partial<AttemptLine> = {}): AttemptLine => ({
  line: 'attempt',
  at: '2026-01-15T12:00:01.000Z',
  state: 'delivered',
  deliveryId: 'dlv_1',
  eventId: 'evt_1',
  eventType: 'issues.opened',
  source: 'github',
  route: 'a-to-b',
  destination: 'b',
  attempt: 1,
  attempts: 13,
  outcome: 'delivered',
  ageSeconds: 1,
  receiveCount: 1,
  redrives: 0,
  requestId: 'r2',
  configuration: 'c',
  ...overrides,
});

const stateOf = (webhooks: WebhookLine[], attempts: AttemptLine[]) =>
  tellStories(webhooks, attempts)[0]?.deliveries[0]?.state;

describe('the story of an event', () => {
  it('has a queued delivery as long as there is no attempt', () => {
    expect(stateOf([webhookLine()], [])).toBe('queued');
  });

  it('stays dead when a copy handed out meanwhile was to be tried again', () => {
    const dead = attemptLine({ state: 'dead', outcome: 'rejected', reason: 'rejected' });
    const copy = attemptLine({ at: '2026-01-15T12:00:02.000Z', state: 'retrying', outcome: 'failed' });
    expect(stateOf([webhookLine()], [dead, copy])).toBe('dead');
    const redriven = attemptLine({ ...copy, redrives: 1 });
    expect(stateOf([webhookLine()], [dead, redriven])).toBe('retrying');
    const arrived = attemptLine({ at: '2026-01-15T12:00:03.000Z' });
    expect(stateOf([webhookLine()], [dead, copy, arrived])).toBe('delivered');
  });

  it('takes the state of the last attempt, in whatever order the lines come', () => {
    const first = attemptLine({
      state: 'retrying',
      outcome: 'failed',
      nextAttemptAt: '2026-01-15T12:00:06.000Z',
    });
    const second = attemptLine({
      at: '2026-01-15T12:00:06.000Z',
      attempt: 2,
      state: 'dead',
      outcome: 'gone',
      reason: 'gone',
    });
    expect(stateOf([webhookLine()], [first])).toBe('retrying');
    const [story] = tellStories([webhookLine()], [second, first]);
    expect(story?.deliveries[0]).toMatchObject({ state: 'dead', reason: 'gone' });
    expect(story?.deliveries[0]?.attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('does not take a delivery back when a repeat of it fails', () => {
    const later = attemptLine({ at: '2026-01-15T12:10:00.000Z', state: 'retrying', outcome: 'failed' });
    expect(stateOf([webhookLine()], [attemptLine(), later])).toBe('delivered');
  });

  it('counts the posts of one event as one story, and an acceptance outweighs an earlier refusal', () => {
    const refused = webhookLine({ state: 'refused', cause: 'queue-unavailable', deliveries: [] });
    const accepted = webhookLine({ at: '2026-01-15T12:00:09.000Z' });
    const stories = tellStories([refused, accepted], []);
    expect(stories).toHaveLength(1);
    expect(stories[0]).toMatchObject({ state: 'accepted', posted: 2 });
  });

  it('counts duplicates of an event that was accepted, in whatever order the lines come', () => {
    const duplicate = (at: string) => webhookLine({ state: 'duplicate', at, deliveries: [], passedBy: [] });
    const stories = tellStories(
      [duplicate('2026-01-15T12:05:00.000Z'), webhookLine(), duplicate('2026-01-15T11:59:59.000Z')],
      [attemptLine()],
    );
    expect(stories).toMatchObject([
      { state: 'accepted', posted: 3, duplicates: 2, deliveries: [{ state: 'delivered' }] },
    ]);
  });

  it('says of a duplicate alone when the event was accepted', () => {
    const line = webhookLine({
      state: 'duplicate',
      firstReceivedAt: '2026-01-14T12:00:00.000Z',
      deliveries: [],
    });
    const waiting = webhookLine({ state: 'refused', cause: 'in-flight', at: '2026-01-15T11:59:00.000Z' });
    expect(tellStories([waiting, line], [])).toMatchObject([
      { state: 'duplicate', firstReceivedAt: '2026-01-14T12:00:00.000Z', posted: 2, duplicates: 1 },
    ]);
  });

  it('keeps refusals without an event id apart', () => {
    const { eventId: _, ...refused } = webhookLine({
      state: 'refused',
      cause: 'signature-missing',
      deliveries: [],
    });
    expect(
      tellStories(
        [
          { ...refused, requestId: 'r1' },
          { ...refused, requestId: 'r2' },
        ],
        [],
      ),
    ).toHaveLength(2);
  });

  it('tells attempts whose webhook lies before the time asked for', () => {
    expect(tellStories([], [attemptLine()])).toMatchObject([
      { state: 'accepted', eventId: 'evt_1', posted: 0, deliveries: [{ state: 'delivered' }] },
    ]);
  });

  it('says which routes the event did not go down, and why; the newest event comes first', () => {
    const older = webhookLine({ eventId: 'evt_0', at: '2026-01-14T12:00:00.000Z' });
    const stories = tellStories([older, webhookLine()], []);
    expect(stories.map(({ eventId }) => eventId)).toEqual(['evt_1', 'evt_0']);
    expect(stories[0]?.passedBy).toEqual([{ route: 'a-to-c', why: 'event-type' }]);
  });
});

describe('a replay', () => {
  const replayed = attemptLine({
    deliveryId: 'dlv_2',
    at: '2026-02-01T00:00:00.000Z',
    replayOf: 'dlv_1',
    replayRun: 'after-the-outage',
    replayedBy: 'ada@desk (AKIA)',
  });
  const mark = { replayOf: 'dlv_1', replayRun: 'after-the-outage', replayedBy: 'ada@desk (AKIA)' };

  it('stands beside the delivery that it repeats, in the story of its event', () => {
    const stories = tellStories([webhookLine()], [attemptLine(), replayed]);
    expect(stories).toHaveLength(1);
    expect(stories[0]?.deliveries).toMatchObject([
      { deliveryId: 'dlv_1', state: 'delivered' },
      { deliveryId: 'dlv_2', route: 'a-to-b', destination: 'b', state: 'delivered', ...mark },
    ]);
    expect(stories[0]?.deliveries[0]).not.toHaveProperty('replayOf');
  });

  it('of an event that came in before the time asked for is told by itself', () => {
    expect(tellStories([], [replayed])).toMatchObject([
      { eventId: 'evt_1', posted: 0, deliveries: [{ deliveryId: 'dlv_2', ...mark }] },
    ]);
  });

  it('of another event is not mixed in', () => {
    const [first] = tellStories([webhookLine()], [attemptLine({ ...replayed, eventId: 'evt_2' })]);
    const stories = tellStories([webhookLine()], [attemptLine({ ...replayed, eventId: 'evt_2' })]);
    expect(first?.eventId).toBe('evt_2');
    expect(stories.find(({ eventId }) => eventId === 'evt_1')?.deliveries).toHaveLength(1);
  });
});

describe('the state of a delivery', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 15, 12, 0, second)).toISOString();
  const failed = (second: number, overrides: Partial<AttemptLine> = {}) =>
    attemptLine({
      at: at(second),
      state: 'retrying',
      outcome: 'failed',
      nextAttemptAt: at(59),
      ...overrides,
    });
  const dead = (second: number, reason: 'exhausted' | 'rejected' = 'exhausted') =>
    attemptLine({ at: at(second), state: 'dead', outcome: 'failed', reason });
  const delivered = (second: number) => attemptLine({ at: at(second) });
  const dropped = (second: number) => attemptLine({ at: at(second), state: 'dropped', outcome: 'dropped' });

  it.each([
    ['given up, redriven and failed again', [dead(1), failed(9, { redrives: 1 })], 'retrying', undefined],
    ['given up, redriven and arrived', [dead(1), delivered(9)], 'delivered', undefined],
    ['given up twice', [dead(1), dead(9, 'rejected')], 'dead', 'rejected'],
    ['arrived, handed out again and given up', [delivered(1), dead(9)], 'delivered', undefined],
    ['arrived twice', [delivered(1), delivered(9)], 'delivered', undefined],
    ['given up, redriven and dropped by a mended filter', [dead(1), dropped(9)], 'dropped', undefined],
    ['failed, then dropped', [failed(1), dropped(2)], 'dropped', undefined],
  ] as const)('%s', (_fact, attempts, state, reason) => {
    for (const lines of [attempts, attempts.toReversed()]) {
      const told = tellStories([webhookLine()], [...lines])[0]?.deliveries[0];
      expect(told).toMatchObject({ state, attempts });
      expect(told?.reason).toBe(reason);
      expect(told?.nextAttemptAt).toBe(state === 'retrying' ? at(59) : undefined);
    }
  });

  it('is that of its own attempts alone', () => {
    const deliveries = ['a', 'b'].map(name => ({
      deliveryId: `dlv_${name}` as const,
      route: `to-${name}`,
      destination: name,
    }));
    const attempts = [
      { ...delivered(1), deliveryId: 'dlv_a' },
      { ...dead(2), deliveryId: 'dlv_b' },
      { ...failed(3), deliveryId: 'dlv_of-another-event', eventId: 'evt_2' },
    ];
    const stories = tellStories([webhookLine({ deliveries })], attempts);
    expect(stories.map(({ eventId }) => eventId).sort()).toEqual(['evt_1', 'evt_2']);
    const own = stories.find(({ eventId }) => eventId === 'evt_1');
    expect(own?.deliveries.map(({ state }) => state)).toEqual(['delivered', 'dead']);
  });
});
