/** What a bench has to say: figures, the limit beside each that has one, and whether all limits hold. */
import { table } from '../cli/terminal.ts';

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the figure may be at the most, or must be at the least. */
  readonly limit?: { readonly atMost: number } | { readonly atLeast: number };
  /** Beside it, in a few words. */
  readonly note?: string;
}

export interface BenchResult {
  readonly title: string;
  readonly figures: readonly Figure[];
}

export const keepsLimit = ({ value, limit }: Figure): boolean =>
  limit === undefined || ('atMost' in limit ? value <= limit.atMost : value >= limit.atLeast);

/** Prints the result; the exit code becomes 1 when a limit does not hold. */
export function printResult({ title, figures }: BenchResult): void {
  const rows = figures.map(figure => [
    figure.what,
    format(figure.value, figure.unit),
    limitText(figure),
    figure.limit === undefined ? '' : keepsLimit(figure) ? 'ok' : 'MISSED',
    figure.note ?? '',
  ]);
  process.stdout.write(`${title}\n${table([['', 'figure', 'limit', '', ''], ...rows])}\n\n`);
  if (!figures.every(keepsLimit)) process.exitCode = 1;
}

function limitText({ limit, unit }: Figure): string {
  if (limit === undefined) return '';
  return 'atMost' in limit ? `≤ ${format(limit.atMost, unit)}` : `≥ ${format(limit.atLeast, unit)}`;
}

function format(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`.trimEnd();
}
