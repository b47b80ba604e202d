/**
 * What a command is: what it takes, what it gives as data, and how that reads as text. `--json` prints the data, so both
 * forms always say the same.
 */
import type { z } from 'zod';

/** 0 fine, 1 found problems, 2 misuse. */
export type ExitCode = 0 | 1 | 2;

export interface CommandArgument {
  /** `NAME`, or `[NAME]` where it may be left out. */
  readonly name: string;
  readonly description: string;
}

export interface CommandOption {
  /** Such as `--port <number>`. */
  readonly flags: string;
  readonly description: string;
  readonly default?: string;
}

/** Values by camel-case option name; commander gives text for `--x <value>` and true for `--x`. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

export interface CommandInput {
  readonly arguments: readonly string[];
  readonly options: OptionValues;
  readonly terminal: Terminal;
}

/** Where a command writes while it works. Its result goes through `print` instead. */
export interface Terminal {
  /** For people, on stderr, so that it never mixes with `--json`. */
  note(text: string): void;
  /** A line of the result. */
  write(text: string): void;
  /** Asks on a terminal; undefined when there is none. */
  ask(question: string): Promise<string | undefined>;
  readonly isJson: boolean;
  /** Draws over the line that it drew before; undefined where nobody watches a terminal. */
  readonly overwrite: ((text: string) => void) | undefined;
}

export interface CommandResult<Output> {
  readonly output: Output;
  readonly exitCode: ExitCode;
  /** The command has written its result itself, as often as it changed. */
  readonly isShown?: true;
}

/** What a command's own file says. */
export interface CommandDefinition<Schema extends z.ZodType = z.ZodType> {
  /** More than the summary: limits, side effects, what it needs. */
  readonly details?: string;
  readonly arguments: readonly CommandArgument[];
  readonly options: readonly CommandOption[];
  readonly examples: readonly string[];
  /** The shape of what `--json` prints. */
  readonly output: Schema;
  run(input: CommandInput): Promise<CommandResult<z.output<Schema>>>;
  print(output: z.output<Schema>): string;
}

/** With what the list of commands says of it. */
export interface Command extends CommandDefinition {
  readonly name: string;
  readonly summary: string;
}

/** Keeps a command's output type while the list of commands forgets it. */
export const defineCommand = <Schema extends z.ZodType>(
  command: CommandDefinition<Schema>,
): CommandDefinition => command as unknown as CommandDefinition;

/** The person made a mistake in the call: shown without a stack, exit code 2. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The thing asked for could not be done: shown without a stack, exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

export const textOption = (options: OptionValues, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};

/** @throws Misuse naming the option when it is no whole number within the bounds. */
export function numberOption(
  options: OptionValues,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= min && value <= max) return value;
  throw new Misuse(`--${name} takes a whole number from ${min} to ${max}, and got "${text}"`);
}
