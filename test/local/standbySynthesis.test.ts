/** A CDK app that is loaded before it is needed; here it is a few lines that write what they were told. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { StandbySynthesis } from '../../local/synthesis/standbySynthesis.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** For a machine that is busy with other tests. */
const PATIENCE = { timeout: 15_000 };

const APP = `import { writeFileSync } from 'node:fs';
  import { part } from './part.ts';
  const { CDK_OUTDIR, CDK_CONTEXT_JSON } = process.env;
  const { mappings } = JSON.parse(CDK_CONTEXT_JSON);
  if (mappings === 'broken') { console.error('broken/routes.yaml:3:1 is wrong'); process.exit(1); }
  writeFileSync(CDK_OUTDIR, JSON.stringify({ pid: process.pid, part, mappings, sees: Object.keys(process.env) }));`;

interface Written {
  readonly pid: number;
  readonly part: string;
  readonly mappings: string;
  readonly sees: readonly string[];
}

function project() {
  const projectRoot = temporaryFolder();
  for (const folder of ['infra', 'core', 'authoring']) mkdirSync(join(projectRoot, folder));
  const write = (file: string, text: string): void => writeFileSync(join(projectRoot, 'infra', file), text);
  write('app.ts', APP);
  write('part.ts', "export const part: string = 'first';");
  const synthesis = new StandbySynthesis({ projectRoot, respiteMs: 0 });
  onTestFinished(() => synthesis.close());
  const standby = async (): Promise<number> => {
    synthesis.expect();
    await expect.poll(() => synthesis.pid, PATIENCE).toBeDefined();
    return synthesis.pid ?? 0;
  };
  const run = async (mappings = 'mappings') => {
    const outDirectory = join(projectRoot, `assembly-${mappings}`);
    const synthesized = await synthesis.run({ mappingsDirectory: mappings, outDirectory });
    if (synthesized.kind === 'refused') return synthesized;
    return JSON.parse(readFileSync(outDirectory, 'utf8')) as Written;
  };
  return { write, synthesis, standby, run };
}

it('is what synthesizes, once, and sees what it was told and nothing of this shell', async () => {
  const { standby, synthesis, run } = project();
  const pid = await standby();
  const written = (await run()) as Written;
  expect(written).toMatchObject({ pid, part: 'first', mappings: 'mappings' });
  expect([...written.sees].sort()).toEqual(['CDK_CONTEXT_JSON', 'CDK_DISABLE_CLI_TELEMETRY', 'CDK_OUTDIR']);
  expect(synthesis.pid).toBeUndefined();
  expect(await run('again')).toMatchObject({ mappings: 'again', part: 'first' });
});

it('is given up when its code has changed since', async () => {
  const { write, standby, run } = project();
  const pid = await standby();
  write('part.ts', "export const part: string = 'second';");
  const written = (await run()) as Written;
  expect(written.part).toBe('second');
  expect(written.pid).not.toBe(pid);
});

it('is missed by nobody when it has died, even a moment ago', async () => {
  const { standby, synthesis, run } = project();
  process.kill(await standby(), 'SIGKILL');
  expect(((await run()) as Written).part).toBe('first');
  process.kill(await standby(), 'SIGKILL');
  await expect.poll(() => synthesis.pid, PATIENCE).toBeUndefined();
  expect(((await run('again')) as Written).part).toBe('first');
});

it('says what the app printed when it refuses, or could not be loaded', async () => {
  const { write, standby, run } = project();
  await standby();
  expect(await run('broken')).toEqual({ kind: 'refused', errors: 'broken/routes.yaml:3:1 is wrong' });
  write('part.ts', 'export const part: string = ;');
  expect(await run()).toEqual({ kind: 'refused', errors: expect.stringContaining('part.ts') });
});

it('says so when it is killed over its work', async () => {
  const { write, standby, run } = project();
  write('app.ts', 'process.kill(process.pid, "SIGKILL");');
  await standby();
  expect(await run()).toEqual({ kind: 'refused', errors: 'infra/app.ts ended with a signal' });
});

it('ends with whoever wanted it', async () => {
  const { standby, synthesis } = project();
  const pid = await standby();
  synthesis.close();
  await expect
    .poll(() => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    }, PATIENCE)
    .toBe(false);
});
