/**
 * The event that an HTTP API hands to a Lambda function with payload format 1.0: the format in which duplicate headers
 * stay visible.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { isUtf8 } from 'node:buffer';
import { ACCOUNT } from './account.ts';

export interface GatewayRequest {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly url: string;
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly routeKey: string;
}

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

const API_ID = 'local';

export function proxyEvent(request: GatewayRequest): Readonly<Record<string, unknown>> {
  const { path, query } = split(request.url);
  const headers = multiValueHeaders(request);
  const isBase64Encoded = needsBase64(headers, request.body);
  const parameters = multiValueQuery(query);
  const host = single(headers, 'host') ?? 'localhost';
  return {
    version: '1.0',
    resource: request.routeKey,
    path,
    httpMethod: request.method,
    headers: lastOfEach(headers),
    multiValueHeaders: headers,
    queryStringParameters: parameters && lastOfEach(parameters),
    multiValueQueryStringParameters: parameters,
    requestContext: {
      accountId: ACCOUNT,
      apiId: API_ID,
      domainName: host,
      domainPrefix: host.split('.')[0],
      extendedRequestId: request.requestId,
      httpMethod: request.method,
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        sourceIp: request.sourceIp,
        user: null,
        userAgent: single(headers, 'user-agent') ?? null,
        userArn: null,
      },
      path,
      protocol: 'HTTP/1.1',
      requestId: request.requestId,
      requestTime: requestTime(request.receivedAt),
      requestTimeEpoch: request.receivedAt.getTime(),
      resourceId: request.routeKey,
      resourcePath: request.routeKey,
      stage: '$default',
    },
    pathParameters: null,
    stageVariables: null,
    body:
      request.body.length === 0
        ? null
        : Buffer.from(request.body).toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

type MultiValue = Readonly<Record<string, readonly string[]>>;

/** One entry for each name, whatever its case; the spelling is that of its first appearance. */
function multiValueHeaders({ rawHeaders, sourceIp, requestId, receivedAt }: GatewayRequest): MultiValue {
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

function multiValueQuery(query: string): MultiValue | null {
  const parameters: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query))
    parameters[name] = [...(parameters[name] ?? []), value];
  return Object.keys(parameters).length === 0 ? null : parameters;
}

/**
 * The gateway passes text of the well-known text types as it is, and everything else in base64. Bytes that are not
 * UTF-8 go in base64 whatever they claim to be, since text would not hold them.
 */
function needsBase64(headers: MultiValue, body: Uint8Array): boolean {
  if (body.length === 0) return false;
  const contentType = (single(headers, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const isText =
    contentType.startsWith('text/') ||
    ['application/json', 'application/javascript', 'application/xml'].includes(contentType);
  return !isText || single(headers, 'content-encoding') !== undefined || !isUtf8(body);
}

function single(headers: MultiValue, name: string): string | undefined {
  const found = Object.keys(headers).find(key => key.toLowerCase() === name);
  return found === undefined ? undefined : headers[found]?.at(-1);
}

const lastOfEach = (values: MultiValue): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1) ?? '']));

function split(url: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark < 0
    ? { path: decoded(url), query: '' }
    : { path: decoded(url.slice(0, mark)), query: url.slice(mark + 1) };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
function requestTime(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${time} +0000`;
}
