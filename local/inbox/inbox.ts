/**
 * The built-in inbox: where every delivery of a local stack goes. It writes its record before it answers, so a delivery
 * that was answered 2xx is always on record, and it answers as it was told to.
 *
 *     any     /_inbox/{destination}[/…]         a delivery
 *     POST    /_inbox/{destination}/:token      an OAuth 2.0 access token (client credentials), for rehearsal
 *     GET     /_inbox?destination=&limit=       the records, newest first
 *     GET     /_inbox/{destination}?limit=      the same for one destination
 *     PUT     /_inbox/{destination}/behaviour   {"status":500,"retryAfter":"30","delayMs":100,"mode":"hang","times":3}
 *     GET     /_inbox/{destination}/behaviour
 *     DELETE  /_inbox/{destination}/behaviour   back to 200
 */
import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppendFile } from '../storage/appendFile.ts';
import { linesBackwards } from '../storage/readBackwards.ts';
import { type InboxBehaviour, InboxBehaviours, parseBehaviour } from './inboxBehaviour.ts';

export const INBOX_PATH = '/_inbox';

export interface InboxRecord {
  readonly destination: string;
  readonly receivedAt: string;
  readonly webhookId: string | null;
  readonly method: string;
  /** What follows the destination in the URL, query and all; empty as a rule. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
  readonly answered: { readonly mode: string; readonly status?: number };
}

export interface InboxQuery {
  readonly destination?: string;
  readonly limit?: number;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;
const DEFAULT_LIMIT = 100;
const TOKEN_SECONDS = 3600;
/** The record file is turned over at this size and one older file is kept. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

export class Inbox {
  readonly behaviours = new InboxBehaviours();
  readonly #file: AppendFile;
  readonly #now: () => Date;

  constructor(file: string, now: () => Date) {
    this.#file = new AppendFile({ file, maxBytes: MAX_FILE_BYTES, keep: 1 });
    this.#now = now;
  }

  /** False when the request is not the inbox's. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? '/', 'http://inbox');
    if (url.pathname !== INBOX_PATH && !url.pathname.startsWith(`${INBOX_PATH}/`)) return false;
    void this.#answer(request, response, url).catch(() => response.destroy());
    return true;
  }

  /** The records, newest first. */
  async *records(query: InboxQuery = {}): AsyncGenerator<InboxRecord, void, void> {
    for await (const line of this.#lines(query)) yield JSON.parse(line) as InboxRecord;
  }

  close(): void {
    this.#file.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const [, destination = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
    if (
      rest.length === 1 &&
      rest[0] === 'behaviour' &&
      ['GET', 'PUT', 'DELETE'].includes(request.method ?? '')
    ) {
      return this.#behaviour(request, response, destination);
    }
    if (request.method === 'GET' && rest.length === 0) {
      const only = destination === '' ? url.searchParams.get('destination') : destination;
      const limit = Number(url.searchParams.get('limit') ?? DEFAULT_LIMIT);
      if (!Number.isInteger(limit) || limit < 1)
        return json(response, 400, { message: 'limit must be a whole number from 1' });
      return this.#list(response, { ...(only !== null && { destination: only }), limit });
    }
    if (destination === '')
      return json(response, 404, { message: `deliveries go to ${INBOX_PATH}/{destination}` });
    return this.#deliver(request, response, destination, url);
  }

  async #deliver(
    request: IncomingMessage,
    response: ServerResponse,
    destination: string,
    url: URL,
  ): Promise<void> {
    const body = await readBody(request);
    if (body === undefined) return json(response, 413, { message: 'the inbox takes bodies of up to 16 MiB' });
    if (url.pathname.endsWith('/:token') && request.method === 'POST') return giveToken(response, body);
    const behaviour = this.behaviours.take(destination);
    const isText = isUtf8(body);
    const webhookId = request.headers['webhook-id'];
    const record: InboxRecord = {
      destination,
      receivedAt: this.#now().toISOString(),
      webhookId: typeof webhookId === 'string' ? webhookId : null,
      method: request.method ?? '',
      path: url.pathname.split('/').slice(3).join('/') + url.search,
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: body.toString(isText ? 'utf8' : 'base64'),
      isBase64Encoded: !isText,
      answered: { mode: behaviour.mode, ...(behaviour.mode === 'answer' && { status: behaviour.status }) },
    };
    this.#file.append([JSON.stringify(record)]);
    behave(response, behaviour);
  }

  async #behaviour(request: IncomingMessage, response: ServerResponse, destination: string): Promise<void> {
    if (request.method === 'DELETE') this.behaviours.reset(destination);
    if (request.method === 'PUT') {
      const behaviour = parseBehaviour((await readBody(request))?.toString() ?? '');
      if ('problem' in behaviour) return json(response, 400, { message: behaviour.problem });
      if (!this.behaviours.set(destination, behaviour))
        return json(response, 400, { message: 'too many destinations' });
    }
    return json(response, 200, this.behaviours.get(destination));
  }

  async #list(response: ServerResponse, query: InboxQuery): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/json' });
    let separator = '[\n';
    for await (const line of this.#lines(query)) {
      if (!response.write(separator + line))
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
      if (response.destroyed) return;
      separator = ',\n';
    }
    response.end(separator === '[\n' ? '[]\n' : '\n]\n');
  }

  async *#lines({
    destination,
    limit = Number.POSITIVE_INFINITY,
  }: InboxQuery): AsyncGenerator<string, void, void> {
    // The destination comes first in every record, so that others are passed over without being parsed.
    const start = destination === undefined ? '{' : `{"destination":${JSON.stringify(destination)},`;
    let left = limit;
    for (const file of this.#file.files) {
      for await (const line of linesBackwards(file)) {
        if (!line.startsWith(start)) continue;
        yield line;
        left -= 1;
        if (left === 0) return;
      }
    }
  }
}

/** RFC 6749, sections 4.4 and 5. Who asks is not looked at: it is the shape that is rehearsed. */
function giveToken(response: ServerResponse, form: Buffer): void {
  const grant = new URLSearchParams(form.toString()).get('grant_type');
  if (grant === 'client_credentials') {
    const token = randomBytes(24).toString('base64url');
    json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS });
  } else json(response, 400, { error: 'unsupported_grant_type' });
}

function behave(response: ServerResponse, behaviour: InboxBehaviour): void {
  const act = (): void => {
    switch (behaviour.mode) {
      case 'hang':
        return;
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'huge':
        response.writeHead(behaviour.status, {
          ...behaviour.headers,
          'content-type': 'application/octet-stream',
        });
        pour(response);
        return;
      case 'answer':
        response.writeHead(behaviour.status, { ...behaviour.headers, 'content-type': 'application/json' });
        response.end('{}');
    }
  };
  if (behaviour.delayMs > 0) setTimeout(act, behaviour.delayMs).unref();
  else act();
}

/** Writes as fast as the client reads, until it has had enough. */
function pour(response: ServerResponse): void {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
