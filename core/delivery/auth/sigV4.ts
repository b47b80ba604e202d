/**
 * AWS Signature Version 4 over headers and body.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac } from 'node:crypto';
import { type Proof, secretFields, type UnprovenRequest, unusable } from './proof.ts';

export interface SigV4Auth {
  readonly type: 'aws-sigv4';
  /** JSON: accessKeyId, secretAccessKey and, for temporary credentials, sessionToken. */
  readonly secret: string;
  readonly region: string;
  /** Such as `execute-api` or `lambda`. */
  readonly service: string;
}

/** Headers that a proxy or the client may change on the way. */
const UNSIGNED = new Set(['connection', 'content-length', 'expect', 'transfer-encoding', 'user-agent']);

export function proveWithSigV4(auth: SigV4Auth, secret: string, request: UnprovenRequest): Proof {
  const credentials = secretFields(secret, ['accessKeyId', 'secretAccessKey']);
  if (credentials === undefined) return unusable;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const url = new URL(request.url);
  const time = new Date(request.now).toISOString().replace(/[-:]|\.[0-9]{3}/g, '');
  const day = time.slice(0, 8);
  const added = {
    'x-amz-date': time,
    ...(typeof sessionToken === 'string' && sessionToken !== ''
      ? { 'x-amz-security-token': sessionToken }
      : {}),
  };
  const headers = Object.entries({ ...request.headers, ...added, host: url.host })
    .filter(([name]) => !UNSIGNED.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const signedHeaders = headers.map(([name]) => name).join(';');
  const canonical = [
    request.method,
    canonicalPath(url.pathname, auth.service),
    canonicalQuery(url.searchParams),
    ...headers.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    sha256(request.body),
  ].join('\n');
  const scope = `${day}/${auth.region}/${auth.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [day, auth.region, auth.service, 'aws4_request'].reduce<string | Buffer>(
    (derived, part) => hmac(derived, part),
    `AWS4${secretAccessKey}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { ok: true, headers: { ...added, authorization } };
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** RFC 3986: everything but letters, digits and `-_.~`. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Every service but S3 encodes the path a second time. */
const canonicalPath = (path: string, service: string): string =>
  service === 's3' ? path : path.split('/').map(encode).join('/');

function canonicalQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}
