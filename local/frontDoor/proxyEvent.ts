/**
 * The event that an HTTP API hands to a Lambda function with payload format 1.0: the format in which duplicate headers
 * stay visible.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { ACCOUNT } from '../account.ts';
import { headerLines, type MultiValue, needsBase64, single } from './requestParts.ts';

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

const API_ID = 'local';

export function proxyEvent(request: GatewayRequest): Readonly<Record<string, unknown>> {
  const { path, query } = split(request.url);
  const headers = headerLines(request);
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

function multiValueQuery(query: string): MultiValue | null {
  const parameters: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query))
    parameters[name] = [...(parameters[name] ?? []), value];
  return Object.keys(parameters).length === 0 ? null : parameters;
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
