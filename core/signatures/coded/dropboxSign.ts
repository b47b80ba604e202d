/**
 * Dropbox Sign posts a form of several parts whose field `json` holds the event, and beside it a signature over the
 * event's time and type alone. @dropbox/sign 1.11.0, EventCallbackHelper.
 */

import { decodeUtf8 } from '../../payload.ts';
import { headerValue, type Webhook } from '../../webhook.ts';
import { hmac } from '../acceptor.ts';
import { decodeSignature } from '../signatureText.ts';
import { clockSkew, readSignedTime } from '../timestamp.ts';
import { proven, refused, type Verification } from '../verification.ts';
import {
  type CodedModuleCode,
  type CodedSigning,
  type CodedVerification,
  matchingSecret,
  usableSecret,
} from './codedModule.ts';

/** None is published; six repeats come within two days, each signed anew. */
const TOLERANCE_SECONDS = 3600;

export const dropboxSign: CodedModuleCode = { verify, sign };

function verify({ secrets, values, now }: CodedVerification): Verification {
  const event = readEvent(values.webhook);
  if (event === undefined) return refused('signed-field-missing');
  const { event_time: time, event_type: type, event_hash: hash } = event;
  if (typeof hash !== 'string' || hash === '') return refused('signature-missing');
  if (typeof time !== 'string' || typeof type !== 'string') return refused('signed-field-missing');
  const signature = decodeSignature(hash, 'hex', 32);
  if (signature === undefined) return refused('signature-malformed');
  const signedAt = readSignedTime(time, 's');
  if (signedAt === undefined) return refused('timestamp-malformed');
  const version = matchingSecret('hmac-sha256', secrets, [[time, type]], signature);
  if (typeof version === 'object') return version;
  const skew = clockSkew(signedAt, now, TOLERANCE_SECONDS);
  return skew === undefined ? proven(values.webhook, 'authenticated', version, signedAt) : refused(skew);
}

/** The event of the only part named `json`: a second one would be read by somebody else. */
function readEvent(webhook: Webhook): Readonly<Record<string, unknown>> | undefined {
  const boundary = /;\s*boundary="?([^";]{1,70})"?/i.exec(headerValue(webhook, 'content-type') ?? '')?.[1];
  const text = decodeUtf8(webhook.body);
  if (boundary === undefined || text === undefined) return undefined;
  const parts = `\r\n${text}`
    .split(`\r\n--${boundary}`)
    .flatMap(
      part =>
        (/^\r\n([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(part)?.slice(1, 3) as [string, string][] | never[]) ?? [],
    );
  const pairs = parts as unknown as string[];
  const found: string[] = [];
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const [head = '', body = ''] = pairs.slice(index, index + 2);
    if (/^content-disposition:[^\r\n]*;\s*name="json"/im.test(head)) found.push(body);
  }
  const [json, ...more] = found;
  if (json === undefined || more.length > 0) return undefined;
  try {
    const { event } = JSON.parse(json) as { event?: unknown };
    return typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const BOUNDARY = 'hookwright-rehearsal';

function sign({ secret, webhook, draft }: CodedSigning) {
  const time = String(Math.floor(webhook.now / 1000));
  const key = Buffer.from(usableSecret(secret));
  const hash = hmac({ algorithm: 'hmac-sha256' }, key, [time, webhook.eventType]).toString('hex');
  const said = readObject(webhook.body);
  const event = { event_time: time, event_type: webhook.eventType, event_hash: hash };
  const json = JSON.stringify({ ...said, event: { ...readObject(said['event']), ...event } });
  draft.body = Buffer.from(
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="json"\r\n\r\n${json}\r\n--${BOUNDARY}--\r\n`,
  );
  draft.contentType = `multipart/form-data; boundary=${BOUNDARY}`;
  return draft.signed();
}

function readObject(value: unknown): Readonly<Record<string, unknown>> {
  if (value instanceof Uint8Array) {
    try {
      return readObject(JSON.parse(Buffer.from(value).toString('utf8')));
    } catch {
      return {};
    }
  }
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
