import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands.ts';
import { runCommand } from './runCommand.ts';

describe('the command line', () => {
  it('lists every command', async () => {
    const { exitCode, stdout } = await runCommand('--help');
    expect(exitCode).toBe(0);
    for (const name of new Set(commands.map(command => command.name.split(' ')[0])))
      expect(stdout).toContain(name);
  });

  it('has a help with an example for a command and for one below another', async () => {
    for (const name of ['check', 'dlq redrive']) {
      const { exitCode, stdout } = await runCommand(...name.split(' '), '--help');
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`hookwright ${name}`);
      expect(stdout).toContain('--json');
    }
  });

  it.each(commands.map(command => [command.name, command] as const))(
    '%s shows an example that begins with its own name, and describes each of its options',
    (name, command) => {
      expect(command.examples.length).toBeGreaterThan(0);
      for (const example of command.examples) expect(example.startsWith(name)).toBe(true);
      for (const option of command.options) expect(option.description).not.toBe('');
    },
  );

  it('calls an unknown command, an unknown option and a missing argument misuse', async () => {
    for (const words of [['nonsense'], ['check', '--bogus'], ['try'], ['dlq', 'redrive']]) {
      expect((await runCommand(...words)).exitCode, words.join(' ')).toBe(2);
    }
  });

  it('says how to start the stack when a command needs it and none runs', async () => {
    const { exitCode, stderr } = await runCommand('events', '--data', '/nonexistent/hookwright');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no local stack is running');
    expect(stderr).toContain('hookwright dev');
  });
});
