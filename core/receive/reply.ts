/** What a provider is told of its webhook: a status that makes it do the right thing, and nothing of our reasons. */
import type { Payload } from '../payload.ts';
import type { Webhook } from '../webhook.ts';
import type { Receipt, Refusal } from './receipt.ts';
import { type Reply, type ReplyTemplate, renderReply } from './replyTemplate.ts';

/** Where a provider wants other answers than everybody else. */
export interface Replies {
  readonly accepted?: ReplyTemplate;
  readonly unauthorized?: RefusedReply;
}

export interface RefusedReply {
  /** 498 is GoCardless's own. Never 410, at which providers delete the subscription, and never a success. */
  readonly status: 400 | 401 | 403 | 498;
  readonly body: 'json' | 'none';
}

const STATUS: Readonly<Record<Refusal, number>> = {
  malformed: 400,
  unauthorized: 401,
  'unknown-source': 404,
  'method-not-allowed': 405,
  // The same event is being accepted just now. Not 409: to many providers every 4xx is final.
  'in-flight': 503,
  // Ours, so the provider is asked to come again. Never 410: providers delete the subscription.
  unavailable: 503,
};

/** @param webhook - undefined when the request could not be read, and then there is no answer of a provider's own. */
export function replyTo(receipt: Receipt, replies: Replies = {}, webhook?: Webhook): Reply {
  switch (receipt.kind) {
    case 'accepted':
      return accepted(replies, webhook) ?? json(200, { event: receipt.identity.eventId });
    case 'duplicate':
      return accepted(replies, webhook) ?? json(200, { event: receipt.identity.eventId, state: 'duplicate' });
    case 'handshake':
      return receipt.reply;
    case 'refused': {
      const { refusal, repeat, allow } = receipt;
      if (refusal === 'unauthorized' && replies.unauthorized !== undefined) {
        const { status, body } = replies.unauthorized;
        return body === 'none' ? { status, body: '' } : json(status, { error: refusal });
      }
      const reply = json(STATUS[refusal], { error: refusal });
      if (allow !== undefined) return { ...reply, headers: { allow: allow.join(', ') } };
      if (repeat === undefined) return reply;
      return { ...reply, headers: { 'retry-after': String(repeat.retryAfterSeconds) } };
    }
    default:
      return receipt satisfies never;
  }
}

/** Undefined where the provider wants nothing in particular, or the request lacks what it wants to read again. */
function accepted({ accepted: template }: Replies, webhook: Webhook | undefined): Reply | undefined {
  return template === undefined || webhook === undefined
    ? undefined
    : renderReply(template, webhook, noPayload);
}

/** Answers to events repeat headers and nothing of the body. */
const noPayload = (): Payload => ({ kind: 'text', value: '' });

const json = (status: number, value: unknown): Reply => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
});
