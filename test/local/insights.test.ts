import { describe, expect, it } from 'vitest';
import * as queries from '../../core/events/queries.ts';
import { evaluateQuery } from '../../local/insights/evaluateQuery.ts';
import { MalformedQueryError, parseQuery } from '../../local/insights/parseQuery.ts';
import type { LogRecord } from '../../local/logGroups.ts';

/** Newest first, as the log groups are read. */
function records(...messages: readonly (object | string)[]): AsyncIterable<LogRecord> {
  const list = messages.map((message, index): LogRecord => {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    return {
      timestamp: index,
      message: text,
      stored: text,
      logStream: 'stream',
      log: '0:/group',
      pointer: String(index),
    };
  });
  return (async function* () {
    yield* list.reverse();
  })();
}

const ask = async (query: string, ...messages: readonly (object | string)[]): Promise<readonly string[]> => {
  const { rows } = await evaluateQuery(parseQuery(query), records(...messages), {
    signal: new AbortController().signal,
  });
  return rows.map(row => row.find(([field]) => field === 'n')?.[1] ?? '');
};

describe('a filter', () => {
  const lines = [
    { n: 1, state: 'dead', destination: 'ledger', attempt: 3, error: { code: 'http-500' }, list: ['x', 'y'] },
    { n: 2, state: 'delivered', destination: 'ledger', attempt: 1 },
    { n: 3, state: 'dead', destination: 'ops-chat', attempt: 10, 'a.b': 'dotted' },
    'not JSON, dead',
  ];
  it.each<[string, readonly string[]]>([
    ['state = "dead"', ['3', '1']],
    ['state != "dead"', ['', '2']],
    ['state = "dead" and destination = "ledger"', ['1']],
    ['state = "delivered" or destination = "ops-chat"', ['3', '2']],
    ['state = "dead" and (destination = "ledger" or destination = "ops-chat")', ['3', '1']],
    ['state = "delivered" or state = "dead" and destination = "ledger"', ['2', '1']],
    ['destination in ["ops-chat", "none"]', ['3']],
    ['destination not in ["ops-chat"] and ispresent(n)', ['2', '1']],
    ['ispresent(error.code)', ['1']],
    ['not ispresent(error.code) and ispresent(n)', ['3', '2']],
    ['error.code = "http-500"', ['1']],
    ['list.1 = "y"', ['1']],
    ['`a.b` = "dotted"', ['3']],
    ['attempt > 2', ['3', '1']],
    ['attempt = 10', ['3']],
    ['attempt <= 3', ['2', '1']],
    ['@message like "dead"', ['', '3', '1']],
    ["destination like 'ops'", ['3']],
  ])('%s', async (filter, expected) => {
    expect(await ask(`fields n | filter ${filter}`, ...lines)).toEqual(expected);
  });
});

it('sorts numbers as numbers, in either order, before it limits', async () => {
  const lines = [{ n: 9 }, { n: 10 }, { n: 1 }];
  expect(await ask('fields n | sort n asc | limit 2', ...lines)).toEqual(['1', '9']);
  expect(await ask('fields n | sort n desc', ...lines)).toEqual(['10', '9', '1']);
});

it('gives the newest first when nothing else is asked', async () => {
  expect(await ask('# named in its first line\nfields n | limit 2', { n: 1 }, { n: 2 }, { n: 3 })).toEqual([
    '3',
    '2',
  ]);
});

it.each([
  '',
  '# only a comment',
  'stats count(*)',
  'fields n | filter',
  'fields n | filter a =',
  'fields n | filter a = "x" b',
  'fields n | filter a like /x/',
  'fields n | limit 0',
  'fields n filter a = "x"',
  'fields strlen(n)',
  'parse @message "*" as x',
  'fields n | filter (a = "x"',
])('refuses %j', query => {
  expect(() => parseQuery(query)).toThrow(MalformedQueryError);
});

it.each(Object.entries(queries).filter(([, make]) => typeof make === 'function'))(
  'understands the fixed query of %s',
  (_, make) => {
    const { query } = (make as (argument: never) => queries.LogQuery)('10' as never);
    expect(parseQuery(query).filters).toHaveLength(1);
  },
);

it('does not hold up others while it reads', async () => {
  let turns = 0;
  const count = (): void => {
    turns += 1;
    if (turns < 1000) setImmediate(count);
  };
  setImmediate(count);
  const many = Array.from({ length: 20_000 }, (_, n) => ({ n, padding: 'x'.repeat(200) }));
  await ask('fields n | filter padding = "y" or n > 0 | sort n asc | limit 1', ...many);
  expect(turns).toBeGreaterThan(1);
});
