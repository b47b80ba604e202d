import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Webhook } from '../../core/webhook.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The request as it came, from API Gateway's event (payload format 1.0, whose `multiValueHeaders` show a repeated
 * header). Undefined when the gateway's base64 is none.
 * @param now - milliseconds since the epoch.
 */
export function readWebhook(event: APIGatewayProxyEvent, now: number): Webhook | undefined {
  const text = event.body ?? '';
  if (event.isBase64Encoded && !BASE64.test(text)) return undefined;
  const lines = Object.entries(event.multiValueHeaders ?? {});
  const named = new Set(lines.map(([name]) => name.toLowerCase()));
  const others = Object.entries(event.headers ?? {}).filter(([name]) => !named.has(name.toLowerCase()));
  const headers = new Map<string, readonly string[]>();
  // One name in two cases is a header that came twice, and must stay visible as such.
  for (const [name, values = []] of [
    ...lines,
    ...others.map(([name, value = '']) => [name, [value]] as const),
  ]) {
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), ...values]);
  }
  return {
    method: event.httpMethod.toUpperCase(),
    path: event.path,
    headers,
    query: new Map(
      Object.entries(event.multiValueQueryStringParameters ?? {}).map(([name, values]) => [
        name,
        values ?? [],
      ]),
    ),
    body: Buffer.from(text, event.isBase64Encoded ? 'base64' : 'utf8'),
    receivedAt: now,
  };
}
