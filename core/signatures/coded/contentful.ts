/**
 * Contentful signs a canonical request: method, path, those headers that the request itself lists, and body.
 * @contentful/node-apps-toolkit 3.16.1, requests.
 */
import { escape as escapeQuery } from 'node:querystring';
import { type Content, hmac } from '../acceptor.ts';
import { withQuery } from '../publicUrl.ts';
import type { RequestValues } from '../requestValues.ts';
import type { CodedScheme } from '../scheme.ts';
import { decodeSignature } from '../signatureText.ts';
import { clockSkew, readSignedTime } from '../timestamp.ts';
import { proven, refused, type Unproven, type Verification } from '../verification.ts';
import {
  type CodedModuleCode,
  type CodedSigning,
  type CodedVerification,
  matchingSecret,
  onlyHeader,
  usableSecret,
} from './codedModule.ts';

const SIGNATURE = 'x-contentful-signature';
const SIGNED_HEADERS = 'x-contentful-signed-headers';
const TIMESTAMP = 'x-contentful-timestamp';

/** The library's default. */
const TOLERANCE_SECONDS = 30;
/** A list longer than any that Contentful sends is somebody else's. */
const MAX_SIGNED_HEADERS = 32;

export const contentful: CodedModuleCode = { verify, sign };

function verify({ scheme, secrets, values, now }: CodedVerification): Verification {
  const text = onlyHeader(values, SIGNATURE, 'signature-missing');
  if (typeof text === 'object') return text;
  const signature = decodeSignature(text, 'hex', 32);
  if (signature === undefined) return refused('signature-malformed');
  const content = canonicalRequest(scheme, values);
  if ('cause' in content) return content;
  const time = onlyHeader(values, TIMESTAMP, 'signed-header-missing');
  if (typeof time === 'object') return time;
  const signedAt = readSignedTime(time, 'ms');
  if (signedAt === undefined) return refused('timestamp-malformed');
  const version = matchingSecret('hmac-sha256', secrets, [content], signature);
  if (typeof version === 'object') return version;
  const skew = clockSkew(signedAt, now, TOLERANCE_SECONDS);
  return skew === undefined ? proven(values.webhook, 'verified', version, signedAt) : refused(skew);
}

function canonicalRequest(scheme: CodedScheme, values: RequestValues): Content | Unproven {
  const list = onlyHeader(values, SIGNED_HEADERS, 'signed-header-missing');
  if (typeof list === 'object') return list;
  const names = list.split(',').map(name => name.trim().toLowerCase());
  // Without these two among the signed ones, the time and the list itself would be anyone's to write.
  if (!names.includes(TIMESTAMP) || !names.includes(SIGNED_HEADERS)) return refused('signed-header-missing');
  if (names.length > MAX_SIGNED_HEADERS || new Set(names).size !== names.length) {
    return refused('signature-malformed');
  }
  const lines: string[] = [];
  for (const name of names.sort()) {
    const value = onlyHeader(values, name, 'signed-header-missing');
    if (typeof value === 'object') return value;
    lines.push(`${name}:${value.trim()}`);
  }
  const { webhook } = values;
  const head = `${webhook.method}\n${signedPath(scheme.url ?? '', values)}\n${lines.join(';')}\n`;
  return [head, webhook.body];
}

/** As the library writes it: the query is escaped as a whole, and then once more. */
function signedPath(address: string, { webhook }: RequestValues): string {
  const url = withQuery(address, webhook.query);
  const path = url.replace(/^https?:\/\/[^/?]*/, '');
  const [pathname = '', search] = path.split('?');
  return encodeURI(search === undefined || search === '' ? pathname : `${pathname}?${escapeQuery(search)}`);
}

function sign({ scheme, secret, webhook, draft }: CodedSigning) {
  draft.headers.set(TIMESTAMP, String(webhook.now));
  draft.headers.set(SIGNED_HEADERS, [...draft.headers.keys(), SIGNED_HEADERS].sort().join(','));
  const content = canonicalRequest(scheme, draft.asValues(webhook.now));
  if ('cause' in content) throw new Error(`this body cannot be signed: ${content.cause}`);
  const key = Buffer.from(usableSecret(secret));
  draft.headers.set(SIGNATURE, hmac({ algorithm: 'hmac-sha256' }, key, content).toString('hex'));
  return draft.signed();
}
