/** One HTTP exchange with a destination: deadline over everything, no redirects, a capped answer, a checked address. */
import { lookup as resolve } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isAllowedAddress } from '../../core/delivery/address.ts';
import type { ClientCertificate } from '../../core/delivery/auth/clientCertificate.ts';
import type { Exchange, NetworkCode } from '../../core/delivery/outcome.ts';
import type { OutboundRequest } from '../../core/delivery/request.ts';

export interface PostLimits {
  /** From the first packet to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly allowPrivate: readonly string[];
  /** How much of the answer's body is kept. Default 1 KiB, for the dead letter; at most 64 KiB. */
  readonly keepBytes?: number;
}

export type PostRequest = Pick<OutboundRequest, 'url' | 'headers' | 'body' | 'client'> & {
  readonly method: string;
};

export type Post = (request: PostRequest, limits: PostLimits) => Promise<Exchange>;

/** Kept for the dead letter. */
const EXCERPT_BYTES = 1024;
/** An answer is read to its end so that the connection can be used again; beyond this it is not worth it. */
const MAX_RESPONSE_BYTES = 64 * 1024;
/** Idle connections are closed before common servers close them, or a reused one meets a reset. */
const IDLE_MS = 4_000;

const ADDRESS_REFUSED = 'HOOKWRIGHT_ADDRESS_REFUSED';

const agentOptions = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 32 };
interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}
/** By allow-list, and by our certificate where there is one. */
const agentsInUse = new Map<string, Agents>();
/** Certificates change a few times a year; a destination whose secret changes with every delivery must not fill the memory. */
const MAX_AGENTS = 200;

/**
 * An open connection is not looked up again and proves who we are for as long as it lasts, so it may only serve
 * destinations with the same allow-list and the same certificate.
 */
function agentsFor(allowPrivate: readonly string[], client: ClientCertificate | undefined): Agents {
  const key = JSON.stringify([allowPrivate, client]);
  const known = agentsInUse.get(key);
  if (known !== undefined) return known;
  const [oldest] = agentsInUse.keys();
  if (agentsInUse.size >= MAX_AGENTS && oldest !== undefined) {
    agentsInUse.get(oldest)?.https.destroy();
    agentsInUse.get(oldest)?.http.destroy();
    agentsInUse.delete(oldest);
  }
  const proof = client && {
    cert: client.certificate,
    key: client.key,
    ...(client.authority === undefined ? {} : { ca: client.authority }),
  };
  const agents = {
    http: new HttpAgent(agentOptions),
    https: new HttpsAgent({ ...agentOptions, ...proof }),
  };
  agentsInUse.set(key, agents);
  return agents;
}

export const post: Post = (request, limits) =>
  new Promise(settle => {
    const url = new URL(request.url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // An address in the URL itself is never looked up, so the check that sits in the look-up would not see it.
    if (isIP(host) !== 0 && !isAllowedAddress(host, limits.allowPrivate)) {
      settle({ kind: 'no-response', code: 'address-refused' });
      return;
    }
    const isHttps = url.protocol === 'https:';
    const outgoing = (isHttps ? httpsRequest : httpRequest)(url, {
      method: request.method,
      headers: { ...request.headers, 'content-length': request.body.byteLength },
      agent: agentsFor(limits.allowPrivate, request.client)[isHttps ? 'https' : 'http'],
      lookup: checkedLookup(limits.allowPrivate),
    });
    const deadline = setTimeout(() => {
      finish({ kind: 'no-response', code: 'timeout' });
      outgoing.destroy();
    }, limits.timeoutMs);
    let isSettled = false;
    let answer: Exchange | undefined;
    /** Once a status has come it is the answer, however its body ends. */
    const finish = (exchange: Exchange) => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(deadline);
      settle(answer ?? exchange);
    };
    outgoing.on('error', error => finish({ kind: 'no-response', code: networkCode(error) }));
    outgoing.on('response', response => {
      answer = responseOf(response, '');
      readExcerpt(response, limits.keepBytes ?? EXCERPT_BYTES).then(
        excerpt => {
          answer = responseOf(response, excerpt);
          finish(answer);
        },
        error => finish({ kind: 'no-response', code: networkCode(error) }),
      );
    });
    outgoing.end(request.body);
  });

function responseOf(response: IncomingMessage, excerpt: string): Exchange {
  const retryAfter = response.headers['retry-after'];
  return {
    kind: 'response',
    status: response.statusCode ?? 0,
    excerpt,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

async function readExcerpt(response: IncomingMessage, keepBytes: number): Promise<string> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (bytes < keepBytes) kept.push(chunk.subarray(0, keepBytes - bytes));
    bytes += chunk.byteLength;
    if (bytes > MAX_RESPONSE_BYTES) {
      response.destroy();
      break;
    }
  }
  return Buffer.concat(kept).toString('utf8');
}

/** Resolves and checks in one step: the connection goes to an address that was looked at, not to a second answer. */
const checkedLookup =
  (allowPrivate: readonly string[]): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '', 0);
        return;
      }
      const allowed = addresses.filter(({ address }) => isAllowedAddress(address, allowPrivate));
      const [first] = allowed;
      if (first === undefined) {
        callback(Object.assign(new Error('address refused'), { code: ADDRESS_REFUSED }), '', 0);
      } else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };

const CODES: Readonly<Record<string, NetworkCode>> = {
  [ADDRESS_REFUSED]: 'address-refused',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  HPE_INVALID_CONSTANT: 'connection-reset',
  ENOTFOUND: 'dns-failed',
  EAI_AGAIN: 'dns-failed',
  ENODATA: 'dns-failed',
  ETIMEDOUT: 'timeout',
};
const TLS_CODE = /CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO/;

function networkCode(error: unknown): NetworkCode {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return 'network-error';
  return CODES[code] ?? (TLS_CODE.test(code) ? 'tls-failed' : 'network-error');
}
