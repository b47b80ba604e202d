import type { APIGatewayProxyEvent, LambdaFunctionURLEvent } from 'aws-lambda';
import type { Webhook } from '../../core/webhook.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Of an HTTP API in payload format 1.0, or of a function's own URL in 2.0. */
export type WebhookEvent = APIGatewayProxyEvent | LambdaFunctionURLEvent;

export const pathOf = (event: WebhookEvent): string => ('rawPath' in event ? event.rawPath : event.path);

/**
 * The request as it came. Format 1.0 shows a repeated header in `multiValueHeaders`; 2.0 has joined it, and no signature has
 * a joined one's form. Undefined when the gateway's base64 is none.
 * @param now - milliseconds since the epoch.
 */
export function readWebhook(event: WebhookEvent, now: number): Webhook | undefined {
  const text = event.body ?? '';
  if (event.isBase64Encoded && !BASE64.test(text)) return undefined;
  return {
    method: ('rawPath' in event ? event.requestContext.http.method : event.httpMethod).toUpperCase(),
    path: pathOf(event),
    headers:
      'rawPath' in event ? headersOf({}, event.headers) : headersOf(event.multiValueHeaders, event.headers),
    query: 'rawPath' in event ? parametersIn(event.rawQueryString) : parametersOf(event),
    body: Buffer.from(text, event.isBase64Encoded ? 'base64' : 'utf8'),
    receivedAt: now,
  };
}

function headersOf(
  multiValue: APIGatewayProxyEvent['multiValueHeaders'],
  single: APIGatewayProxyEvent['headers'],
): Webhook['headers'] {
  const headers = new Map<string, readonly string[]>();
  // One name in two cases is a header that came twice, and must stay visible as such.
  for (const [name, values = []] of Object.entries(multiValue ?? {})) add(headers, name, values);
  const named = new Set(headers.keys());
  for (const [name, value = ''] of Object.entries(single ?? {})) {
    if (!named.has(name.toLowerCase())) add(headers, name, [value]);
  }
  return headers;
}

function add(headers: Map<string, readonly string[]>, written: string, values: readonly string[]): void {
  const name = written.toLowerCase();
  const known = headers.get(name);
  headers.set(name, known === undefined ? values : [...known, ...values]);
}

const parametersOf = ({ multiValueQueryStringParameters }: APIGatewayProxyEvent): Webhook['query'] =>
  new Map(
    Object.entries(multiValueQueryStringParameters ?? {}).map(([name, values]) => [name, values ?? []]),
  );

function parametersIn(query: string): Webhook['query'] {
  const parameters = new URLSearchParams(query);
  return new Map([...parameters.keys()].map(name => [name, parameters.getAll(name)]));
}
