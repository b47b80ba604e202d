/** One HTTP exchange with a destination: deadline over everything, no redirects, a capped answer, a checked address. */
import { lookup } from 'node:dns';
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { isAllowedAddress } from '../../core/delivery/address.ts';
import type { ClientCertificate } from '../../core/delivery/auth/clientCertificate.ts';
import type { Exchange, NetworkCode } from '../../core/delivery/outcome.ts';
import type { OutboundRequest } from '../../core/delivery/request.ts';
import { ADDRESS_REFUSED, networkCode } from './networkCode.ts';

export interface PostLimits {
  /** From the look-up to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly allowPrivate: readonly string[];
  /** How much of the answer's body is kept. Default 1 KiB, for the dead letter; at most 64 KiB. */
  readonly keepBytes?: number;
}

export type PostRequest = Pick<OutboundRequest, 'url' | 'headers' | 'body' | 'client'> & {
  readonly method: string;
};

export type Post = (request: PostRequest, limits: PostLimits) => Promise<Exchange>;

/** All addresses of a host name, as `dns.lookup` gives them with `all`. */
export type Resolve = (
  hostname: string,
  options: { all: true; family?: number | 'IPv4' | 'IPv6' },
  callback: (error: NodeJS.ErrnoException | null, addresses: { address: string; family: number }[]) => void,
) => void;

/** Kept for the dead letter. */
const EXCERPT_BYTES = 1024;
/** An answer is read to its end so that the connection can be used again; beyond this it is not worth it. */
const MAX_RESPONSE_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
/** Idle connections are closed before common servers close them, or a reused one meets a reset. */
const IDLE_MS = 4_000;

interface Agents {
  readonly http: HttpAgent;
  /** @throws Error for a client certificate that TLS does not take. */
  https(): HttpsAgent;
  close(): void;
}

/**
 * One TLS context for all connections of an agent: Node would make one for each, which is a third of what a connection costs.
 * It is made with the first of them, because it reads every authority that Node trusts.
 */
function newAgents(keepAlive: boolean, client: ClientCertificate | undefined): Agents {
  const options = { keepAlive, timeout: IDLE_MS, maxFreeSockets: 32 };
  const proof = client && {
    cert: client.certificate,
    key: client.key,
    ...(client.authority === undefined ? {} : { ca: client.authority }),
  };
  const http = new HttpAgent(options);
  let https: HttpsAgent | undefined;
  return {
    http,
    https: () => {
      https ??= new HttpsAgent({ ...options, secureContext: createSecureContext(proof) });
      return https;
    },
    close: () => {
      http.destroy();
      https?.destroy();
    },
  };
}
/** Certificates change a few times a year; a destination whose secret changes with every delivery must not fill the memory. */
const MAX_AGENTS = 200;

/** Post with its own open connections. */
export function postWith(resolve: Resolve): Post {
  /** By allow-list, and by our certificate where there is one. */
  const agentsInUse = new Map<string, Agents>();
  /**
   * An open connection is not looked up again and proves who we are for as long as it lasts, so it may only serve
   * destinations with the same allow-list and the same certificate.
   */
  const pooledAgents = (allowPrivate: readonly string[], client: ClientCertificate | undefined): Agents => {
    const key = JSON.stringify([allowPrivate, client]);
    const known = agentsInUse.get(key);
    if (known !== undefined) return known;
    const [oldest] = agentsInUse.keys();
    if (agentsInUse.size >= MAX_AGENTS && oldest !== undefined) {
      agentsInUse.get(oldest)?.close();
      agentsInUse.delete(oldest);
    }
    const agents = newAgents(true, client);
    agentsInUse.set(key, agents);
    return agents;
  };

  return async (request, limits) => {
    const startedAt = performance.now();
    const pooled = pooledAgents(limits.allowPrivate, request.client);
    const first = await exchangeOnce(request, limits, pooled, resolve);
    if (!first.wasStale) return first.exchange;
    // The same attempt, on a connection of its own: a pool that went stale is stale as a whole.
    const leftMs = limits.timeoutMs - (performance.now() - startedAt);
    const again = { ...limits, timeoutMs: Math.max(0, leftMs) };
    return (await exchangeOnce(request, again, newAgents(false, request.client), resolve)).exchange;
  };
}

export const post: Post = postWith(lookup);

interface Exchanged {
  readonly exchange: Exchange;
  /**
   * A connection from the pool was closed before it said anything. Most likely it had been closed before we wrote, and
   * the request was never read; so it is sent again at once, instead of at the cost of an attempt of the schedule.
   */
  readonly wasStale: boolean;
}

function exchangeOnce(
  request: PostRequest,
  { timeoutMs, allowPrivate, keepBytes = EXCERPT_BYTES }: PostLimits,
  agents: Agents,
  resolve: Resolve,
): Promise<Exchanged> {
  return new Promise(settle => {
    const url = new URL(request.url);
    const isHttps = url.protocol === 'https:';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isLiteral = isIP(host) !== 0;
    // An address in the URL itself is never looked up, so the check that sits in the look-up would not see it.
    if (isLiteral && !isAllowedAddress(host, allowPrivate)) {
      settle({ exchange: { kind: 'no-response', code: 'address-refused' }, wasStale: false });
      return;
    }

    let agent: HttpAgent;
    try {
      agent = isHttps ? agents.https() : agents.http;
    } catch (error) {
      // A key that is too short for TLS, or an intermediate certificate that is none.
      const code = 'certificate-unusable';
      settle({ exchange: { kind: 'no-response', code, ...detailOf(error) }, wasStale: false });
      return;
    }

    /** What a deadline means depends on how far we came. */
    let atDeadline: NetworkCode = isLiteral ? 'connect-timeout' : 'dns-failed';
    let isShakingHands = false;
    let hasHeard = false;
    let isSettled = false;
    let answer: Answer | undefined;
    let outgoing: ClientRequest | undefined;

    /** Once a status has come it is the answer, however its body ends. */
    const finish = (silence: { code: NetworkCode; detail?: string }): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(deadline);
      const { code } = silence;
      const wasClosed = code === 'connection-closed' || code === 'connection-reset';
      settle({
        exchange: answer === undefined ? { kind: 'no-response', ...silence } : answer.read(),
        wasStale: wasClosed && answer === undefined && !hasHeard && outgoing?.reusedSocket === true,
      });
      // Half an answer, or an answer to half a request: the next request could not tell its own from what is left.
      const isReusable = answer?.response.complete === true && outgoing?.writableFinished === true;
      if (!isReusable) outgoing?.destroy();
    };
    const deadline = setTimeout(() => finish({ code: atDeadline }), timeoutMs);

    try {
      outgoing = (isHttps ? httpsRequest : httpRequest)(url, {
        method: request.method,
        headers: { ...request.headers, 'content-length': request.body.byteLength },
        agent,
        maxHeaderSize: MAX_HEADER_BYTES,
        lookup: checkedLookup(resolve, allowPrivate, () => {
          atDeadline = 'connect-timeout';
        }),
      });
    } catch (error) {
      // Node throws at once for a header that could end its line and begin another.
      finish({ code: 'request-unsendable', ...detailOf(error) });
      return;
    }
    outgoing.on('socket', socket => {
      const isConnected = () => {
        atDeadline = 'timeout';
      };
      if (socket.connecting) {
        isShakingHands = isHttps;
        socket.once('connect', isConnected).once('secureConnect', () => {
          isShakingHands = false;
        });
      } else isConnected();
      socket.once('data', () => {
        hasHeard = true;
      });
    });
    outgoing.on('response', response => {
      answer = readAnswer(response, keepBytes, () => finish({ code: 'connection-closed' }));
    });
    // A listener keeps Node from closing the connection without a word; what follows a 101 is not for us.
    outgoing.on('upgrade', (response: IncomingMessage, socket: Socket) => {
      answer = readAnswer(response, keepBytes, () => undefined);
      socket.destroy();
      finish({ code: 'connection-closed' });
    });
    outgoing.on('error', error => {
      // What follows an answer and is none: the body, which is complete, has still to be read.
      if (answer !== undefined) return;
      const code = networkCode(error);
      const hungUp = code === 'connection-closed' || code === 'connection-reset';
      finish({ code: hungUp && isShakingHands ? 'tls-failed' : code, ...detailOf(error) });
    });
    outgoing.on('close', () => {
      if (answer === undefined) finish({ code: 'connection-closed' });
    });
    outgoing.end(request.body);
  });
}

interface Answer {
  readonly response: IncomingMessage;
  readonly read: () => Exchange;
}

/** @param onEnd - called when the body has ended, well or not, or when enough of it was read. */
function readAnswer(response: IncomingMessage, keepBytes: number, onEnd: () => void): Answer {
  const kept: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    if (bytes < keepBytes) kept.push(chunk.subarray(0, keepBytes - bytes));
    bytes += chunk.byteLength;
    if (bytes > MAX_RESPONSE_BYTES) onEnd();
  });
  response.on('end', onEnd).on('error', onEnd).on('close', onEnd);
  const { 'retry-after': retryAfter } = response.headers;
  return {
    response,
    read: () => ({
      kind: 'response',
      status: response.statusCode ?? 0,
      excerpt: Buffer.concat(kept).toString('utf8'),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    }),
  };
}

/** Resolves and checks in one step: the connection goes to an address that was looked at, not to a second answer. */
const checkedLookup =
  (resolve: Resolve, allowPrivate: readonly string[], onFound: () => void): LookupFunction =>
  (hostname, options, callback) => {
    const { family } = options;
    resolve(hostname, { all: true, ...(family === undefined ? {} : { family }) }, (error, addresses) => {
      if (error !== null) {
        callback(error, '', 0);
        return;
      }
      onFound();
      const allowed = addresses.filter(({ address }) => isAllowedAddress(address, allowPrivate));
      const [first] = allowed;
      if (first === undefined) {
        callback(Object.assign(new Error('address refused'), { code: ADDRESS_REFUSED }), '', 0);
      } else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };

/** Node's and OpenSSL's codes are constants; anything else is not for a log. */
function detailOf(error: unknown): { detail?: string } {
  const { code } = error as NodeJS.ErrnoException;
  const isConstant = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code);
  return isConstant && code !== ADDRESS_REFUSED ? { detail: code } : {};
}
