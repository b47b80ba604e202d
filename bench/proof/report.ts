/** The proof's figures, for a terminal or as a page. */
import { table } from '../../cli/terminal.ts';
import type { ExtraCause } from './ledger.ts';
import type { Run } from './run.ts';

const SHOWN_FAULTS = 20;

const EXTRA_CAUSES: Readonly<Record<ExtraCause, string>> = {
  'posted again': 'the 2xx was lost in the kill, so the provider posted the webhook again',
  'killed before the delete': 'it had arrived, and the relay was killed before the message was deleted',
  'tried again': 'the attempt had arrived, and failed by its log line',
  unexplained: 'nothing explains it',
};

type Row = readonly string[];

const text = (value: number): string => value.toLocaleString('en');

function ledgerRows({ ledger }: Run): Row[] {
  const total = { route: 'all', owed: 0, delivered: 0, dropped: 0, dead: 0, extra: 0 };
  for (const row of ledger.rows) {
    for (const key of ['owed', 'delivered', 'dropped', 'dead', 'extra'] as const) total[key] += row[key];
  }
  return [
    ['route', 'owed', 'delivered', 'dropped', 'dead', 'missing', 'arrived again'],
    ...[...ledger.rows, total].map(({ route, owed, delivered, dropped, dead, extra }) => [
      route,
      ...[owed, delivered, dropped, dead, owed - delivered - dropped - dead, extra].map(text),
    ]),
  ];
}

const killRows = ({ kills }: Run): Row[] => [
  ['kill', 'accepted by then', 'arrived by then', 'under way', 'ready again after'],
  ...kills.map(({ accepted, arrived, released, readyAfterMs }, index) => [
    String(index + 1),
    text(accepted),
    text(arrived),
    text(released),
    `${(readyAfterMs / 1000).toFixed(1)} s`,
  ]),
];

const extraRows = ({ ledger }: Run): Row[] =>
  [...ledger.extras].map(([cause, count]) => [text(count), EXTRA_CAUSES[cause]]);

const headline = ({ options, ledger, durationMs }: Run): string =>
  `seed ${options.seed}: ${text(ledger.accepted)} of ${text(options.count)} webhooks accepted at concurrency ${options.concurrency}, ${options.kills} × kill -9, ${(durationMs / 1000).toFixed(0)} s`;

const postsLine = ({ posts }: Run): string =>
  `posts: ${Object.entries(posts)
    .map(([result, count]) => `${text(count)} ${result}`)
    .join(', ')}`;

const attemptsLine = ({ ledger }: Run): string =>
  `attempts made again: ${
    [...ledger.failedAttempts].map(([code, count]) => `${text(count)} ${code}`).join(', ') || 'none'
  }`;

const verdict = ({ ledger }: Run): string =>
  ledger.faults.length === 0
    ? 'Nothing is missing.'
    : `${ledger.faults.length} FAULTS:\n${ledger.faults.slice(0, SHOWN_FAULTS).join('\n')}`;

export function describeRun(run: Run): string {
  return [
    headline(run),
    postsLine(run),
    attemptsLine(run),
    '',
    table(killRows(run)),
    '',
    table(ledgerRows(run)),
    ...(run.ledger.extras.size === 0 ? [] : ['', table([['again', 'because'], ...extraRows(run)])]),
    '',
    verdict(run),
  ].join('\n');
}

export function describeAsPage(runs: readonly Run[]): string {
  return [
    '# Proof: nothing accepted is lost',
    '',
    'Written by `npm run proof -- --markdown`. Each run posts signed webhooks of four providers to `hookwright dev`, kills',
    'the whole relay with `kill -9` at moments that the seed chooses, starts it again, waits until every queue is empty,',
    'and then asks of every webhook that got a 2xx, for every route that it matches: did it end as it must?',
    '',
    '- **delivered**: it is in the inbox under its `webhook-id`, and the body is the expected one;',
    "- **dropped**: the route's own filter does not want it; `hookwright events` says so and the inbox has nothing;",
    '- **dead**: its mapping or contract refuses it; the dead-letter queue holds the body as it was posted.',
    '',
    'The provider is an honest one: without an answer, or with a 5xx, it posts the same webhook again later. What arrives',
    'again has the same `webhook-id`, so a destination can tell.',
    ...runs.flatMap(run => [
      '',
      `## ${headline(run)}`,
      '',
      ...markdownTable(killRows(run)),
      '',
      ...markdownTable(ledgerRows(run)),
      ...(run.ledger.extras.size === 0
        ? []
        : ['', ...markdownTable([['again', 'because'], ...extraRows(run)])]),
      '',
      `${postsLine(run)}; ${attemptsLine(run)}. ${verdict(run)}`,
    ]),
  ].join('\n');
}

function markdownTable([head = [], ...rows]: readonly Row[]): string[] {
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
