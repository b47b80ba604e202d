import { createInterface } from 'node:readline/promises';
import type { Terminal } from './command.ts';

export function createTerminal(isJson: boolean): Terminal {
  return {
    isJson,
    overwrite: process.stderr.isTTY ? text => process.stderr.write(`\r${text}\x1b[K`) : undefined,
    note: text => process.stderr.write(`${text}\n`),
    write: text => process.stdout.write(`${text}\n`),
    ask: async question => {
      if (!process.stdin.isTTY || isJson) return undefined;
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return (await prompt.question(`${question} `)).trim();
      } finally {
        prompt.close();
      }
    },
  };
}

/** Columns as wide as their widest cell; the last one runs on. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows
    .map(row =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
