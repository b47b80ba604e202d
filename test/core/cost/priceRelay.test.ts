/** The bill, held against what the relay promises to cost. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import { type CountedTemplate, type Inventory, takeInventory } from '../../../core/cost/inventory.ts';
import { LOG_BYTES, priceRelay } from '../../../core/cost/priceRelay.ts';
import { PRICES } from '../../../core/cost/prices.ts';
import { destination, projectOf, resourcesOf, source, stacksFor } from '../../infra/synthesize.ts';
import { goodCaseLines } from '../events/goodCase.ts';

const MILLION = 1_000_000;
const LOAD = { webhooks: MILLION, bodyBytes: 4096, batch: 1, answerMs: 200 };
/** As many at once as a batch holds, so that a batch takes as long as its slowest. */
const LEDGER = { name: 'ledger', concurrency: 20 };
const SHOP = { name: 'shop', destinations: ['ledger'], archives: false, dedupes: false };

const templateOf = (sources = [source('shop')], destinations = [destination('ledger')]): CountedTemplate[] =>
  [...stacksFor(projectOf(destinations, sources)).values()].map(stack => ({ Resources: resourcesOf(stack) }));

let inventory: Inventory;
beforeAll(() => {
  inventory = takeInventory('prod', templateOf(), {
    sources: [source('shop')],
    destinations: [destination('ledger')],
  });
});

const priced = (overrides: Partial<Inventory> = {}, load: Partial<typeof LOAD> = {}) =>
  priceRelay({ ...inventory, ...overrides }, [SHOP], [LEDGER], { ...LOAD, ...load });

describe('a million webhooks a month of 4 KB, to one destination that answers in 200 ms', () => {
  test.each([
    // As deployed, and with half the memory: within the limits with every unit counted, the TLS of each connection among them.
    [512, 1, 4.6],
    [512, 10, 2.45],
    [256, 1, 3.9],
    [256, 10, 2.35],
  ])('with %d MB and %d messages at a time vary by at most $%d', (deliverMemoryMb, batch, most) => {
    expect(priced({ deliverMemoryMb }, { batch }).variable).toBeLessThanOrEqual(most);
  });

  it('cost a dollar less at a function URL', () => {
    const saved = priced().variable - priced({ frontDoor: 'function-url' }).variable;
    expect(saved).toBeGreaterThanOrEqual(1);
    expect(saved).toBeLessThan(1.1);
  });

  it('are what their units are', () => {
    const { relay, sources, destinations, fixed, variable } = priced();
    for (const cost of [relay, ...sources, ...destinations]) {
      const sum = cost.lines.reduce((all, one) => all + one.dollars, 0);
      expect(sum).toBeCloseTo(cost.fixed + cost.variable, 9);
      for (const one of cost.lines)
        expect(one.dollars).toBeCloseTo(one.quantity * PRICES[one.price].dollars, 9);
    }
    const all = [relay, ...sources, ...destinations];
    expect(fixed).toBeCloseTo(
      all.reduce((sum, cost) => sum + cost.fixed, 0),
      9,
    );
    expect(variable).toBeCloseTo(
      all.reduce((sum, cost) => sum + cost.variable, 0),
      9,
    );
  });
});

describe('what stands', () => {
  it('is at most $1.90 a month for a destination with all of its alarms, a secret and an idle queue', () => {
    expect(inventory.destinations.get('ledger')).toEqual({
      ...{ alarmMetrics: 9, compositeAlarms: 0, secrets: 1, dashboards: 0, keys: 0, eventSourceMappings: 1 },
    });
    const [ledger] = priced({}, { webhooks: 0 }).destinations;
    expect(ledger?.variable).toBe(0);
    expect(ledger?.fixed).toBeLessThanOrEqual(1.9);
  });

  it('is counted for whose it is: of two names that begin alike, the longer one is meant', () => {
    const sources = [source('shop'), source('shop-eu', { expectEverySeconds: 3600 })];
    const destinations = [destination('ledger'), destination('ledger-2', { shard: 1 })];
    const taken = takeInventory('prod', templateOf(sources, destinations), { sources, destinations });
    expect(taken.sources.get('shop')).toMatchObject({ alarmMetrics: 4, secrets: 1 });
    expect(taken.sources.get('shop-eu')).toMatchObject({ alarmMetrics: 5, secrets: 1 });
    for (const name of ['ledger', 'ledger-2'])
      expect(taken.destinations.get(name)).toEqual(inventory.destinations.get('ledger'));
    expect(taken.relay).toMatchObject({ dashboards: 1, keys: 1, compositeAlarms: 1 });
  });

  it('is refused of a template of other files', () => {
    const others = { sources: [], destinations: [] };
    expect(() => takeInventory('prod', templateOf(), others)).toThrow(
      '1 mappings, and there are 0 destinations',
    );
  });
});

it('more work costs more: larger bodies, slower answers, archive and claims', () => {
  const usual = priced().variable;
  expect(priced({}, { bodyBytes: 200_000 }).variable).toBeGreaterThan(usual + 2);
  expect(priced({}, { answerMs: 2_000 }).variable).toBeGreaterThan(usual + 10);
  const rich = priceRelay(inventory, [{ ...SHOP, archives: true, dedupes: true }], [LEDGER], LOAD);
  expect(rich.variable - usual).toBeCloseTo(5 + 1.25, 6);
});

it('the bytes of log are those that the lines have', () => {
  const bytes = Object.fromEntries(
    Object.entries(goodCaseLines()).map(([kind, line]) => [kind, Buffer.byteLength(line) + 1]),
  );
  expect(bytes).toEqual(LOG_BYTES);
});
