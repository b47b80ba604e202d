/**
 * Paddle Classic signs every field of its form but the signature's, sorted by name and written as PHP's `serialize`
 * writes an array of strings. https://developer.paddle.com/classic/webhook-reference/verifying-webhooks
 */
import { isSignedBy, readPublicKey, signWithPrivateKey } from '../publicKey.ts';
import type { RequestValues } from '../requestValues.ts';
import { decodeSignature } from '../signatureText.ts';
import { misconfigured, proven, refused, type Verification } from '../verification.ts';
import type { CodedModuleCode, CodedSigning, CodedVerification } from './codedModule.ts';

const FIELD = 'p_signature';
const RULES = { algorithm: 'rsa-sha1' } as const;

export const paddleClassic: CodedModuleCode = { verify, sign };

function verify({ secrets, values }: CodedVerification): Verification {
  if (secrets === undefined) return misconfigured('secret-missing');
  if (secrets.current.trim() === '') return misconfigured('secret-empty');
  const current = readPublicKey(secrets.current, RULES.algorithm, 'pem');
  if (current === undefined) return misconfigured('secret-not-a-public-key');
  const fields = readFields(values);
  if (fields === undefined) return refused('signed-field-repeated');
  const text = fields.get(FIELD);
  if (text === undefined || text === '') return refused('signature-missing');
  const signature = decodeSignature(text, 'base64', undefined);
  if (signature === undefined) return refused('signature-malformed');
  const content = [serialized(fields)];
  const previous =
    secrets.previous === undefined ? undefined : readPublicKey(secrets.previous, RULES.algorithm, 'pem');
  const isCurrent = isSignedBy(current, RULES, content, signature);
  const isPrevious = previous !== undefined && isSignedBy(previous, RULES, content, signature);
  if (!isCurrent && !isPrevious) return refused('signature-mismatch');
  return proven(values.webhook, 'verified', isCurrent ? 'current' : 'previous');
}

/** Undefined for a form with a repeated field, of which PHP would see the last alone. */
function readFields({ payload }: RequestValues): ReadonlyMap<string, string> | undefined {
  if (payload.kind !== 'form') return new Map();
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(payload.value)) {
    if (typeof value !== 'string') return undefined;
    fields.set(name, value);
  }
  return fields;
}

function serialized(fields: ReadonlyMap<string, string>): string {
  const signed = [...fields].filter(([name]) => name !== FIELD).sort(([a], [b]) => (a < b ? -1 : 1));
  return `a:${signed.length}:{${signed.flat().map(phpString).join('')}}`;
}

const phpString = (text: string): string => `s:${Buffer.byteLength(text)}:"${text}";`;

function sign({ secret, webhook, draft }: CodedSigning) {
  if (draft.contentType?.startsWith('application/x-www-form-urlencoded') !== true) {
    draft.set({ kind: 'form', name: 'alert_name' }, webhook.eventType);
  }
  const fields = readFields(draft.asValues(webhook.now)) ?? new Map<string, string>();
  const signature = Buffer.from(signWithPrivateKey(secret, RULES, [serialized(fields)]));
  draft.set({ kind: 'form', name: FIELD }, signature.toString('base64'));
  return draft.signed();
}
