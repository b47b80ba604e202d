/** A question that brings the source's secret: sealed for the operator who is pairing the source, and for nobody else. */
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { secretId } from '../../core/names.ts';
import { MAX_SEALED_BYTES } from '../../core/receive/pairing.ts';
import { readRefText } from '../../core/receive/readRef.ts';
import { type Receipt, refuse } from '../../core/receive/receipt.ts';
import { renderReply } from '../../core/receive/replyTemplate.ts';
import type { Question } from './answerQuestion.ts';
import type { ReceiveTools } from './tools.ts';

export async function takeSecret(
  { handshake, source, webhook, payload }: Question,
  { stage, readPairing }: Pick<ReceiveTools, 'stage' | 'readPairing'>,
): Promise<Receipt> {
  if (handshake.brings === undefined || source.secret === undefined) {
    return refuse('unauthorized', 'not-pairing');
  }
  const pairing = await readPairing(secretId(stage, source.secret)).catch(() => 'unreadable' as const);
  if (pairing === 'unreadable') return refuse('unavailable', 'secret-unreadable');
  if (pairing === undefined || webhook.receivedAt >= pairing.until) {
    return refuse('unauthorized', 'not-pairing');
  }
  const brought = readRefText(handshake.brings, webhook, payload);
  const reply = renderReply(handshake.reply, webhook, payload);
  if (brought === undefined || Buffer.byteLength(brought) > MAX_SEALED_BYTES || reply === undefined) {
    return refuse('malformed', 'question-incomplete');
  }
  return {
    kind: 'handshake',
    asked: handshake.asked.by,
    reply,
    note: 'paired',
    sealed: seal(brought, pairing.publicKey),
  };
}

function seal(text: string, publicKey: string): string {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  return publicEncrypt({ key, ...padding }, Buffer.from(text)).toString('base64');
}
