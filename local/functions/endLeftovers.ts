/**
 * Ends what an earlier, killed relay left running. A function's process ends when its channel to the relay closes, unless it
 * is in a loop that never comes back to hear of it; then only its working directory still tells whose it is.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, sep } from 'node:path';
import { RUNTIME } from '../environment/runtimeProcesses.ts';

/** @param directory - of the functions' code, and nobody else's. Where there is no /proc, nothing is found. */
export function endLeftovers(directory: string): void {
  for (const pid of processIds()) {
    if (!isFunctionIn(directory, pid)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function isFunctionIn(directory: string, pid: number): boolean {
  try {
    const at = readlinkSync(join('/proc', String(pid), 'cwd'));
    const words = readFileSync(join('/proc', String(pid), 'cmdline'), 'utf8').split('\0');
    return at.startsWith(directory + sep) && words.includes(RUNTIME);
  } catch {
    // Another user's, or gone.
    return false;
  }
}
