/** The real SDK client against the local S3. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ObjectStore } from '../../local/objects/objectStore.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { BUCKET, temporaryS3 } from './temporaryS3.ts';

const DAY = 86_400_000;
const NOON = Date.UTC(2026, 0, 15, 12);

async function open(now?: () => number) {
  const { s3, store, settings } = await temporaryS3(now);
  const client = new S3Client(settings);
  const put = (Key: string, Body: string | Uint8Array, Bucket = BUCKET) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' }));
  const get = (Key: string, Bucket = BUCKET) => client.send(new GetObjectCommand({ Bucket, Key }));
  const list = async (Prefix: string, options: { StartAfter?: string; MaxKeys?: number } = {}) => {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({
          ...{ Bucket: BUCKET, Prefix, ...options },
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
      token = page.NextContinuationToken;
      expect(page.IsTruncated).toBe(token !== undefined);
    } while (token !== undefined);
    return keys;
  };
  return { s3, store, client, put, get, list };
}

it('gives back the bytes of an object, under whatever key', async () => {
  const { put, get } = await open();
  const character = fc.constantFrom(
    'a',
    '/',
    '.',
    '..',
    ' ',
    '%2F',
    '%',
    '+',
    '&',
    '<',
    '"',
    'ë',
    '👩',
    '?',
    '#',
  );
  const key = fc.array(character, { minLength: 1, maxLength: 12 }).map(parts => `k${parts.join('')}`);
  await fc.assert(
    fc.asyncProperty(key, fc.uint8Array({ maxLength: 200 }), async (name, body) => {
      await put(name, body);
      const got = await get(name);
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
      expect(got.ContentType).toBe('application/json');
    }),
    { seed: 20_260_115, numRuns: 60 },
  );
});

it('lists keys by prefix, after a key, in the order of their bytes and page by page', async () => {
  const { put, list, store } = await open();
  const keys = ['a/1', 'a/10', 'a/2', 'a/é', 'a/👩', 'a/\uffee', 'ab/1', 'b/<&">'];
  for (const key of [...keys].reverse()) await put(key, key);
  store.put('another-bucket', 'a/3', { body: Buffer.of(), contentType: 'x', modifiedAt: 0 });
  const sorted = [...keys].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
  const under = (prefix: string) => sorted.filter(key => key.startsWith(prefix));
  for (const MaxKeys of [1, 2, 3, 1000]) {
    expect(await list('', { MaxKeys })).toEqual(sorted);
    expect(await list('a/', { MaxKeys })).toEqual(under('a/'));
    expect(await list('a/', { MaxKeys, StartAfter: 'a/10' })).toEqual(under('a/').slice(2));
  }
  expect(await list('a/', { StartAfter: 'b' })).toEqual([]);
  expect(await list('none/')).toEqual([]);
});

it('gives a thousand keys a page, as S3 does', async () => {
  const { store, client, list } = await open();
  for (let index = 0; index < 1_001; index += 1)
    store.put(BUCKET, `k/${index}`, { body: Buffer.of(), contentType: 'x', modifiedAt: 0 });
  const page = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  expect(page.Contents).toHaveLength(1_000);
  expect(await list('k/')).toHaveLength(1_001);
});

describe('errors are named as S3 names them', () => {
  it('a bucket that is not in the template', async () => {
    const { put, get, client } = await open();
    await expect(put('k', 'x', 'other')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(get('k', 'other')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(client.send(new ListObjectsV2Command({ Bucket: 'other' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  it('a key that is not there, and one that is too long', async () => {
    const { put, get } = await open();
    await expect(get('nothing')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(put('k'.repeat(1025), 'x')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  it('a body that changed on the way', async () => {
    const { client, store } = await open();
    client.middlewareStack.add(
      next => args => {
        Object.assign(args.request as object, { body: 'y' });
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(
      client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'k', Body: 'x' })),
    ).rejects.toMatchObject({ name: 'BadDigest' });
    expect(store.get(BUCKET, 'k')).toBeUndefined();
  });

  it('what the product does not call', async () => {
    const { settings } = await temporaryS3();
    // The client would complain of the stream in the test's own output.
    const quiet = () => undefined;
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const client = new S3Client({ ...settings, logger });
    const notImplemented = { name: 'NotImplemented' };
    await expect(client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'k' }))).rejects.toMatchObject(
      notImplemented,
    );
    await expect(
      client.send(new ListObjectsV2Command({ Bucket: BUCKET, Delimiter: '/' })),
    ).rejects.toMatchObject(notImplemented);
    await expect(
      client.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: 'k', Body: Readable.from(['x']), ContentLength: 1 }),
      ),
    ).rejects.toMatchObject(notImplemented);
    await expect(
      client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'k', Range: 'bytes=0-1' })),
    ).rejects.toMatchObject(notImplemented);
  });
});

it('records who called what', async () => {
  const { s3, put, list } = await open();
  await put('events/source=shop/2026/x', 'x');
  await put('events/source=shop/2027/y', 'y');
  await list('');
  expect(s3.calls()).toEqual([
    {
      principal: 'receive',
      action: 's3:PutObject',
      resource: `arn:aws:s3:::${BUCKET}/events/source=shop/`,
      count: 2,
    },
    { principal: 'receive', action: 's3:ListBucket', resource: `arn:aws:s3:::${BUCKET}`, count: 1 },
  ]);
});

describe('objects', () => {
  const stored = (modifiedAt: number) => ({ body: Buffer.from('x'), contentType: 'text/plain', modifiedAt });

  it('outlive the process that wrote them', () => {
    const file = join(temporaryFolder(), 'objects.sqlite');
    const before = new ObjectStore(file);
    before.put('b', 'k', stored(NOON));
    // Not closed, as after kill -9.
    const after = new ObjectStore(file);
    expect(Buffer.from(after.get('b', 'k')?.body ?? []).toString()).toBe('x');
    before.close();
    after.close();
  });

  it('expire at the midnight after their days, the shorter rule first, and only under their prefix', () => {
    const store = new ObjectStore(join(temporaryFolder(), 'objects.sqlite'));
    onTestFinished(() => store.close());
    const put = () => {
      for (const key of ['events/source=a/1', 'events/source=a-2/1', 'payloads/1'])
        store.put('b', key, stored(NOON));
      store.put('other', 'events/source=a/1', stored(NOON));
    };
    const keys = () => store.list({ bucket: 'b', prefix: '', after: '', limit: 10 }).map(({ key }) => key);
    const rules = [
      { prefix: 'events/source=a/', days: 3 },
      { prefix: 'events/', days: 5 },
    ];
    put();
    const midnight = NOON + 12 * 3_600_000;
    expect(store.expire('b', rules, midnight + 3 * DAY - 1)).toBe(0);
    expect(store.expire('b', rules, midnight + 3 * DAY)).toBe(1);
    expect(keys()).toEqual(['events/source=a-2/1', 'payloads/1']);
    expect(store.expire('b', rules, midnight + 5 * DAY)).toBe(1);
    expect(keys()).toEqual(['payloads/1']);
    expect(store.get('other', 'events/source=a/1')).toBeDefined();
  });
});
