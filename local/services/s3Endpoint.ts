/**
 * S3 as far as the product calls it: PutObject, GetObject and ListObjectsV2, path-style, in its real wire format. It has
 * an HTTP server of its own, because a body here is bytes and an answer XML. Buckets are those of the template; what
 * would have to be guessed is answered with NotImplemented, so that it shows on the laptop.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { crc32 } from 'node:zlib';
import type { ObjectStore } from '../objects/objectStore.ts';
import { principalOf } from '../principal.ts';
import type { AwsEndpoint } from './awsEndpoint.ts';
import { CallRecord } from './callRecord.ts';
import { listenLocally } from './localServer.ts';

export interface S3EndpointOptions {
  readonly store: ObjectStore;
  /** Names of the buckets there are. */
  readonly buckets: () => readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Receive's own limit: Lambda takes 6 MB, which base64 and JSON can make larger. */
const MAX_OBJECT_BYTES = 32 * 1024 * 1024;
const MAX_KEY_BYTES = 1024;
const MAX_KEYS = 1000;

interface Answer {
  readonly status: number;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

class S3Error extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Call {
  readonly request: IncomingMessage;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

export async function openS3Endpoint(options: S3EndpointOptions): Promise<AwsEndpoint> {
  const calls = new CallRecord();
  const server = createServer((request, response) => {
    answer(request, options, calls)
      .catch((error: unknown): Answer => describeError(error, request))
      .then(({ status, body = '', headers }) => {
        response.writeHead(status, {
          'content-type': 'application/xml',
          'content-length': Buffer.byteLength(body),
          'x-amz-request-id': randomUUID(),
          ...headers,
        });
        response.end(body);
      });
  });
  return { ...(await listenLocally(server)), calls: () => calls.list() };
}

async function answer(
  request: IncomingMessage,
  options: S3EndpointOptions,
  calls: CallRecord,
): Promise<Answer> {
  // Not through URL: it would take `..` in a key for a way up.
  const [path = '', query = ''] = (request.url ?? '/').split('?', 2);
  const [bucket = '', ...rest] = path.slice(1).split('/');
  const call: Call = {
    request,
    bucket: decode(bucket),
    key: decode(rest.join('/')),
    query: new URLSearchParams(query),
  };
  const operation = operationOf(call);
  calls.add(principalOf(request.headers.authorization), `s3:${operation.action}`, resourceOf(call));
  if (!options.buckets().includes(call.bucket)) {
    throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
  }
  return operation.run(call, options);
}

interface Operation {
  /** As IAM calls it. */
  readonly action: string;
  readonly run: (call: Call, options: S3EndpointOptions) => Answer | Promise<Answer>;
}

function operationOf({ request, key, query }: Call): Operation {
  const isPlain = [...query.keys()].every(name => name === 'x-id');
  if (request.method === 'PUT' && key !== '' && isPlain) return { action: 'PutObject', run: putObject };
  if (request.method === 'GET' && key !== '' && isPlain) return { action: 'GetObject', run: getObject };
  if (request.method === 'GET' && key === '' && query.get('list-type') === '2') {
    return { action: 'ListBucket', run: listObjects };
  }
  throw notImplemented(`${request.method} ${request.url}`);
}

/** Two folders deep, with the slash behind them: a resource for each object would be as many as there are events. */
function resourceOf({ bucket, key }: Call): string {
  const [first, second, ...rest] = key.split('/');
  const folders = [first, second].filter(folder => folder !== undefined && folder !== '').join('/');
  return `arn:aws:s3:::${[bucket, folders].filter(part => part !== '').join('/')}${rest.length === 0 ? '' : '/'}`;
}

async function putObject(call: Call, { store, now }: S3EndpointOptions): Promise<Answer> {
  const { headers } = call.request;
  for (const unknown of ['if-none-match', 'if-match', 'x-amz-copy-source']) {
    if (headers[unknown] !== undefined) throw notImplemented(unknown);
  }
  // The SDK sends streams so, and only those.
  if (/aws-chunked/.test(headers['content-encoding'] ?? '')) throw notImplemented('an aws-chunked body');
  if (Buffer.byteLength(call.key) > MAX_KEY_BYTES) {
    throw new S3Error(400, 'KeyTooLongError', 'Your key is too long');
  }
  const body = await readBytes(call.request);
  const promised = headers['x-amz-checksum-crc32'];
  if (promised !== undefined && promised !== crc32Of(body)) {
    throw new S3Error(400, 'BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
  }
  const contentType = headers['content-type'] ?? 'binary/octet-stream';
  store.put(call.bucket, call.key, { body, contentType, modifiedAt: now() });
  return { status: 200, headers: { etag: etagOf(body) } };
}

function getObject({ request, bucket, key }: Call, { store }: S3EndpointOptions): Answer {
  for (const unknown of ['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']) {
    if (request.headers[unknown] !== undefined) throw notImplemented(unknown);
  }
  const found = store.get(bucket, key);
  if (found === undefined) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  return {
    status: 200,
    body: found.body,
    headers: {
      'content-type': found.contentType,
      etag: etagOf(found.body),
      'last-modified': new Date(found.modifiedAt).toUTCString(),
      'x-amz-checksum-crc32': crc32Of(found.body),
    },
  };
}

const LIST_PARAMETERS = ['list-type', 'prefix', 'start-after', 'continuation-token', 'max-keys', 'x-id'];

function listObjects({ bucket, query }: Call, { store }: S3EndpointOptions): Answer {
  const unknown = [...query.keys()].find(name => !LIST_PARAMETERS.includes(name));
  if (unknown !== undefined) throw notImplemented(`ListObjectsV2 with ${unknown}`);
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const maxKeys = Math.min(MAX_KEYS, Number(query.get('max-keys') ?? MAX_KEYS));
  const after =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const found = store.list({ bucket, prefix, after, limit: maxKeys + 1 });
  const page = found.slice(0, maxKeys);
  const isTruncated = found.length > maxKeys;
  return {
    status: 200,
    body: xml('ListBucketResult', [
      ['Name', bucket],
      ['Prefix', prefix],
      ['KeyCount', String(page.length)],
      ['MaxKeys', String(maxKeys)],
      ['IsTruncated', String(isTruncated)],
      ...(isTruncated
        ? [['NextContinuationToken', Buffer.from(page.at(-1)?.key ?? '').toString('base64url')] as const]
        : []),
      ...page.map(
        ({ key, size, modifiedAt }) =>
          [
            'Contents',
            [
              ['Key', key],
              ['LastModified', new Date(modifiedAt).toISOString()],
              ['Size', String(size)],
              ['StorageClass', 'STANDARD'],
            ],
          ] as const,
      ),
    ]),
  };
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_OBJECT_BYTES) {
      throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}

const crc32Of = (body: Uint8Array): string => {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(body));
  return digest.toString('base64');
};

const etagOf = (body: Uint8Array): string => `"${createHash('md5').update(body).digest('hex')}"`;

const notImplemented = (what: string): S3Error =>
  new S3Error(501, 'NotImplemented', `the local stack does not know ${what}`);

function describeError(error: unknown, request: IncomingMessage): Answer {
  const { status, code, message } =
    error instanceof S3Error ? error : new S3Error(500, 'InternalError', String(error));
  const body = xml('Error', [
    ['Code', code],
    ['Message', message],
    ['Resource', request.url ?? ''],
  ]);
  return { status, body };
}

type Element = readonly [name: string, content: string | readonly Element[]];

const xml = (name: string, content: readonly Element[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element([name, content], ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"')}`;

const element = ([name, content]: Element, attributes = ''): string =>
  `<${name}${attributes}>${typeof content === 'string' ? escaped(content) : content.map(child => element(child)).join('')}</${name}>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, character => ENTITIES[character] ?? '');
