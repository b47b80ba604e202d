/** The ledger of a run, for a terminal. */
import { table } from '../../cli/terminal.ts';
import type { Run } from './run.ts';

const SHOWN_FAULTS = 20;

const text = (value: number): string => value.toLocaleString('en');
const list = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([what, count]) => `${text(count)} ${what}`).join(', ') || 'none';

export function describeRun({ options, ledger, played, posts, attempts, durationMs }: Run): string {
  const keys = ['owed', 'delivered', 'dropped', 'dead', 'missing', 'again'] as const;
  const total = keys.map(key => ledger.rows.reduce((sum, row) => sum + row[key], 0));
  const dead = (destination: string): string =>
    [...ledger.deadBy]
      .filter(([key]) => key.startsWith(`${destination} `))
      .map(([key, count]) => `${text(count)} ${key.slice(destination.length + 1)}`)
      .join(', ');
  const seconds = [...ledger.seconds].flatMap(([kind, causes]) =>
    [...causes].map(([cause, count]) => [kind, text(count), cause]),
  );
  return [
    `seed ${options.seed}: ${text(ledger.accepted)} of ${text(options.events)} events accepted, ${text(attempts)} attempts, ${(durationMs / 1000).toFixed(0)} s`,
    `posts: ${list(posts)}`,
    `faults played: ${list(new Map([...played].sort()))}`,
    '',
    table([
      ['destination', 'owed', 'delivered', 'dropped', 'dead', 'missing', 'taken again', ''],
      ...ledger.rows.map(row => [row.destination, ...keys.map(key => text(row[key])), dead(row.destination)]),
      ['all', ...total.map(text), ''],
    ]),
    '',
    ...(seconds.length === 0 ? [] : [table([['a second ending', '', 'because'], ...seconds]), '']),
    ledger.faults.length === 0
      ? 'Nothing is missing, and nothing is unexplained.'
      : `${ledger.faults.length} FAULTS:\n${ledger.faults.slice(0, SHOWN_FAULTS).join('\n')}`,
  ].join('\n');
}
