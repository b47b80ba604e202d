/** Resident memory of a process and of everything in its group. What has ended and only waits to be noticed has none. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface GroupMemory {
  /** Of the group's first process. */
  readonly leaderMb: number;
  /** Of all together; what they share counts for each. */
  readonly totalMb: number;
  readonly processes: number;
}

interface ProcessRow {
  readonly pid: number;
  readonly group: number;
  readonly residentMb: number;
}

export async function groupMemory(group: number): Promise<GroupMemory> {
  const rows = (await (existsSync('/proc/self/stat') ? rowsFromProc() : rowsFromPs())).filter(
    row => row.group === group,
  );
  return {
    leaderMb: rows.find(({ pid }) => pid === group)?.residentMb ?? 0,
    totalMb: rows.reduce((sum, { residentMb }) => sum + residentMb, 0),
    processes: rows.length,
  };
}

/** Linux, where the image may be too slim for `ps`. */
async function rowsFromProc(): Promise<ProcessRow[]> {
  const pids = (await readdir('/proc')).filter(name => /^[0-9]+$/.test(name));
  const rows = await Promise.all(
    pids.map(async (name): Promise<ProcessRow[]> => {
      const [stat, status] = await Promise.all(
        ['stat', 'status'].map(file => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
      );
      // The name stands in brackets and may hold anything; state, parent and group follow it.
      const [, , group] = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status ?? '')?.[1];
      return group === undefined || kilobytes === undefined
        ? []
        : [{ pid: Number(name), group: Number(group), residentMb: Number(kilobytes) / 1024 }];
    }),
  );
  return rows.flat();
}

async function rowsFromPs(): Promise<ProcessRow[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,pgid=,rss=']);
  return stdout
    .trim()
    .split('\n')
    .map(line => {
      const [pid = 0, group = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number);
      return { pid, group, residentMb: kilobytes / 1024 };
    })
    .filter(({ residentMb }) => residentMb > 0);
}
