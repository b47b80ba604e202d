/**
 * Every command, in the order in which `--help` lists them. A command's file is read when it is called: what it needs
 * (SDK clients, schemas, the local stack) would make all others slow to start.
 */
import type { Command, CommandDefinition } from './command.ts';

export interface CommandEntry {
  /** The words that call it. */
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandDefinition>;
}

export const commandTable: readonly CommandEntry[] = [
  {
    name: 'dev',
    summary: 'run the whole relay here, from the template that would be deployed',
    load: async () => (await import('./commands/dev.ts')).dev,
  },
  {
    name: 'check',
    summary: 'validate every mapping file and run every example',
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'try',
    summary: 'run one route on one input and print the result',
    load: async () => (await import('./commands/try.ts')).tryRoute,
  },
  {
    name: 'codes',
    summary: 'what an error or warning code means, with an example of it and one that is mended',
    load: async () => (await import('./commands/codes.ts')).codes,
  },
  {
    name: 'format',
    summary: 'write every mapping in the one way to write it',
    load: async () => (await import('./commands/format.ts')).format,
  },
  {
    name: 'new',
    summary: 'scaffold a route folder that passes check',
    load: async () => (await import('./commands/new.ts')).newRoute,
  },
  {
    name: 'diff',
    summary: "what another version of a route's mapping would change, on real events",
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    name: 'capture',
    summary: 'make an example of a dead letter or an archived event, with stand-ins for what is private',
    load: async () => (await import('./commands/capture.ts')).capture,
  },
  {
    name: 'drift',
    summary: 'what has changed in payloads where a mapping reads them',
    load: async () => (await import('./commands/drift.ts')).drift,
  },
  {
    name: 'contract infer',
    summary: "draft a route's contract from events that it handles",
    load: async () => (await import('./commands/contract/infer.ts')).contractInfer,
  },
  {
    name: 'send',
    summary: 'sign a body as the provider would, and post it',
    load: async () => (await import('./commands/send.ts')).send,
  },
  {
    name: 'events',
    summary: 'what happened to events, deliveries and attempts',
    load: async () => (await import('./commands/events.ts')).events,
  },
  {
    name: 'status',
    summary: 'how a destination or a source is doing; without a name, all of them in a table',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'dlq ls',
    summary: 'dead letters by destination and cause',
    load: async () => (await import('./commands/dlq/ls.ts')).dlqLs,
  },
  {
    name: 'dlq show',
    summary: 'one dead letter: why it died, and what would become of it now',
    load: async () => (await import('./commands/dlq/show.ts')).dlqShow,
  },
  {
    name: 'dlq redrive',
    summary: 'put dead letters back on their queue, to be delivered through the current mapping',
    load: async () => (await import('./commands/dlq/redrive.ts')).dlqRedrive,
  },
  {
    name: 'dlq purge',
    summary: 'delete dead letters for good, after writing them to a file',
    load: async () => (await import('./commands/dlq/purge.ts')).dlqPurge,
  },
  {
    name: 'dlq restore',
    summary: 'bring purged dead letters back from the file that the purge wrote',
    load: async () => (await import('./commands/dlq/restore.ts')).dlqRestore,
  },
  {
    name: 'rollback',
    summary: 'put in force what was before the last deploy, code and mappings',
    load: async () => (await import('./commands/rollback.ts')).rollback,
  },
  {
    name: 'replay',
    summary: 'deliver archived events again, on purpose, down one route',
    load: async () => (await import('./commands/replay.ts')).replay,
  },
  {
    name: 'pair',
    summary:
      'take the secret that a provider brings with its first question, or print the token that it wants',
    load: async () => (await import('./commands/pair.ts')).pair,
  },
  {
    name: 'pause',
    summary: 'stop delivering to a destination; its messages wait',
    load: async () => (await import('./commands/pause.ts')).pause,
  },
  {
    name: 'resume',
    summary: 'deliver to a paused destination again, at once or gradually',
    load: async () => (await import('./commands/resume.ts')).resume,
  },
  {
    name: 'cost',
    summary: 'what a month costs, unit by unit, from the template and the number of webhooks',
    load: async () => (await import('./commands/cost.ts')).costOf,
  },
  {
    name: 'catalog',
    summary: 'the map of integrations: who depends on what, and who owns it',
    load: async () => (await import('./commands/catalog.ts')).catalog,
  },
];

export const loadCommand = async ({ name, summary, load }: CommandEntry): Promise<Command> => ({
  ...(await load()),
  name,
  summary,
});

export const loadCommands = (): Promise<Command[]> => Promise.all(commandTable.map(loadCommand));
