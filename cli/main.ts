/** Parses the command line, runs one command, prints its result, sets the exit code. */
import { CommanderError, Command as Program } from 'commander';
import { Unreadable } from '../authoring/readFolder.ts';
import { type Command, type ExitCode, Failure, Misuse, type OptionValues } from './command.ts';
import { type CommandEntry, commandTable, loadCommand } from './commands.ts';
import { createTerminal } from './terminal.ts';

const MISUSE: ExitCode = 2;

async function main(words: readonly string[]): Promise<number> {
  const program = new Program('hookwright')
    .description('A webhook relay and transformer: verify, map with JSONata, deliver, fail loudly.')
    .showHelpAfterError('(hookwright --help lists the commands)')
    .exitOverride();
  let exitCode: number = 0;
  const called = calledEntry(words);
  for (const entry of commandTable) {
    const child = addEntry(program, entry);
    if (entry !== called) continue;
    addCommand(child, await loadCommand(entry), code => {
      exitCode = code;
    });
  }
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

/** The command that the words call, as far as they name one. Options may stand between and before them. */
function calledEntry(words: readonly string[]): CommandEntry | undefined {
  const named = words.filter(word => !word.startsWith('-'));
  return commandTable.find(({ name }) => name.split(' ').every((word, index) => named[index] === word));
}

/** Words that stand before several commands. */
const GROUPS: Readonly<Record<string, string>> = {
  dlq: 'dead letters: ls, show, redrive, purge, restore',
  contract: "a route's contracts: infer",
};

/** `dlq ls` stands below `dlq`. What is only listed has no more than its name and its summary. */
function addEntry(program: Program, { name, summary }: CommandEntry): Program {
  const names = name.split(' ');
  const last = names.pop() ?? '';
  let parent = program;
  for (const above of names) {
    parent = parent.commands.find(child => child.name() === above) ?? parent.command(above).exitOverride();
    if (parent.description() === '') parent.description(GROUPS[above] ?? '');
  }
  return parent.command(last).exitOverride().description(summary);
}

function addCommand(child: Program, command: Command, done: (exitCode: ExitCode) => void): void {
  for (const { name, description } of command.arguments)
    child.argument(name.startsWith('[') ? name : `<${name}>`, description);
  for (const option of command.options) child.option(option.flags, option.description, option.default);
  child.option('--json', 'print the result as JSON (docs/cli.schema.json has the shape)');
  const details = command.details === undefined ? '' : `\n${command.details}\n`;
  const examples = command.examples.map(example => `  $ npx --no-install hookwright ${example}`).join('\n');
  child.addHelpText('after', `${details}\nExamples:\n${examples}`);
  child.action(async (...received: unknown[]) => {
    const words = received.slice(0, command.arguments.length).filter(word => typeof word === 'string');
    const options = child.opts<OptionValues>();
    const terminal = createTerminal(options['json'] === true);
    const { output, exitCode, isShown } = await command.run({ arguments: words, options, terminal });
    done(exitCode);
    if (isShown === true) return;
    const text = terminal.isJson ? JSON.stringify(output, undefined, 2) : command.print(output);
    if (text !== '') terminal.write(text);
  });
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSE;
  if (error instanceof Misuse || error instanceof Failure) {
    process.stderr.write(`hookwright: ${error.message}\n`);
    if (error.hint !== undefined) process.stderr.write(`  → ${error.hint}\n`);
    return error instanceof Misuse ? MISUSE : 1;
  }
  if (error instanceof Unreadable) {
    process.stderr.write(`hookwright: ${error.message}\n`);
    return 1;
  }
  process.stderr.write(
    `hookwright: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}

// A reader that went away (`hookwright events | head`) is no error.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
});

process.exitCode = await main(process.argv.slice(2));
