/** The options of a bench: whole numbers and switches, all with a default. */
import { parseArgs } from 'node:util';

export type OptionDefaults = Readonly<Record<string, number | boolean>>;

type Options<Defaults extends OptionDefaults> = {
  readonly [Name in keyof Defaults]: Defaults[Name] extends number ? number : boolean;
};

const MISUSE = 2;

/** Ends the process with exit code 2 when an option is unknown or no whole number. */
export function readOptions<const Defaults extends OptionDefaults>(defaults: Defaults): Options<Defaults> {
  const known = Object.entries(defaults);
  try {
    const { values } = parseArgs({
      options: Object.fromEntries(
        known.map(([name, value]) => [name, { type: typeof value === 'number' ? 'string' : 'boolean' }]),
      ),
    });
    return Object.fromEntries(
      known.map(([name, value]) => [name, read(name, values[name], value)]),
    ) as Options<Defaults>;
  } catch (error) {
    const list = known.map(([name, value]) => `--${name}${typeof value === 'number' ? ` ${value}` : ''}`);
    process.stderr.write(`${(error as Error).message}\nThe options and their defaults: ${list.join('  ')}\n`);
    process.exit(MISUSE);
  }
}

function read(name: string, given: unknown, byDefault: number | boolean): number | boolean {
  if (given === undefined || typeof byDefault === 'boolean') return given === true || byDefault;
  if (typeof given !== 'string' || !/^[0-9]{1,7}$/.test(given))
    throw new Error(`--${name} takes a whole number`);
  return Number(given);
}
