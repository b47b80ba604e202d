/** A provider's question about this endpoint, answered as its handshakes say. No event comes of it. */
import type { KnownSecret } from '../../aws/secrets.ts';
import type { SourceConfiguration } from '../../core/configuration.ts';
import { secretId } from '../../core/names.ts';
import type { Payload } from '../../core/payload.ts';
import { type Handshake, isVerifyToken } from '../../core/receive/handshake.ts';
import { readRefText } from '../../core/receive/readRef.ts';
import { type Receipt, refuse } from '../../core/receive/receipt.ts';
import { needsKey, renderReply } from '../../core/receive/replyTemplate.ts';
import type { Scheme } from '../../core/signatures/scheme.ts';
import { decodeSecret, type SecretVersion, type SecretVersions } from '../../core/signatures/secret.ts';
import type { Webhook } from '../../core/webhook.ts';
import { takeSecret } from './takeSecret.ts';
import type { ReceiveTools } from './tools.ts';

export interface Question {
  readonly handshake: Handshake;
  readonly sourceName: string;
  readonly source: SourceConfiguration;
  readonly webhook: Webhook;
  readonly payload: () => Payload;
}

/** Of a stranger, or of somebody who knows the token that the provider was told. */
export async function answerOpenQuestion(question: Question, tools: ReceiveTools): Promise<Receipt> {
  const { handshake, sourceName, source, webhook, payload } = question;
  const { asked, reply } = handshake;
  if (handshake.brings !== undefined) return takeSecret(question, tools);
  if (asked.by !== 'verify-token' && !needsKey(reply)) return answer(question);

  const secrets = await readSourceSecret(source, tools);
  if (secrets === 'unreadable') return refuse('unavailable', 'secret-unreadable');
  if (secrets === undefined) return refuse('unavailable', 'secret-missing');
  if (asked.by === 'verify-token') {
    const token = readRefText(asked.ref, webhook, payload) ?? '';
    const live = [secrets.current, ...(secrets.previous === undefined ? [] : [secrets.previous])];
    if (!isVerifyToken(token, sourceName, live)) return refuse('unauthorized', 'verify-token-mismatch');
  }
  return answer(question, secrets);
}

/** Of whoever signed it as an event is signed. */
export const answerSignedQuestion = (
  question: Question,
  secrets: SecretVersions | undefined,
  secretVersion: SecretVersion | undefined,
): Receipt => answer(question, secrets, secretVersion);

/** The answer is keyed with the secret that the question was proven by, and else with the current one. */
function answer(
  { handshake, source, webhook, payload }: Question,
  secrets?: SecretVersions,
  secretVersion?: SecretVersion,
): Receipt {
  let key: Uint8Array | undefined;
  if (needsKey(handshake.reply)) {
    const decoded = decodeSecret(secrets?.[secretVersion ?? 'current'] ?? '', encodingOf(source.scheme));
    if (!decoded.ok) return refuse('unavailable', decoded.problem);
    key = decoded.key;
  }
  const reply = renderReply(handshake.reply, webhook, payload, key);
  if (reply === undefined) return refuse('malformed', 'question-incomplete');
  return {
    kind: 'handshake',
    asked: handshake.asked.by,
    reply,
    ...(secretVersion === undefined ? {} : { secretVersion }),
  };
}

/** Of a topic that asked for a visit, or told that there will be no more messages. */
export const answerVisit = (visited: 'confirmed' | 'failed' | 'ended'): Receipt =>
  visited === 'failed'
    ? refuse('unavailable', 'confirmation-failed')
    : { kind: 'handshake', asked: 'signed', reply: { status: 200, body: '' }, note: visited };

const encodingOf = (scheme: Scheme) => (scheme.kind === 'hmac' ? scheme.secretEncoding : 'utf8');

export async function readSourceSecret(
  source: SourceConfiguration,
  tools: Pick<ReceiveTools, 'stage' | 'readSecret'>,
): Promise<KnownSecret | undefined | 'unreadable'> {
  if (source.secret === undefined) return undefined;
  try {
    return await tools.readSecret(secretId(tools.stage, source.secret));
  } catch {
    return 'unreadable';
  }
}
