/**
 * Where a function's output goes, as Lambda's Node.js runtime has it: `process.stdout.write` is a log line as it is
 * (which is how metrics in EMF get through), `console.*` is wrapped in JSON or led by time, request and level.
 */
import { formatWithOptions } from 'node:util';

export interface OutputOptions {
  readonly format: 'JSON' | 'Text';
  readonly requestId: () => string | undefined;
  readonly write: (lines: readonly string[]) => void;
  readonly now: () => Date;
}

const LEVELS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
} as const;

/** With JSON logging, what is below INFO is left out unless the function's logging says otherwise. */
const HIDDEN_IN_JSON: readonly string[] = ['TRACE', 'DEBUG'];

export interface FunctionOutput {
  /** Hands over what was written without a line break at its end. */
  flush(): void;
  /** A record of the runtime's own, such as an error that the handler threw. */
  report(level: 'ERROR' | 'WARN', message: unknown): void;
}

export function captureOutput(
  target: NodeJS.Process,
  console: Console,
  options: OutputOptions,
): FunctionOutput {
  const stdout = captureStream(target.stdout, options.write);
  const stderr = captureStream(target.stderr, options.write);
  const report = (level: string, message: unknown): void => {
    if (options.format === 'Text') {
      const text = typeof message === 'string' ? message : JSON.stringify(message);
      options.write([
        `${options.now().toISOString()}\t${options.requestId() ?? 'undefined'}\t${level}\t${text}`,
      ]);
    } else if (!HIDDEN_IN_JSON.includes(level)) {
      const requestId = options.requestId();
      options.write([
        JSON.stringify({
          timestamp: options.now().toISOString(),
          level,
          ...(requestId && { requestId }),
          message,
        }),
      ]);
    }
  };
  for (const [method, level] of Object.entries(LEVELS) as readonly [keyof typeof LEVELS, string][]) {
    console[method] = (...args: unknown[]) => report(level, formatWithOptions({}, ...args));
  }
  return {
    flush: () => {
      stdout();
      stderr();
    },
    report,
  };
}

/** Returns how to flush the stream's last, unfinished line. */
function captureStream(stream: NodeJS.WriteStream, write: (lines: readonly string[]) => void): () => void {
  let unfinished = '';
  const take = (chunk: string | Uint8Array): void => {
    const lines = (unfinished + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split(
      '\n',
    );
    unfinished = lines.pop() ?? '';
    const whole = lines.filter(line => line !== '');
    if (whole.length > 0) write(whole);
  };
  stream.write = (chunk: string | Uint8Array, encodingOrDone?: unknown, done?: unknown): boolean => {
    take(chunk);
    const callback = typeof encodingOrDone === 'function' ? encodingOrDone : done;
    if (typeof callback === 'function') callback();
    return true;
  };
  return () => {
    if (unfinished !== '') take('\n');
  };
}
