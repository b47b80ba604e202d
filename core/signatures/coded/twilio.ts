/**
 * Twilio signs the URL and, of a form, the sorted fields behind it. Of any other body it signs the URL alone, which then
 * holds the body's SHA-256. https://www.twilio.com/docs/usage/security
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { hmac } from '../acceptor.ts';
import { withQuery } from '../publicUrl.ts';
import type { RequestValues } from '../requestValues.ts';
import { decodeSignature } from '../signatureText.ts';
import { misconfigured, proven, refused, type Verification } from '../verification.ts';
import {
  type CodedModuleCode,
  type CodedSigning,
  type CodedVerification,
  matchingSecret,
  onlyHeader,
  usableSecret,
} from './codedModule.ts';

const HEADER = 'x-twilio-signature';
const BODY_DIGEST = 'bodySHA256';

export const twilio: CodedModuleCode = { verify, sign };

function verify({ scheme, secrets, values }: CodedVerification): Verification {
  if (secrets === undefined) return misconfigured('secret-missing');
  const text = onlyHeader(values, HEADER, 'signature-missing');
  if (typeof text === 'object') return text;
  const signature = decodeSignature(text, 'base64', 20);
  if (signature === undefined) return refused('signature-malformed');

  const { webhook } = values;
  const digests = webhook.query.get(BODY_DIGEST) ?? [];
  if (digests.length > 1) return refused('signed-field-repeated');
  const [digest] = digests;
  // With a digest in the URL the fields are not signed once more, whatever the body is.
  const fields = digest === undefined ? values.sortedForm() : '';
  if (digest === undefined && fields === '' && webhook.body.byteLength > 0) {
    return refused('signed-field-missing');
  }
  const address = addressOf(scheme.url, values);
  const contents = [withoutPort(address), withPort(address)].map(url => [url, fields]);
  const version = matchingSecret('hmac-sha1', secrets, contents, signature);
  if (typeof version === 'object') return version;
  if (digest !== undefined && !isDigestOf(digest, webhook.body)) return refused('signature-mismatch');
  return proven(webhook, 'verified', version);
}

/** A fragment, with which Twilio is told how to repeat, is not sent and not signed. */
const addressOf = (configured = '', { webhook }: RequestValues): string =>
  withQuery(configured.replace(/#.*$/, ''), webhook.query);

function isDigestOf(text: string, body: Uint8Array): boolean {
  const digest = decodeSignature(text, 'hex', 32);
  return digest !== undefined && timingSafeEqual(digest, createHash('sha256').update(body).digest());
}

const AUTHORITY = /^(https?):\/\/([^/?#]*?)(?::[0-9]+)?(?=[/?#]|$)/;

/** Twilio's back ends do not agree on whether the port belongs to the URL (twilio 6.2.0, webhooks). */
const withoutPort = (url: string): string =>
  url.replace(AUTHORITY, (_, scheme: string, host: string) => `${scheme}://${host}`);

function withPort(url: string): string {
  const hasPort = /^https?:\/\/[^/?#]*:[0-9]+(?=[/?#]|$)/.test(url);
  return hasPort
    ? url
    : url.replace(
        AUTHORITY,
        (_, scheme: string, host: string) => `${scheme}://${host}:${scheme === 'https' ? 443 : 80}`,
      );
}

function sign({ scheme, secret, webhook, draft }: CodedSigning) {
  const isForm = draft.contentType?.startsWith('application/x-www-form-urlencoded') === true;
  if (!isForm) {
    draft.query.set(BODY_DIGEST, createHash('sha256').update(webhook.body).digest('hex'));
  }
  const values = draft.asValues(webhook.now);
  const url = withoutPort(addressOf(scheme.url, values));
  const content = [url, isForm ? values.sortedForm() : ''];
  const key = Buffer.from(usableSecret(secret));
  draft.headers.set(HEADER, hmac({ algorithm: 'hmac-sha1' }, key, content).toString('base64'));
  return draft.signed();
}
