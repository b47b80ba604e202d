/** How far a long command is: a bar on a terminal, a line now and then elsewhere. */
import { formatDuration } from '../core/files/duration.ts';
import type { Terminal } from './command.ts';

const DRAW_EVERY_MS = 100;
const SAY_EVERY_MS = 5_000;
const BAR = 30;

export interface Progress {
  readonly add: (count: number) => void;
  readonly end: () => void;
}

/** @param total - as far as it is known: SQS's figures are approximate. */
export function showProgress(terminal: Terminal, what: string, total: number): Progress {
  const startedAt = performance.now();
  const every = terminal.overwrite === undefined ? SAY_EVERY_MS : DRAW_EVERY_MS;
  let shownAt = startedAt;
  let done = 0;
  const text = () => progressText(what, done, total, (performance.now() - startedAt) / 1000);
  return {
    add: count => {
      done += count;
      if (performance.now() - shownAt < every) return;
      shownAt = performance.now();
      if (terminal.overwrite === undefined) terminal.note(text());
      else terminal.overwrite(`${bar(done, total)} ${text()}`);
    },
    end: () => {
      if (terminal.overwrite === undefined || shownAt === startedAt) return;
      terminal.overwrite(`${bar(done, total)} ${text()}`);
      terminal.note('');
    },
  };
}

export function progressText(what: string, done: number, total: number, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const left = Math.max(0, total - done);
  const rest = rate > 0 && left > 0 ? `, about ${formatDuration(left / rate)} to go` : '';
  return `${done} of about ${Math.max(total, done)} ${what}, ${rate.toFixed(rate < 10 ? 1 : 0)}/s${rest}`;
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? BAR : Math.min(BAR, Math.round((done / total) * BAR));
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}]`;
}
