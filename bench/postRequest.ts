/** One POST, as lean as Node allows: the client shares this machine's processors with what is measured. */
import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const ANSWER_WITHIN_MS = 30_000;

/** Connections that are kept, at most this many of them. */
export const keptConnections = (count: number): Agent => new Agent({ keepAlive: true, maxSockets: count });

/** Rejects with Node's own error when there is no answer. */
export function postRequest(
  agent: Agent,
  url: string | URL,
  headers: Readonly<Record<string, string | number>>,
  body: Uint8Array,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': body.byteLength },
      timeout: ANSWER_WITHIN_MS,
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', reject);
    outgoing.on('response', response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.end(body);
  });
}
