/** A function that starts wrong must not start, and what it says of its faults holds nothing of others. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONFIGURATION_FORMAT } from '../../core/configuration.ts';
import { readEnvironment } from '../../functions/environment.ts';
import { faultLine } from '../../functions/faultLine.ts';
import { readConfiguration } from '../../functions/readConfiguration.ts';
import { NOW } from '../builders.ts';

describe('the environment', () => {
  const right = {
    HOOKWRIGHT_STAGE: 'prod',
    HOOKWRIGHT_QUEUE_BASE_URL: 'https://sqs.test/1',
    HOOKWRIGHT_BODIES_BUCKET: 'bodies',
  };

  test('is the stage, and where its queues and large bodies are', () => {
    expect(readEnvironment({ ...right, PATH: '/bin' })).toEqual({
      stage: 'prod',
      queueBaseUrl: 'https://sqs.test/1',
      bodiesBucket: 'bodies',
    });
  });

  test('of receive names the bucket of the archive, where there is one', () => {
    const archiveBucket = 'hookwright-prod-archive-1-eu-central-1';
    expect(readEnvironment({ ...right, HOOKWRIGHT_ARCHIVE_BUCKET: archiveBucket })).toMatchObject({
      archiveBucket,
    });
    expect(readEnvironment({ ...right, HOOKWRIGHT_ARCHIVE_BUCKET: '' })).not.toHaveProperty('archiveBucket');
  });

  test.each([
    [{}, 'lacks HOOKWRIGHT_STAGE and HOOKWRIGHT_QUEUE_BASE_URL and HOOKWRIGHT_BODIES_BUCKET'],
    [{ HOOKWRIGHT_STAGE: 'prod' }, 'lacks HOOKWRIGHT_QUEUE_BASE_URL and HOOKWRIGHT_BODIES_BUCKET'],
    [{ ...right, HOOKWRIGHT_STAGE: '' }, 'lacks HOOKWRIGHT_STAGE'],
  ])('%j names all that is missing', (variables, said) => {
    expect(() => readEnvironment(variables)).toThrow(said);
  });
});

describe('the configuration beside a bundle', () => {
  let folder: string;
  let bundle: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookwright-bundle-'));
    bundle = pathToFileURL(join(folder, 'index.mjs')).href;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('is read', async () => {
    await writeFile(join(folder, 'configuration.json'), `{"format":${CONFIGURATION_FORMAT},"digest":"abc"}`);
    expect(readConfiguration(bundle)).toEqual({ format: CONFIGURATION_FORMAT, digest: 'abc' });
  });

  test.each([
    ['{"format":1}', `has format 1, and this bundle reads ${CONFIGURATION_FORMAT}: deploy again`],
    ['{}', 'has format undefined'],
    ['{', 'JSON'],
  ])('%s stops the start', async (text, said) => {
    await writeFile(join(folder, 'configuration.json'), text);
    expect(() => readConfiguration(bundle)).toThrow(said);
  });

  test('that is not there stops the start', () => {
    expect(() => readConfiguration(pathToFileURL(join(folder, 'elsewhere', 'index.mjs')).href)).toThrow(
      'ENOENT',
    );
  });
});

describe('the line of a fault', () => {
  test('has the error’s name and the places in our code', () => {
    const line = faultLine(new TypeError('x is not a function'), 'request-1', NOW);
    expect(line).toMatchObject({
      line: 'fault',
      error: 'TypeError',
      requestId: 'request-1',
      at: new Date(NOW).toISOString(),
    });
    expect(JSON.stringify(line)).toContain('startUp.test.ts');
  });

  test.each([
    ['a text', 'MARKER'],
    ['lines that look like places', 'MARKER\n    at MARKER (MARKER.ts:1:1)\n    at MARKER'],
    ['nothing', ''],
  ])('leaves out what an error says: %s', (_, message) => {
    const line = faultLine(new SyntaxError(message), 'request-1', NOW);
    expect(JSON.stringify(line)).not.toContain('MARKER');
    expect(JSON.stringify(line)).toContain('startUp.test.ts');
  });

  test.each([['a thrown text: MARKER'], [{ code: 'D3001', value: 'MARKER' }], [undefined], [null]])(
    'takes whatever was thrown: %j',
    thrown => {
      const line = faultLine(thrown, 'request-1', NOW);
      expect(JSON.stringify(line)).not.toContain('MARKER');
      expect(line).toMatchObject({ line: 'fault', error: 'Error' });
    },
  );
});
