/** The frame around every command. A process each is dear, so each command is asked for its help alone. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadCommands } from '../../cli/commands.ts';
import { runCommand } from './runCommand.ts';

const commands = await loadCommands();

/** Two at a time is what two cores carry. */
async function inPairs<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item);
  };
  await Promise.all([work(), work()]);
}

describe('the command line', () => {
  it('lists every command', async () => {
    const { exitCode, stdout } = await runCommand('--help');
    expect(exitCode).toBe(0);
    for (const name of new Set(commands.map(command => command.name.split(' ')[0])))
      expect(stdout).toContain(name);
  });

  it('has a help with an example and every option for each command', async () => {
    await inPairs(commands, async ({ name, summary, options }) => {
      const { exitCode, stdout } = await runCommand(...name.split(' '), '--help');
      expect(exitCode, name).toBe(0);
      expect(stdout).toContain(`$ npx --no-install hookwright ${name}`);
      for (const said of ['--json', ...options.map(({ flags }) => flags)])
        expect(stdout, name).toContain(said);
      expect(stdout.replace(/\s+/g, ' ')).toContain(summary);
    });
  }, 60_000);

  it.each(commands.map(command => [command.name, command] as const))(
    '%s shows an example that begins with its own name, describes each of its options, and has a shape for --json',
    (name, command) => {
      expect(command.examples.length).toBeGreaterThan(0);
      for (const example of command.examples) expect(example.startsWith(name)).toBe(true);
      for (const option of command.options) expect(option.description).not.toBe('');
      const shape = z.toJSONSchema(command.output, { io: 'output' });
      expect(shape.type === 'object' || Array.isArray(shape.oneOf ?? shape.anyOf)).toBe(true);
    },
  );

  it('calls an unknown command, an unknown option, a missing and a surplus argument misuse', async () => {
    await inPairs(
      [['nonsense'], ['check', '--bogus'], ['try'], ['dlq', 'redrive'], ['check', 'surplus']],
      async words => {
        expect((await runCommand(...words)).exitCode, words.join(' ')).toBe(2);
      },
    );
  });

  it('says in one line that a folder is not there, and what to do', async () => {
    await inPairs([['check'], ['catalog']], async words => {
      const printed = await runCommand(...words, '--mappings', '/nonexistent/mappings');
      expect(printed, words.join(' ')).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: 'hookwright: there is no folder /nonexistent/mappings; name yours with --mappings DIR\n',
      });
    });
  });

  it('says how to start the stack when a command needs it and none runs', async () => {
    const { exitCode, stderr } = await runCommand('events', '--data', '/nonexistent/hookwright');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no local stack is running');
    expect(stderr).toContain('hookwright dev');
  });
});
