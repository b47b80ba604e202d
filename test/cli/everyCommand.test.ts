/** The frame around every command. A process each is dear, so each command is asked for its help alone. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from '../../cli/commands.ts';
import { runCommand } from './runCommand.ts';

/** Two at a time is what two cores carry. */
async function inPairs<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item);
  };
  await Promise.all([work(), work()]);
}

test('every command has a help with an example, and exits with 0', async () => {
  await inPairs(commands, async ({ name, summary, options }) => {
    const { exitCode, stdout } = await runCommand(...name.split(' '), '--help');
    expect(exitCode, name).toBe(0);
    expect(stdout).toContain(`$ npx --no-install hookwright ${name}`);
    for (const said of ['--json', ...options.map(({ flags }) => flags)]) expect(stdout, name).toContain(said);
    expect(stdout.replace(/\s+/g, ' ')).toContain(summary);
  });
}, 60_000);

describe('a folder that is not there', () => {
  test('is one line of what to do, and no stack', async () => {
    await inPairs([['check'], ['catalog'], ['status', 'ledger']], async words => {
      const printed = await runCommand(...words, '--mappings', '/nonexistent/mappings');
      expect(printed, words.join(' ')).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: 'hookwright: there is no folder /nonexistent/mappings; name yours with --mappings DIR\n',
      });
    });
  });
});

test('a surplus word is misuse', async () => {
  expect((await runCommand('check', 'surplus')).exitCode).toBe(2);
});

test.each(commands.map(command => [command.name, command] as const))(
  '%s has a shape for --json',
  (_, command) => {
    const shape = z.toJSONSchema(command.output, { io: 'output' });
    expect(shape.type === 'object' || Array.isArray(shape.oneOf ?? shape.anyOf)).toBe(true);
  },
);
