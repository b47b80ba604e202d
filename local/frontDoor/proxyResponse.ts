/** Reads what a function answered to the gateway (payload format 1.0). Anything else is answered 500 in its place. */
export interface ProxyResponse {
  readonly status: number;
  /** Names and values in turn; a name may come more than once. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** Undefined when the function's response cannot be sent: the gateway then says "Internal Server Error". */
export function proxyResponse(text: string): ProxyResponse | undefined {
  const response = parsed(text);
  if (typeof response !== 'object' || response === null || Array.isArray(response)) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = response as Record<
    string,
    unknown
  >;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  const pairs: [string, string][] = [];
  for (const [name, values] of Object.entries((multiValueHeaders ?? {}) as Record<string, unknown>)) {
    if (Array.isArray(values)) for (const value of values) pairs.push([name, String(value)]);
  }
  for (const [name, value] of Object.entries((headers ?? {}) as Record<string, unknown>)) {
    if (!pairs.some(([known]) => known.toLowerCase() === name.toLowerCase()))
      pairs.push([name, String(value)]);
  }
  if (!pairs.some(([name]) => name.toLowerCase() === 'content-type'))
    pairs.push(['content-type', 'text/plain;charset=UTF-8']);
  return {
    status,
    headers: pairs,
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
