/** Runs a command without a process of its own, as its frame would: the result must have the shape it promises. */
import type { CommandDefinition, CommandResult, OptionValues } from '../../cli/command.ts';

export async function inProcess(
  command: CommandDefinition,
  words: readonly string[],
  options: OptionValues,
  ask: (question: string) => Promise<string | undefined> = async () => undefined,
): Promise<CommandResult<unknown> & { readonly text: string }> {
  const terminal = {
    note: () => undefined,
    write: () => undefined,
    ask,
    isJson: false,
    overwrite: undefined,
  };
  const { output, exitCode } = await command.run({ arguments: words, options, terminal });
  return { output: command.output.parse(output), exitCode, text: command.print(output) };
}
