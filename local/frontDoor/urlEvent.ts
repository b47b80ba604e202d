/**
 * The event that a function's own URL hands to the function: payload format 2.0, in which a header that came twice is one,
 * its values joined with a comma.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import type { GatewayRequest } from './proxyEvent.ts';
import { headerLines, needsBase64 } from './requestParts.ts';

const API_ID = 'local';

export function urlEvent(request: GatewayRequest): Readonly<Record<string, unknown>> {
  const lines = headerLines(request);
  const headers = Object.fromEntries(
    Object.entries(lines)
      .map(([name, values]) => [name.toLowerCase(), values.join(',')] as const)
      .filter(([name]) => name !== 'cookie'),
  );
  const cookies = Object.entries(lines).find(([name]) => name.toLowerCase() === 'cookie')?.[1];
  const mark = request.url.indexOf('?');
  const path = mark < 0 ? request.url : request.url.slice(0, mark);
  const query = mark < 0 ? '' : request.url.slice(mark + 1);
  const isBase64Encoded = needsBase64(lines, request.body);
  const host = headers['host'] ?? 'localhost';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    ...(cookies === undefined ? {} : { cookies: cookies.flatMap(value => value.split('; ')) }),
    headers,
    ...(query === '' ? {} : { queryStringParameters: joined(query) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: API_ID,
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: '$default',
      stage: '$default',
      time: request.receivedAt.toISOString(),
      timeEpoch: request.receivedAt.getTime(),
    },
    ...(request.body.length === 0
      ? {}
      : { body: Buffer.from(request.body).toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

function joined(query: string): Record<string, string> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...parameters.keys()].map(name => [name, parameters.getAll(name).join(',')]));
}
