import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FileMarks, FolderMarks } from '../../authoring/folderMarks.ts';
import { DATA_FORMAT, DataFolder } from '../../local/dataFolder.ts';
import { keptSecrets, readSecretsFile } from '../../local/secrets/secretValues.ts';
import { AppendFile } from '../../local/storage/appendFile.ts';
import { linesBackwards } from '../../local/storage/readBackwards.ts';
import { watchFile, watchFolder } from '../../local/watchFiles.ts';
import { temporaryFolder } from './temporaryFolder.ts';

describe('a file that only grows', () => {
  const all = async (file: string): Promise<readonly string[]> => {
    const lines: string[] = [];
    for await (const line of linesBackwards(file)) lines.push(line);
    return lines;
  };

  it('is read from its last line to its first, whatever the length of the lines', async () => {
    const path = join(temporaryFolder(), 'lines');
    const file = new AppendFile({ file: path, maxBytes: 1e9, keep: 1 });
    const lines = [1, 700_000, 3, 262_144, 5, 262_143, 1].map(
      (length, index) => `${index}ü${'x'.repeat(length)}`,
    );
    for (const line of lines) file.append([line]);
    file.close();
    expect(await all(path)).toEqual(lines.toReversed());
  });

  it('is turned over at its size, and keeps so many older files', () => {
    const path = join(temporaryFolder(), 'lines');
    const file = new AppendFile({ file: path, maxBytes: 10, keep: 2 });
    for (const line of ['aaaaaaa', 'bbbbbbb', 'ccccccc', 'ddddddd']) file.append([line]);
    file.close();
    expect(file.files.map(one => readFileSync(one, 'utf8').trim())).toEqual([
      'ddddddd',
      'ccccccc',
      'bbbbbbb',
    ]);
  });

  it('does not glue a new line to one that was torn', async () => {
    const path = join(temporaryFolder(), 'lines');
    writeFileSync(path, 'whole\nto');
    const file = new AppendFile({ file: path, maxBytes: 1e9, keep: 0 });
    file.append(['new']);
    file.close();
    expect(await all(path)).toEqual(['new', 'to', 'whole']);
  });
});

describe('the data folder', () => {
  it('is refused to a second relay, with the process that has it', () => {
    const directory = temporaryFolder();
    const first = new DataFolder(directory);
    expect(() => new DataFolder(directory)).toThrow(
      `${directory} is in use by process ${process.pid}: stop that one`,
    );
    first.release();
    new DataFolder(directory).release();
  });

  it('is taken over when the process that had it has died', () => {
    const directory = temporaryFolder();
    new DataFolder(directory).release();
    writeFileSync(join(directory, 'pid'), '1\n');
    const next = new DataFolder(directory);
    onTestFinished(() => next.release());
    expect(readFileSync(join(directory, 'pid'), 'utf8').trim()).toBe(String(process.pid));
  });

  it('of another format is refused, with what to do', () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'format.json'), JSON.stringify({ format: 99 }));
    expect(() => new DataFolder(directory)).toThrow(
      `has format 99, and this version reads ${DATA_FORMAT}: run the version that wrote it`,
    );
  });

  it('with queues of an unknown version is refused', () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'queues.sqlite'), '');
    expect(() => new DataFolder(directory)).toThrow('has format none');
  });

  it('says where the running stack is, to its owner alone, until it is stopped', () => {
    const data = new DataFolder(temporaryFolder());
    const endpoints = {
      sqs: 'a',
      secretsmanager: 'b',
      lambda: 'c',
      logs: 'd',
      dynamodb: 'e',
      s3: 'f',
      keys: 'g',
    };
    data.publish({
      startedAt: '2026-11-22T10:00:00.000Z',
      stage: 'local',
      frontDoor: 'http://x',
      inbox: 'http://x/_inbox',
      endpoints,
    });
    const file = data.path('endpoint.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      pid: process.pid,
      startedAt: '2026-11-22T10:00:00.000Z',
      stage: 'local',
      region: 'us-east-1',
      account: '000000000000',
      frontDoor: 'http://x',
      inbox: 'http://x/_inbox',
      endpoints,
    });
    expect(statSync(file).mode & 0o077).toBe(0);
    data.release();
    expect(existsSync(file)).toBe(false);
  });
});

describe('secrets', () => {
  it('are made once, each in a form that can be decoded, and kept', () => {
    const file = join(temporaryFolder(), 'secrets.json');
    const encodings = new Map([
      ['a', 'whsec'],
      ['b', 'hex'],
      ['c', 'base64'],
    ] as const);
    const noKeys = () => {
      throw new Error('nobody signs with a key here');
    };
    const first = keptSecrets(file, ['a', 'b', 'c', 'd'], encodings, noKeys);
    expect(first.get('a')?.current).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(first.get('b')?.current).toMatch(/^[0-9a-f]{64}$/);
    expect(first.get('c')?.current).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(first.get('d')?.current).toMatch(/^[\w-]{40}$/);
    expect(keptSecrets(file, ['a', 'e'], encodings, noKeys).get('a')).toEqual(first.get('a'));
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('are read from a file, with the previous version where there is one', () => {
    const file = join(temporaryFolder(), 'secrets.json');
    writeFileSync(file, JSON.stringify({ a: 'one', b: { current: 'two', previous: 'old' } }));
    expect([...readSecretsFile(file)]).toEqual([
      ['a', { current: 'one' }],
      ['b', { current: 'two', previous: 'old' }],
    ]);
  });

  it.each([
    ['{"a": "hunter2"', 'it is not JSON'],
    ['["hunter2"]', 'must be an object'],
    ['{"a": {"curent": "hunter2"}}', 'a must be a string or {"current": …, "previous": …}'],
    ['{"a": 5}', 'a must be a string'],
  ])('in a file that is wrong (%s) are refused without showing any', (text, problem) => {
    const file = join(temporaryFolder(), 'secrets.json');
    writeFileSync(file, text);
    let message = '';
    try {
      readSecretsFile(file);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(problem);
    expect(message).not.toContain('hunter2');
  });
});

describe('a watched folder', () => {
  function watched(directory: string) {
    let changes = 0;
    let files: FileMarks = new Map();
    const watch = watchFolder(directory, async now => {
      changes += 1;
      files = now;
    });
    onTestFinished(() => watch.close());
    return { changes: () => changes, files: () => files };
  }

  it('tells of a file that is written, however deep, and in a folder that was just made', async () => {
    const directory = temporaryFolder();
    const { changes } = watched(directory);
    mkdirSync(join(directory, 'route/examples'), { recursive: true });
    writeFileSync(join(directory, 'route/examples/a.json'), '1');
    await expect.poll(changes).toBeGreaterThan(0);
    const before = changes();
    appendFileSync(join(directory, 'route/examples/a.json'), '2');
    await expect.poll(changes).toBeGreaterThan(before);
  });

  it('tells of what is written into a folder that was deleted and made again', async () => {
    const directory = temporaryFolder();
    const write = (): void => {
      mkdirSync(join(directory, 'route/examples'), { recursive: true });
      writeFileSync(join(directory, 'route/examples/a.json'), '1');
    };
    write();
    const { changes } = watched(directory);
    rmSync(join(directory, 'route'), { recursive: true });
    write();
    await expect.poll(changes).toBeGreaterThan(0);
    const before = changes();
    appendFileSync(join(directory, 'route/examples/a.json'), '2');
    await expect.poll(changes).toBeGreaterThan(before);
  });

  it('hands over what lies there, as a look at everything finds it', async () => {
    const directory = temporaryFolder();
    const write = (path: string): void => {
      mkdirSync(join(directory, path, '..'), { recursive: true });
      writeFileSync(join(directory, path), path);
    };
    for (const path of ['a', 'route/b', 'route/examples/c', 'gone/d']) write(path);
    const { files } = watched(directory);
    rmSync(join(directory, 'gone'), { recursive: true });
    rmSync(join(directory, 'a'));
    write('a/was/a/file');
    write('route/examples/c');
    renameSync(join(directory, 'route'), join(directory, 'renamed'));
    write('route/e');
    await expect.poll(() => [...files()].sort()).toEqual([...new FolderMarks(directory).files].sort());
    expect([...files().keys()].sort()).toEqual([
      'a/was/a/file',
      'renamed/b',
      'renamed/examples/c',
      'route/e',
    ]);
  });

  it('tells of one file that is replaced, and of no other', async () => {
    const directory = temporaryFolder();
    let changes = 0;
    const watch = watchFile(join(directory, 'secrets.json'), () => {
      changes += 1;
    });
    onTestFinished(() => watch.close());
    writeFileSync(join(directory, 'other.json'), '1');
    writeFileSync(join(directory, 'secrets.json'), '1');
    await expect.poll(() => changes).toBe(1);
  });
});
