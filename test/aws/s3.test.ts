/** What goes over the wire, to the local S3 and to AWS's own: the real client. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createS3Client, putObjectWith } from '../../aws/s3.ts';
import { BUCKET, temporaryS3 } from '../local/temporaryS3.ts';

/** Never given. */
const PATIENT = new AbortController().signal;

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => vi.unstubAllEnvs());

async function server(listener: RequestListener): Promise<void> {
  const listening = createServer(listener).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${(listening.address() as AddressInfo).port}`);
}

describe('put', () => {
  test('stores the text under its key', async () => {
    const { s3, store } = await temporaryS3();
    vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.url);
    await putObjectWith(createS3Client(), BUCKET)('events/source=a/x%20y.json', '{"a":"Zoë"}', PATIENT);
    const { body, contentType } = store.get(BUCKET, 'events/source=a/x%20y.json') ?? {};
    expect(Buffer.from(body ?? []).toString()).toBe('{"a":"Zoë"}');
    expect(contentType).toBe('application/json');
  });

  test('sends the body whole, with its checksum in a header', async () => {
    let headers: NodeJS.Dict<string | string[]> = {};
    await server((request, response) => {
      headers = request.headers;
      request.resume().on('end', () => response.end());
    });
    await putObjectWith(createS3Client(), BUCKET)('k', 'héllo', PATIENT);
    // CRC-32 of the six bytes, by zlib.
    expect(headers).toMatchObject({ 'content-length': '6', 'x-amz-checksum-crc32': 'njuCNg==' });
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers).not.toHaveProperty('x-amz-trailer');
  });

  test('names the bucket in the host where AWS answers, and in the path of a local address', async () => {
    const urls: string[] = [];
    const send = async (endpoint?: string) => {
      if (endpoint !== undefined) vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
      const client = createS3Client();
      client.config.requestHandler = {
        handle: async (request: { protocol: string; hostname: string; path: string }) => {
          urls.push(`${request.protocol}//${request.hostname}${request.path}`);
          throw new Error('seen');
        },
      } as unknown as typeof client.config.requestHandler;
      await expect(putObjectWith(client, BUCKET)('k', 'x', PATIENT)).rejects.toThrow('seen');
    };
    await send();
    await send('http://127.0.0.1:9');
    expect([...new Set(urls)]).toEqual([
      `https://${BUCKET}.s3.eu-central-1.amazonaws.com/k`,
      `http://127.0.0.1/${BUCKET}/k`,
    ]);
  });

  test('gives up when the time is over', async () => {
    await server(() => undefined);
    await expect(
      putObjectWith(createS3Client(), BUCKET)('k', 'x', AbortSignal.timeout(50)),
    ).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  test('tries once more after a failure of S3, and then fails by its name', async () => {
    let asked = 0;
    await server((request, response) => {
      asked += 1;
      request.resume().on('end', () => {
        response.writeHead(503).end('<Error><Code>SlowDown</Code><Message>no</Message></Error>');
      });
    });
    await expect(putObjectWith(createS3Client(), BUCKET)('k', 'x', PATIENT)).rejects.toMatchObject({
      name: 'SlowDown',
    });
    expect(asked).toBe(2);
  });

  test('fails at once when it is not allowed to', async () => {
    let asked = 0;
    await server((request, response) => {
      asked += 1;
      request.resume().on('end', () => {
        response.writeHead(403).end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
      });
    });
    await expect(putObjectWith(createS3Client(), BUCKET)('k', 'x', PATIENT)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    expect(asked).toBe(1);
  });
});
