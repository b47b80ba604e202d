import { describe, expect, test } from 'vitest';
import { matchesEventType, matchRoutes } from '../../../core/receive/matchRoutes.ts';

describe('an event type against a pattern', () => {
  test.each([
    ['orders.create', 'orders.create', true],
    ['orders.create', 'orders.created', false],
    ['orders.create', 'Orders.Create', false],
    ['orders.create', 'orders', false],
    ['orders.*', 'orders.create', true],
    ['orders.*', 'orders.create.now', true],
    ['orders.*', 'orders', false],
    ['orders.*', 'ordersx.create', false],
    ['orders.*', 'reorders.create', false],
    ['*', 'orders.create', true],
    ['*', 'unknown', true],
    // A full stop is a full stop, and nothing of a pattern is a regular expression.
    ['orders.create', 'ordersxcreate', false],
    ['a+', 'aa', false],
  ])('%s and %s: %s', (pattern, eventType, expected) => {
    expect(matchesEventType(pattern, eventType)).toBe(expected);
  });
});

describe('the routes of an event', () => {
  const route = (name: string, from: string, ...events: string[]) => ({ name, from, events, to: 'ledger' });
  const routes = [
    route('a', 'github', 'issues.opened', 'issues.closed'),
    route('b', 'github', 'issues.*'),
    route('c', 'stripe', '*'),
    route('d', 'github', 'push'),
  ];

  test('are those of its source that list its type, in their order', () => {
    const { matched } = matchRoutes(routes, 'github', 'issues.opened');
    expect(matched.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('the others of its source are named with the reason, and those of other sources are not', () => {
    expect(matchRoutes(routes, 'github', 'issues.opened').passedBy).toEqual([
      { route: 'd', why: 'event-type' },
    ]);
    expect(matchRoutes(routes, 'github', 'star').passedBy).toHaveLength(3);
  });

  test('are none for a source without routes', () => {
    expect(matchRoutes(routes, 'shopify', 'orders.create')).toEqual({ matched: [], passedBy: [] });
  });
});
