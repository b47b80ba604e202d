/**
 * The way in. A webhook is read, its source found, its signature verified; what is verified is identified, matched
/**
 * The way in. A webhook is read, its source found, its signature verified; what is verified is identified, matched
 * with routes and put on the queue of each destination. Only when every message is in is the provider told so. Where the
 * source recognises repeats, a claim on the event is taken before that and marked after it. A source that keeps an archive
 * has a copy written meanwhile, which may fail without failing the event.
 */
import { archiveKey, encodeArchived } from '../../core/archive.ts';
import type { SourceConfiguration } from '../../core/configuration.ts';
import {
  ENVELOPE_FORMAT,
  encodeEnvelope,
  encodeStoredEnvelope,
  MAX_ENVELOPE_BYTES,
  type Original,
} from '../../core/envelope.ts';
import { deliveryId } from '../../core/ids.ts';
import { queueName } from '../../core/names.ts';
import { type Payload, readPayload } from '../../core/payload.ts';
import {
  allowedMethods,
  type Handshake,
  isOpen,
  keysForStrangers,
  recognise,
} from '../../core/receive/handshake.ts';
import { type EventIdentity, identifyEvent } from '../../core/receive/identifyEvent.ts';
import { matchRoutes } from '../../core/receive/matchRoutes.ts';
import {
  type Accepted,
  type ArchiveNote,
  type DeliveryNote,
  type Receipt,
  type Refused,
  refuse,
  refuseVerification,
} from '../../core/receive/receipt.ts';
import { diagnose } from '../../core/receive/refusal/diagnose.ts';
import type { Diagnosis } from '../../core/receive/refusal/explanations.ts';
import { couldBeChallenge } from '../../core/receive/replyTemplate.ts';
import type { VerificationStrength } from '../../core/signatures/scheme.ts';
import { asksForVisits } from '../../core/signatures/schemeTraits.ts';
import type { VerificationCause, VerifiedWebhook } from '../../core/signatures/verification.ts';
import { headerValue, sourceNameOf, type Webhook } from '../../core/webhook.ts';
import { answerOpenQuestion, answerSignedQuestion, answerVisit, readSourceSecret } from './answerQuestion.ts';
import { type ClaimResult, claimEvent, markClaim, releaseClaim } from './claimEvent.ts';
import { type Proof, proveSender } from './proveSender.ts';
import { storeBody } from './storeBody.ts';
import type { ReceiveTools } from './tools.ts';

/**
 * How long a copy may keep the provider waiting once the queues have the event: the shortest patience of any provider is
 * 1 s (Sentry). A healthy S3 answers while the queues do, and what slows both, such as a cold start, is not held against it.
 */
const ARCHIVE_PATIENCE_MS = 800;

/** @param webhook - undefined when the request could not even be read. */
export async function receiveWebhook(webhook: Webhook | undefined, tools: ReceiveTools): Promise<Receipt> {
  if (webhook === undefined) return refuse('malformed', 'body-not-base64');
  const name = sourceNameOf(webhook.path);
  if (name === undefined) return refuse('unknown-source', 'path-not-a-source');
  const source = Object.hasOwn(tools.configuration.sources, name)
    ? tools.configuration.sources[name]
    : undefined;
  if (source === undefined) return refuse('unknown-source', 'unknown-source');

  const payload = parseOnce(webhook);
  const { handshakes = NO_HANDSHAKES } = source;
  const question = { sourceName: name, source, webhook, payload };
  if (webhook.method !== 'POST' && !handshakes.some(({ method }) => method === webhook.method)) {
    return { ...refuse('method-not-allowed', 'method-not-post'), allow: allowedMethods(handshakes) };
  }
  const open = recognise(handshakes.filter(isOpen), webhook, payload);
  if (open !== undefined) return answerOpenQuestion({ ...question, handshake: open }, tools);

  const secrets = await readSourceSecret(source, tools);
  if (secrets === 'unreadable') return refuse('unavailable', 'secret-unreadable');
  const proof = await proveSender(source, secrets, webhook, tools);
  if (!proof.ok) {
    return proof.cause === 'misconfigured'
      ? refuse('unavailable', proof.problem)
      : { ...refuseVerification(proof.cause), diagnosis: await examine(name, source, webhook, proof, tools) };
  }
  const signed = recognise(handshakes, webhook, payload);
  if (signed !== undefined) {
    return answerSignedQuestion({ ...question, handshake: signed }, proof.secrets, proof.secretVersion);
  }
  if (webhook.method !== 'POST') return refuse('malformed', 'not-a-question');
  if (asksForVisits(source.scheme)) {
    const visited = await tools.confirmSubscription?.(source.scheme, proof.webhook);
    if (visited !== undefined) return answerVisit(visited);
  }
  if (keysForStrangers(handshakes) && couldBeChallenge(webhook.body)) {
    return refuse('unauthorized', 'body-is-a-challenge');
  }

  const identity = identifyEvent(name, source.scheme, proof.webhook, payload, proof.signedAt);
  const decision = matchRoutes(tools.configuration.routes, name, identity.eventType);
  const deliveries = decision.matched.map(
    (route): DeliveryNote => ({
      deliveryId: deliveryId(identity.eventId, route.name),
      route: route.name,
      destination: route.to,
    }),
  );
  const original = originalOf(name, source, proof.webhook, proof.strength, identity);
  const messages = deliveries.map(delivery => messageFor(delivery, original, tools));
  const provenBy = {
    strength: proof.strength,
    ...(proof.secretVersion === undefined ? {} : { secretVersion: proof.secretVersion }),
  };

  // An event that goes nowhere is not claimed, so that it may be posted again once a route wants it.
  const claim: ClaimResult =
    messages.length === 0
      ? { kind: 'none' }
      : await claimEvent(source, identity, proof.webhook, tools.claims);
  if (claim.kind === 'done') {
    return { kind: 'duplicate', identity, firstReceivedAt: claim.firstReceivedAt, ...provenBy };
  }
  if (claim.kind === 'in-flight') {
    const { retryAfterSeconds } = claim;
    return { ...refuse('in-flight', 'in-flight'), repeat: { identity, retryAfterSeconds } };
  }
  const copy = source.archived === true ? keepInArchive(original, tools) : undefined;
  const refused = await enqueue(messages, original, tools);
  if (refused !== undefined) return { ...refused, claim: await releaseClaim(claim) };
  const [archive, marked] = await Promise.all([copy?.within(ARCHIVE_PATIENCE_MS), markClaim(claim)]);
  return {
    kind: 'accepted',
    identity,
    decision,
    deliveries,
    ...provenBy,
    claim: marked,
    ...(archive === undefined ? {} : { archive }),
  } satisfies Accepted;
}

const NO_HANDSHAKES: readonly Handshake[] = [];

/**
 * Why the signature does not hold, for the log alone: status and bytes of the reply are settled. It happens before the
 * reply, because Lambda stops us after it.
 */
async function examine(
  name: string,
  { scheme }: SourceConfiguration,
  webhook: Webhook,
  { cause, secrets }: Extract<Proof, { readonly ok: false }> & { readonly cause: VerificationCause },
  { mayExamine }: ReceiveTools,
): Promise<Diagnosis | undefined> {
  return secrets !== undefined && mayExamine(name, webhook.receivedAt)
    ? diagnose({ cause, scheme, secrets, webhook })
    : { reason: 'not-examined', hashes: 0 };
}

/** The body is parsed at most once, and only if someone looks into it. */
function parseOnce(webhook: Webhook): () => Payload {
  let payload: Payload | undefined;
  return () => {
    payload ??= readPayload(
      webhook.body,
      headerValue(webhook, 'content-type'),
      headerValue(webhook, 'content-encoding'),
    );
    return payload;
  };
}

function originalOf(
  sourceName: string,
  source: SourceConfiguration,
  webhook: VerifiedWebhook,
  verification: VerificationStrength,
  identity: EventIdentity,
): Original {
  return {
    event: {
      id: identity.eventId,
      type: identity.eventType,
      source: sourceName,
      receivedAt: new Date(webhook.receivedAt).toISOString(),
      verification,
      ...(identity.providerEventId === undefined ? {} : { providerId: identity.providerEventId }),
    },
    headers: keptHeaders(source, webhook),
    body: webhook.body,
  };
}

interface Message {
  readonly delivery: DeliveryNote;
  readonly queueUrl: string;
  readonly body: string;
}

/** One message for each route, each for its destination's own queue. */
const messageFor = (delivery: DeliveryNote, original: Original, tools: ReceiveTools): Message => ({
  delivery,
  queueUrl: `${tools.queueBaseUrl}/${queueName(tools.stage, delivery.destination)}`,
  body: encodeEnvelope({ format: ENVELOPE_FORMAT, ...delivery, ...original }),
});

/**
 * What fits into a queue. When one message is too large, the body is stored once and every message points to it; undefined
 * when that failed. Nothing points to a body whose sends fail; it expires.
 */
async function fitting(
  messages: readonly Message[],
  original: Original,
  { putBody }: ReceiveTools,
): Promise<readonly Message[] | undefined> {
  if (messages.every(({ body }) => Buffer.byteLength(body) <= MAX_ENVELOPE_BYTES)) return messages;
  const stored = await storeBody(original, putBody);
  if (stored === undefined) return undefined;
  const { event, headers } = original;
  return messages.map(message => ({
    ...message,
    body: encodeStoredEnvelope({ format: ENVELOPE_FORMAT, ...message.delivery, event, headers, stored }),
  }));
}

/**
 * Undefined when all are in. When one fails the provider sends everything again: the ids are the same, so what was
 * already in is recognisable as a repeat.
 */
async function enqueue(
  messages: readonly Message[],
  original: Original,
  tools: ReceiveTools,
): Promise<Refused | undefined> {
  const outgoing = await fitting(messages, original, tools);
  if (outgoing === undefined) return refuse('unavailable', 'body-not-stored');
  const sent = await Promise.allSettled(
    outgoing.map(({ queueUrl, body }) => tools.sendMessage(queueUrl, body)),
  );
  return sent.every(result => result.status === 'fulfilled')
    ? undefined
    : refuse('unavailable', 'queue-unavailable');
}

/** A copy on its way. */
interface Copy {
  within(timeMs: number): Promise<ArchiveNote>;
}

/** A copy that fails or is late is noted and never thrown: the queues have the event. */
function keepInArchive(original: Original, tools: ReceiveTools): Copy {
  const late = new AbortController();
  const note = putInArchive(original, tools, late.signal);
  return {
    within: async timeMs => {
      const timer = setTimeout(() => late.abort(new DOMException('too late', 'TimeoutError')), timeMs);
      return note.finally(() => clearTimeout(timer));
    },
  };
}

async function putInArchive(
  original: Original,
  { putObject }: ReceiveTools,
  late: AbortSignal,
): Promise<ArchiveNote> {
  if (putObject === undefined) return { kept: false, error: 'bucket-unknown' };
  try {
    await putObject(archiveKey(original.event), encodeArchived(original), late);
    return { kept: true };
  } catch (error) {
    return { kept: false, error: (error as Error).name };
  }
}

function keptHeaders(source: SourceConfiguration, webhook: Webhook): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of source.headers) {
    const value = headerValue(webhook, name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}
