import { compactLine } from '../core/events/compactLine.ts';

/**
 * Writes one log line. To stdout and not through `console`: Lambda's JSON logging would wrap the line into a field
 * `message`, where CloudWatch no longer finds the metrics in it.
 */
export type WriteLine = (line: object) => void;

export const writeLine: WriteLine = line => {
  process.stdout.write(`${JSON.stringify(compactLine(line as Readonly<Record<string, unknown>>))}\n`);
};
