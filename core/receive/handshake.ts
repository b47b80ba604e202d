/**
 * A request that is not an event but a question: is this endpoint yours? Each provider has its own, and answers to them
 * are data in its file (docs/providers.md).
 */
import { hash, timingSafeEqual } from 'node:crypto';
import type { Payload } from '../payload.ts';
import type { RequestRef } from '../signatures/scheme.ts';
import type { Webhook } from '../webhook.ts';
import { readRef, readRefText } from './readRef.ts';
import { needsKey, type ReplyTemplate } from './replyTemplate.ts';

export type HandshakeMethod = 'GET' | 'HEAD' | 'OPTIONS' | 'POST';

export interface Handshake {
  readonly method: HandshakeMethod;
  /** All of them hold of the question. */
  readonly when: readonly HandshakeCondition[];
  /**
   * Who is answered. `signed`: who signs as for an event. `verify-token`: who knows the token that we told the provider
   * through its own page. `anyone`: the answer says nothing that the asker did not know.
   */
  readonly asked: HandshakeAsked;
  readonly reply: ReplyTemplate;
  /** The question brings the secret of what follows. It is taken only while the source is being paired. */
  readonly brings?: RequestRef;
}

export type HandshakeAsked =
  | { readonly by: 'signed' }
  | { readonly by: 'anyone' }
  | { readonly by: 'verify-token'; readonly ref: RequestRef };

export type HandshakeCondition =
  | { readonly kind: 'present'; readonly ref: RequestRef }
  | { readonly kind: 'equals'; readonly ref: RequestRef; readonly text: string };

/** A stranger's body is read for a question only up to this size: none is larger, and parsing costs. */
const MAX_QUESTION_BYTES = 16 * 1024;

/** The first question of the list that this request is. */
export function recognise(
  handshakes: readonly Handshake[],
  webhook: Webhook,
  payload: () => Payload,
): Handshake | undefined {
  return handshakes.find(
    ({ method, when, asked }) =>
      method === webhook.method &&
      (asked.by === 'signed' || webhook.body.byteLength <= MAX_QUESTION_BYTES) &&
      when.every(condition => holds(condition, webhook, payload)),
  );
}

function holds(condition: HandshakeCondition, webhook: Webhook, payload: () => Payload): boolean {
  switch (condition.kind) {
    case 'present':
      return readRefText(condition.ref, webhook, payload) !== undefined;
    case 'equals':
      return readRef(condition.ref, webhook, payload) === condition.text;
    default:
      return condition satisfies never;
  }
}

/** Whether strangers may have words of theirs keyed with the source's secret: see `couldBeChallenge`. */
export const keysForStrangers = (handshakes: readonly Handshake[]): boolean =>
  handshakes.some(({ asked, reply }) => asked.by !== 'signed' && needsKey(reply));

export const isOpen = ({ asked }: Handshake): boolean => asked.by !== 'signed';

/** Methods that a source answers, for the header `allow`. */
export const allowedMethods = (handshakes: readonly Handshake[]): readonly string[] => [
  ...new Set(['POST', ...handshakes.map(({ method }) => method)]),
];

/**
 * The token that the provider's page asks us to choose, and that comes back with its question (Meta's "verify token"). It is
 * derived from the source's secret, so that there is no second secret to keep, and says nothing about it: `hookwright
 * pair` prints it.
 */
export const verifyTokenOf = (source: string, secret: string): string =>
  hash('sha256', `hookwright verify token\0${source}\0${secret}`).slice(0, 40);

/** @param live - the versions of the secret that are accepted. */
export function isVerifyToken(token: string, source: string, live: readonly string[]): boolean {
  const digest = hash('sha256', token, 'buffer');
  // Every version is compared, whatever the first says.
  return live
    .map(secret => timingSafeEqual(hash('sha256', verifyTokenOf(source, secret), 'buffer'), digest))
    .includes(true);
}
