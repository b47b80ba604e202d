/** Processes that are started before a change of a function needs them. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { RuntimeProcesses } from '../../local/environment/runtimeProcesses.ts';
import { launchOf } from '../../local/environment/startEnvironment.ts';
import { endLeftovers } from '../../local/functions/endLeftovers.ts';
import { FunctionPool } from '../../local/functions/functionPool.ts';
import type { FunctionDescription } from '../../local/template/description.ts';
import { tinyFunction } from './tinyFunction.ts';

/** For a machine that is busy with other tests. */
const PATIENCE = { timeout: 15_000 };

const SETUP = {
  handler: 'index.handler',
  functionName: 'tiny',
  functionArn: 'arn',
  memoryMb: 128,
  logGroup: '/tiny',
  logStream: 'one',
  logFormat: 'JSON',
  environment: {},
} as const;

const WORLD = `import { cwd } from 'node:process';
  export const handler = async () => ({ cwd: cwd(), sees: Object.keys(process.env).sort(), parent: typeof process.send });`;

/** A pool whose function has a spare, once `spare` has resolved. */
function poolWithSpare(description: FunctionDescription, spareFor: FunctionDescription = description) {
  const processes = new RuntimeProcesses({ respiteMs: 0 });
  const pool = new FunctionPool({
    description,
    processes,
    endpoints: { sqs: '', secretsmanager: '', lambda: '', logs: '', dynamodb: '', s3: '', keys: '' },
    onLog: () => undefined,
    onInvocation: () => undefined,
    now: Date.now,
  });
  onTestFinished(async () => {
    processes.close();
    await pool.stop(0);
  });
  const answer = async (): Promise<unknown> => {
    const result = await pool.invoke('{}');
    return result.kind === 'response' ? JSON.parse(result.body) : result;
  };
  const spare = async (): Promise<number> => {
    processes.keepSparesFor([launchOf(spareFor)]);
    await expect.poll(() => processes.spares, PATIENCE).toHaveLength(1);
    return processes.spares[0] ?? 0;
  };
  const change = async (next: FunctionDescription): Promise<void> => {
    const version = await pool.prepare(next);
    expect(version.error).toBeUndefined();
    version.commit();
  };
  return { pool, processes, answer, spare, change };
}

it('is what runs the next version, in the same world as a process that is started for it', async () => {
  const { pool, answer, spare, change } = poolWithSpare(tinyFunction(WORLD));
  const fresh = (await answer()) as { sees: string[] };
  const pid = await spare();
  const next = tinyFunction(WORLD);
  await change(next);
  expect(pool.activity.processes).toEqual([pid]);
  expect(await answer()).toEqual({ cwd: next.codeDirectory, sees: fresh.sees, parent: 'undefined' });
});

it('is missed by nobody when it was killed a moment ago', async () => {
  const { pool, answer, spare, change } = poolWithSpare(tinyFunction("export const handler = () => 'old';"));
  const pid = await spare();
  process.kill(pid, 'SIGKILL');
  // The relay has not heard of it yet.
  await change(tinyFunction("export const handler = async () => 'new';"));
  expect(await answer()).toBe('new');
  expect(pool.activity.processes).not.toContain(pid);
});

it('is forgotten when it has died, and the next version starts without it', async () => {
  const { processes, answer, spare, change } = poolWithSpare(tinyFunction('export const handler = 1;'));
  process.kill(await spare(), 'SIGKILL');
  await expect.poll(() => processes.spares, PATIENCE).toEqual([]);
  await change(tinyFunction("export const handler = async () => 'new';"));
  expect(await answer()).toBe('new');
});

it.each<[string, Partial<FunctionDescription>]>([
  ['another memory', { memoryMb: 256 }],
  ["other options of Node's", { environment: { NODE_OPTIONS: '--enable-source-maps' } }],
])('is not taken for a version with %s', async (_, settings) => {
  const { pool, spare, change } = poolWithSpare(tinyFunction(WORLD));
  const pid = await spare();
  await change(tinyFunction(WORLD, settings));
  expect(pool.activity.processes).toHaveLength(1);
  expect(pool.activity.processes).not.toContain(pid);
});

it('is replaced after it was taken, for two changes one after the other', async () => {
  const { processes, answer, spare, change } = poolWithSpare(tinyFunction(WORLD));
  const first = await spare();
  await Promise.all([
    change(tinyFunction("export const handler = async () => 'second';")),
    change(tinyFunction("export const handler = async () => 'third';")),
  ]);
  expect(await answer()).toMatch(/second|third/);
  await expect.poll(() => processes.spares, PATIENCE).toHaveLength(1);
  expect(processes.spares).not.toContain(first);
});

it('ends when nobody wants it any more', async () => {
  const { processes, spare } = poolWithSpare(tinyFunction(WORLD));
  const pid = await spare();
  processes.close();
  await expect.poll(() => isRunning(pid), PATIENCE).toBe(false);
  expect(processes.spares).toEqual([]);
});

it('ends what an earlier relay left in a loop without end, and nothing else', async () => {
  const stuck = tinyFunction('for (;;);');
  const processes = new RuntimeProcesses();
  const start = async (description: FunctionDescription): Promise<ChildProcess> => {
    const child = processes.take(launchOf(description), 'new');
    onTestFinished(() => void child.kill('SIGKILL'));
    child.send({ kind: 'begin', setup: { ...SETUP, taskRoot: description.codeDirectory } });
    await once(child, 'message');
    return child;
  };
  const [left, other] = await Promise.all([start(stuck), start(tinyFunction(WORLD))]);
  left.disconnect();
  // Without /proc nobody can be found.
  if (existsSync('/proc/self/cwd')) endLeftovers(join(stuck.codeDirectory, '..'));
  else left.kill('SIGKILL');
  const [, signal] = await once(left, 'exit');
  expect(signal).toBe('SIGKILL');
  expect(isRunning(other.pid ?? 0)).toBe(true);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
