/** One question to a provider's own host, which a stranger's request may have led us to: so everything is bounded. */
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Question {
  /** https, on a host that the scheme pins. */
  readonly url: string;
  /** A POST with this JSON instead of a GET. */
  readonly post?: string;
}

/** The shortest patience of a provider whose webhooks lead to questions is 10 s, and receive has more to do. */
const DEADLINE_MS = 2_500;
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * The answer's text; undefined for anything but a complete 200 in time.
 * @param endpoint - answers in the place of every host, as `ENDPOINT/HOST/PATH`; see `FetchKeyOptions`.
 */
export function askOnce(
  { url, post }: Question,
  endpoint: string | undefined,
  deadlineMs = DEADLINE_MS,
): Promise<string | undefined> {
  const address = endpoint === undefined ? url : url.replace(/^https:\/\//, `${endpoint}/`);
  const options: RequestOptions = {
    method: post === undefined ? 'GET' : 'POST',
    headers: {
      accept: '*/*',
      'user-agent': 'hookwright',
      ...(post === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(post) }),
    },
    // From the look-up to the last byte, not only between two of them.
    signal: AbortSignal.timeout(deadlineMs),
  };
  return new Promise(resolve => {
    const outgoing = (address.startsWith('https:') ? httpsRequest : httpRequest)(address, options);
    outgoing.on('error', () => resolve(undefined));
    outgoing.on('response', response => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const refuse = (): void => {
        resolve(undefined);
        outgoing.destroy();
      };
      // A redirect is an answer like any other that is not 200.
      if (response.statusCode !== 200) {
        refuse();
        return;
      }
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > MAX_ANSWER_BYTES) refuse();
        else chunks.push(chunk);
      });
      response.on('error', () => resolve(undefined));
      response.on('close', () =>
        resolve(response.complete ? Buffer.concat(chunks).toString('utf8') : undefined),
      );
    });
    outgoing.end(post);
  });
}
