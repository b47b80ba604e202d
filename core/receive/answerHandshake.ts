import type { Payload } from '../payload.ts';
import type { Scheme } from '../signatures/scheme.ts';
import type { VerifiedWebhook } from '../signatures/verify.ts';
import { readRef } from './identifyEvent.ts';

/** The text that a provider's question is answered with; undefined for an ordinary event. */
export function answerHandshake(
  scheme: Scheme,
  webhook: VerifiedWebhook,
  payload: () => Payload,
): string | undefined {
  if (scheme.kind === 'unverified' || scheme.handshake === undefined) return undefined;
  const { when, reply } = scheme.handshake;
  if (readRef(when.ref, webhook, payload) !== when.equals) return undefined;
  return readRef(reply.ref, webhook, payload);
}
