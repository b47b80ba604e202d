import jsonata from 'jsonata';
import { formatJsonata } from '../core/authoring/format/formatJsonata.ts';
import { Unreadable } from '../core/files/jsonataTokens.ts';

/**
 * The mapping in the one way to write it, or undefined for a text that does not parse.
 *
 * @throws Error when the formatted text would be another program: that is a mistake of the formatter's, and the file is
 * better left alone.
 */
export function formatMapping(file: string, text: string): string | undefined {
  const before = programOf(text);
  if (before === undefined) return undefined;
  let formatted: string;
  try {
    formatted = formatJsonata(text);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
  if (programOf(formatted) === before) return formatted;
  throw new Error(`${file} cannot be formatted without changing what it does; it is left as it is`);
}

/** What the text means, without where it stands. */
function programOf(text: string): string | undefined {
  try {
    return JSON.stringify(jsonata(text).ast(), (key, value: unknown) =>
      key === 'position' ? undefined : value instanceof RegExp ? String(value) : value,
    );
  } catch {
    return undefined;
  }
}
