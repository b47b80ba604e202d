/** Looking, purging and restoring on the real queue engine. */
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { bodyOf, deliveryOf, LEDGER_DEAD, quietStage } from './quietStage.ts';
import { startCommand } from './runCommand.ts';

describe('a look', () => {
  test('groups by cause, tells whose it is, and gives everything back', async () => {
    const stage = await quietStage();
    await stage.die(12);
    await stage.die(3, { reason: 'mapping-failed', code: 'MAPPING_FAILED', message: 'line 3' }, 12);
    await stage.put(LEDGER_DEAD, [{ body: bodyOf(20), attributes: {} }]);
    const { output, exitCode } = await stage.run('dlq ls', ['ledger']);
    expect(exitCode).toBe(1);
    expect(output).toMatchObject({
      groups: [
        { cause: 'exhausted/http-503', class: 'theirs', count: 12 },
        { cause: 'mapping-failed/MAPPING_FAILED', class: 'ours', count: 3, message: 'line 3' },
        { cause: 'moved-by-sqs', class: 'ours', count: 1, example: deliveryOf(20) },
      ],
      queues: [{ inQueue: 16, sampled: 16 }],
    });
    expect(await stage.depth(LEDGER_DEAD)).toEqual({ visible: 16, hidden: 0 });
  });

  test('at a part says so', async () => {
    const stage = await quietStage();
    await stage.die(30);
    const { text } = await stage.run('dlq ls', ['ledger'], { sample: '10' });
    expect(text).toContain('ledger: sample of 10 out of 30');
  });

  test('that is killed hides nothing for more than 30 s', async () => {
    const stage = await quietStage();
    await stage.die(3_000);
    const child = startCommand('dlq', 'ls', 'ledger', '--sample', '10000', '--data', stage.data);
    await expect
      .poll(async () => (await stage.depth(LEDGER_DEAD)).hidden, { timeout: 25_000, interval: 5 })
      .toBeGreaterThan(0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const database = new DatabaseSync(join(stage.data, 'queues.sqlite'), { readOnly: true });
    const row = database
      .prepare('SELECT count(*) AS all_of_them, max(visible_at) AS latest FROM messages')
      .get();
    database.close();
    expect(row?.['all_of_them']).toBe(3_000);
    expect(Number(row?.['latest'])).toBeLessThanOrEqual(Date.now() + 30_000);
  }, 90_000);

  test('at one shows payload only when asked', async () => {
    const stage = await quietStage();
    await stage.die(1, { response: 'no such account' });
    const plain = await stage.run('dlq show', ['ledger', deliveryOf(0)]);
    expect(plain).toMatchObject({
      exitCode: 0,
      output: { cause: 'exhausted/http-503', class: 'theirs', details: { response: 'no such account' } },
    });
    expect(plain.output).not.toHaveProperty('payload');
    expect(plain.text).not.toContain('amount');
    // Without a destination every queue is searched; here only one is there.
    await expect(stage.run('dlq show', ['ledger', 'dlv_none'])).rejects.toThrow('there is no dlv_none');
    const full = await stage.run('dlq show', ['ledger', 'provider-0'], { payload: true });
    expect(full.output).toMatchObject({ payload: { amount: 1, n: 0 } });
    expect(await stage.depth(LEDGER_DEAD)).toEqual({ visible: 1, hidden: 0 });
  });

  test('at what the mapping makes says what it compares with', async () => {
    const stage = await quietStage();
    await stage.die(1);
    const now = await stage.run('dlq show', ['ledger', deliveryOf(0)], { render: true });
    expect(now).toMatchObject({
      exitCode: 1,
      output: { rendering: { becomes: 'dead', recordedDigest: 'abc' } },
    });
    expect(now.text).toContain('the mapping has changed since the last attempt (abc)');
    const digest = (now.output as { rendering: { mapping: { digest: string } } }).rendering.mapping.digest;
    await stage.die(1, { mappingDigest: digest }, 1);
    const same = await stage.run('dlq show', ['ledger', deliveryOf(1)], { against: 'mappings' });
    expect(same.text).toContain('the mapping of the last attempt, so what was made then');
    expect(same.output).toMatchObject({ rendering: { differences: [] } });
  });
});

describe('a purge', () => {
  test('writes every message before it deletes it, and what it wrote comes back', async () => {
    const stage = await quietStage();
    await stage.die(23);
    await stage.die(4, { code: 'timeout' }, 23);
    const file = join(stage.data, 'kept.ndjson');
    const options = { confirm: 'ledger', save: file, code: 'http-503' };
    expect((await stage.run('dlq purge', ['ledger'], options)).output).toMatchObject({ purged: 23, left: 4 });
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(23);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const back = await stage.run('dlq restore', [file]);
    expect(back).toMatchObject({ exitCode: 0, output: { restored: 23, lines: 23 } });
    const { output } = await stage.run('dlq ls', ['ledger']);
    expect(output).toMatchObject({ groups: [{ cause: 'exhausted/http-503', count: 23 }, { count: 4 }] });
    const all = await stage.take(LEDGER_DEAD);
    expect(all.map(({ body }) => body).sort()).toEqual(
      Array.from({ length: 27 }, (_, index) => bodyOf(index)).sort(),
    );
  });

  test('that is killed has lost none', async () => {
    const stage = await quietStage();
    const count = 600;
    await stage.die(count);
    const file = join(stage.data, 'kept.ndjson');
    const child = startCommand(
      ...['dlq', 'purge', 'ledger', '--confirm', 'ledger', '--save', file, '--data', stage.data],
    );
    const left = async () => {
      const { visible, hidden } = await stage.depth(LEDGER_DEAD);
      return visible + hidden;
    };
    await expect.poll(left, { timeout: 25_000, interval: 2 }).toBeLessThan(count);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const written = (await readFile(file, 'utf8')).split('\n').filter(line => line.endsWith('}')).length;
    expect(written + (await left())).toBeGreaterThanOrEqual(count);
  }, 60_000);

  test('of a large one whose body is gone leaves it, goes on with the others, and takes it when told to', async () => {
    const stage = await quietStage();
    await stage.die(2);
    await stage.dieStored(3);
    const file = (name: string) => join(stage.data, name);
    const purge = (options: object) => stage.run('dlq purge', ['ledger'], { confirm: 'ledger', ...options });
    const first = await purge({ save: file('first.ndjson') });
    expect(first).toMatchObject({
      exitCode: 1,
      output: { purged: 2, unreadable: 1, withoutBody: 0, left: 1 },
    });
    expect(first.text).toContain('1 is left: its body cannot be read in its bucket');
    expect(first.text).toContain('--without-bodies');
    const second = await purge({ save: file('second.ndjson'), withoutBodies: true });
    expect(second).toMatchObject({
      exitCode: 0,
      output: { purged: 1, unreadable: 0, withoutBody: 1, left: 0 },
    });
    expect(second.text).toContain('1 of them without its body');
    const [line = ''] = (await readFile(file('second.ndjson'), 'utf8')).split('\n');
    expect(JSON.parse(line)).not.toHaveProperty('storedBody');
    expect((await stage.run('dlq restore', [file('second.ndjson')])).output).toMatchObject({ restored: 1 });
  });

  test('never writes over a file', async () => {
    const stage = await quietStage();
    await stage.die(1);
    const file = join(stage.data, 'kept.ndjson');
    await writeFile(file, 'mine');
    const purge = stage.run('dlq purge', ['ledger'], { confirm: 'ledger', save: file });
    await expect(purge).rejects.toThrow('cannot write a new file');
    expect(await stage.depth(LEDGER_DEAD)).toMatchObject({ visible: 1 });
  });

  test('a damaged file restores nothing, and the line is named', async () => {
    const stage = await quietStage();
    await stage.die(1);
    const file = join(stage.data, 'kept.ndjson');
    await stage.run('dlq purge', ['ledger'], { confirm: 'ledger', save: file });
    await writeFile(file, `${await readFile(file, 'utf8')}{"format":1,"sta`);
    await expect(stage.run('dlq restore', [file])).rejects.toThrow(
      'kept.ndjson:2 is no line that `dlq purge` wrote',
    );
    expect(await stage.depth(LEDGER_DEAD)).toMatchObject({ visible: 0 });
  });
});
