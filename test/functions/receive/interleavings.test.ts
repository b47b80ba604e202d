/**
 * Repeats of one webhook that are received at the same time, in every order of their steps, with failures, lost replies
 * and crashes at each. The handler is the real one; the clock, and which step comes next, are the test's.
 */
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONFIGURATION_FORMAT, type ReceiveConfiguration } from '../../../core/configuration.ts';
import { LEASE_SECONDS } from '../../../core/receive/claim.ts';
import type { Receipt } from '../../../core/receive/receipt.ts';
import { replyTo } from '../../../core/receive/reply.ts';
import { receiveWebhook } from '../../../functions/receive/handler.ts';
import type { ReceiveTools } from '../../../functions/receive/tools.ts';
import { NOW, webhook } from '../../builders.ts';
import { fakeClaims } from '../../fakes/claims.ts';

const configuration: ReceiveConfiguration = {
  format: CONFIGURATION_FORMAT,
  digest: 'abc',
  sources: {
    github: {
      owner: 'platform-team',
      provider: 'unverified',
      scheme: { kind: 'unverified', eventId: [{ kind: 'header', name: 'x-id' }], eventType: [] },
      headers: [],
      dedupe: { seconds: 3_600, by: 'id-and-body' },
    },
  },
  routes: ['ledger', 'chat'].map(to => ({ name: `to-${to}`, from: 'github', events: ['*'], to })),
};
const QUEUES = ['hookwright-test-ledger', 'hookwright-test-chat'];

/** What the template gives receive: after that Lambda ends an invocation wherever it stands. */
const TIMEOUT_MS = 10_000;

/** What becomes of one call to a queue or to the table of claims. */
const FATES = ['works', 'fails', 'reply-lost', 'crash-before', 'crash-after'] as const;
type Fate = (typeof FATES)[number];

type Action =
  | { readonly kind: 'post' }
  | { readonly kind: 'step'; readonly which: number; readonly fate: Fate }
  | { readonly kind: 'wait'; readonly ms: number };

/** A call that an invocation waits for. */
interface Step {
  readonly invocation: number;
  readonly startedAt: number;
  readonly end: (fate: Fate) => void;
}

class World {
  readonly receipts: Receipt[] = [];
  /** Receipts whose 2xx came before every message was in. */
  readonly brokenPromises: Receipt[] = [];
  readonly #sent = new Set<string>();
  readonly #claims = fakeClaims();
  #steps: Step[] = [];
  #invocations = 0;
  #now = NOW;

  async act(action: Action): Promise<void> {
    if (action.kind === 'post') this.#post();
    if (action.kind === 'wait') this.wait(action.ms);
    if (action.kind === 'step') this.#step(action.which, action.fate);
    await setImmediate();
  }

  /** From here on everything works, until nothing is left to do. */
  async finish(): Promise<void> {
    while (this.#steps.length > 0) await this.act({ kind: 'step', which: 0, fate: 'works' });
  }

  wait(ms: number): void {
    this.#now += ms;
    this.#steps = this.#steps.filter(({ startedAt }) => this.#now - startedAt < TIMEOUT_MS);
  }

  #step(which: number, fate: Fate): void {
    const step = this.#steps[which % this.#steps.length];
    if (step === undefined) return;
    const isCrash = fate === 'crash-before' || fate === 'crash-after';
    // A crash ends whatever else the invocation had under way.
    this.#steps = this.#steps.filter(other =>
      isCrash ? other.invocation !== step.invocation : other !== step,
    );
    step.end(fate);
  }

  #post(): void {
    const startedAt = this.#now;
    this.#invocations += 1;
    const invocation = this.#invocations;
    const inSteps =
      <Given extends unknown[], Result>(work: (...given: Given) => Promise<Result>) =>
      (...given: Given): Promise<Result> =>
        new Promise((resolve, reject) => {
          const end = (fate: Fate): void => {
            if (fate === 'fails') reject(new Error('not done'));
            if (fate === 'fails' || fate === 'crash-before') return;
            const done = work(...given);
            const lose = () => reject(new Error('done, but who knows'));
            if (fate === 'works') void done.then(resolve, reject);
            else if (fate === 'reply-lost') void done.then(lose, reject);
            else void done.catch(() => undefined);
          };
          this.#steps.push({ invocation, startedAt, end });
        });
    const { take, mark, release } = this.#claims;
    const tools: ReceiveTools = {
      configuration,
      stage: 'test',
      queueBaseUrl: 'https://sqs.test/1',
      readSecret: async () => undefined,
      renewSecret: async () => undefined,
      readPairing: async () => undefined,
      mayExamine: () => true,
      putBody: async () => undefined,
      sendMessage: inSteps(async url => {
        this.#sent.add(url.slice(url.lastIndexOf('/') + 1));
      }),
      claims: {
        take: inSteps(take),
        mark: inSteps(mark),
        release: inSteps(release),
      },
    };
    const posted = webhook('{"n":1}', { 'x-id': 'id-1' }, { receivedAt: startedAt });
    void receiveWebhook(posted, tools).then(receipt => {
      this.receipts.push(receipt);
      const isPromised = replyTo(receipt).status === 200;
      if (isPromised && !QUEUES.every(queue => this.#sent.has(queue))) this.brokenPromises.push(receipt);
    });
  }
}

const actions = (fates: readonly Fate[], maxWaitMs: number): fc.Arbitrary<Action[]> => {
  const fate = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Fate>('works') },
    { weight: 1, arbitrary: fc.constantFrom(...fates) },
  );
  const ms = fc.integer({ min: 1, max: maxWaitMs });
  const action = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Action>({ kind: 'post' }) },
    {
      weight: 12,
      arbitrary: fc
        .tuple(fc.nat({ max: 20 }), fate)
        .map(([which, ends]): Action => ({ kind: 'step', which, fate: ends })),
    },
    { weight: 1, arbitrary: ms.map((wait): Action => ({ kind: 'wait', ms: wait })) },
  );
  return fc.array(action, { minLength: 2, maxLength: 60 });
};

const accepted = ({ receipts }: World): number => receipts.filter(({ kind }) => kind === 'accepted').length;

describe('repeats at the same time', () => {
  it('are never told that all is well before it is, and the last one is, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(actions(FATES, 40_000), async all => {
        const world = new World();
        for (const action of all) await world.act(action);
        await world.finish();
        world.wait(LEASE_SECONDS * 1000);
        await world.act({ kind: 'post' });
        await world.finish();
        expect(world.brokenPromises).toEqual([]);
        expect(world.receipts.at(-1)?.kind).toMatch(/^(accepted|duplicate)$/);
      }),
      { numRuns: 2_000 },
    );
  }, 120_000);

  it('are accepted once while claims work, however often an invocation crashes or runs out of time', async () => {
    let accepting = 0;
    await fc.assert(
      fc.asyncProperty(actions(['crash-before', 'crash-after'], 20_000), async all => {
        const world = new World();
        for (const action of all) await world.act(action);
        await world.finish();
        accepting += accepted(world);
        expect(accepted(world)).toBeLessThanOrEqual(1);
        const others = world.receipts.filter(({ kind }) => kind !== 'accepted');
        for (const other of others) {
          expect(other.kind === 'refused' ? other.cause : other.kind).toMatch(/^(in-flight|duplicate)$/);
        }
      }),
      { numRuns: 2_000 },
    );
    // A world in which nothing is ever accepted would hold all of this.
    expect(accepting).toBeGreaterThan(200);
  }, 120_000);

  it('are all answered well when nothing fails: one accepted, each other a duplicate or asked to come again', async () => {
    await fc.assert(
      fc.asyncProperty(actions(['works'], 100), async all => {
        const world = new World();
        await world.act({ kind: 'post' });
        for (const action of all) await world.act(action);
        await world.finish();
        expect(accepted(world)).toBe(1);
        expect(world.brokenPromises).toEqual([]);
      }),
      { numRuns: 500 },
    );
  }, 120_000);
});
