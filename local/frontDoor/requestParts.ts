/** What both kinds of front door make of a request's header lines and bytes. */
import { isUtf8 } from 'node:buffer';
import type { GatewayRequest } from './proxyEvent.ts';

/** Headers that belong to one connection and do not pass a gateway. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

export type MultiValue = Readonly<Record<string, readonly string[]>>;

/** One entry for each name, whatever its case; the spelling is that of its first appearance. */
export function headerLines({ rawHeaders, sourceIp, requestId, receivedAt }: GatewayRequest): MultiValue {
  const spelling = new Map<string, string>();
  const values = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key)) return;
    if (!spelling.has(key)) spelling.set(key, name);
    values.set(key, [...(values.get(key) ?? []), value]);
  };
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    add(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  add('X-Forwarded-For', sourceIp);
  add('X-Forwarded-Proto', 'http');
  add(
    'X-Amzn-Trace-Id',
    `Root=1-${Math.floor(receivedAt.getTime() / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)}`,
  );
  return Object.fromEntries([...values].map(([key, list]) => [spelling.get(key) ?? key, list]));
}

/**
 * The gateway passes text of the well-known text types as it is, and everything else in base64. Bytes that are not
 * UTF-8 go in base64 whatever they claim to be, since text would not hold them.
 */
export function needsBase64(headers: MultiValue, body: Uint8Array): boolean {
  if (body.length === 0) return false;
  const contentType = (single(headers, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const isText =
    contentType.startsWith('text/') ||
    ['application/json', 'application/javascript', 'application/xml'].includes(contentType);
  return !isText || single(headers, 'content-encoding') !== undefined || !isUtf8(body);
}

export function single(headers: MultiValue, name: string): string | undefined {
  const found = Object.keys(headers).find(key => key.toLowerCase() === name);
  return found === undefined ? undefined : headers[found]?.at(-1);
}
