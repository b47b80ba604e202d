/** What the relay itself answers at the front door's address. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { INBOX_PATH } from '../inbox/inbox.ts';

/** Where someone with a browser finds the way. Providers post elsewhere, so nothing of the gateway is hidden. */
export function frontPage(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'GET' || request.url !== '/') return false;
  const text = `${JSON.stringify({ hookwright: 'local', post: '/{source}', inbox: INBOX_PATH }, undefined, 2)}\n`;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
  return true;
}
