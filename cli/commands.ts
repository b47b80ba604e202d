/** Every command, in the order in which `--help` lists them. */
import type { Command } from './command.ts';
import { catalog } from './commands/catalog.ts';
import { check } from './commands/check.ts';
import { dev } from './commands/dev.ts';
import { dlqLs } from './commands/dlq/ls.ts';
import { dlqPurge } from './commands/dlq/purge.ts';
import { dlqRedrive } from './commands/dlq/redrive.ts';
import { dlqRestore } from './commands/dlq/restore.ts';
import { dlqShow } from './commands/dlq/show.ts';
import { events } from './commands/events.ts';
import { newRoute } from './commands/new.ts';
import { pause } from './commands/pause.ts';
import { replay } from './commands/replay.ts';
import { resume } from './commands/resume.ts';
import { send } from './commands/send.ts';
import { status } from './commands/status.ts';
import { tryRoute } from './commands/try.ts';

export const commands: readonly Command[] = [
  dev,
  check,
  tryRoute,
  newRoute,
  send,
  events,
  status,
  dlqLs,
  dlqShow,
  dlqRedrive,
  dlqPurge,
  dlqRestore,
  replay,
  pause,
  resume,
  catalog,
];
