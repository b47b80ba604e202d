/** One attempt's traffic: secrets, token, the request, and once more where only the proof was not accepted. */
import type { DestinationConfiguration } from '../../core/configuration.ts';
import { provesWithBoth } from '../../core/delivery/auth/destinationAuth.ts';
import type { Exchange } from '../../core/delivery/outcome.ts';
import { buildRequest, type RequestSecrets } from '../../core/delivery/request.ts';
import type { DeliveryId } from '../../core/ids.ts';
import type { ShapedRequest } from '../../core/mapping/shapeRequest.ts';
import { secretId } from '../../core/names.ts';
import type { VerificationStrength } from '../../core/signatures/scheme.ts';
import { redact } from './redact.ts';
import type { DeliverTools } from './tools.ts';

export interface OutgoingDelivery {
  readonly id: DeliveryId;
  readonly destinationName: string;
  readonly destination: DestinationConfiguration;
  readonly shaped: ShapedRequest;
  /** The delivery that this one repeats on purpose. */
  readonly replayOf: DeliveryId | undefined;
  readonly verification: VerificationStrength;
}

/** What came back, its beginning without secrets; or why nothing could be sent, which is ours to mend. */
export type Exchanged = Exchange | { readonly kind: 'not-sent'; readonly code: string };

/** Within the destination's time limit, whatever has to be asked on the way. */
export async function exchangeWith(delivery: OutgoingDelivery, tools: DeliverTools): Promise<Exchanged> {
  const { destination } = delivery;
  const until = tools.now() + destination.timeoutMs;
  const secrets = await readSecrets(destination, tools);
  if (secrets === 'unreadable') return { kind: 'not-sent', code: 'secret-unreadable' };
  const first = await send(delivery, secrets, until, tools);
  const other = first.exchanged.kind === 'response' ? otherProof(delivery, secrets, first, tools) : undefined;
  const last = other === undefined ? first : await send(delivery, other, until, tools);
  const { exchanged } = last;
  if (exchanged.kind !== 'response') return exchanged;
  // What a destination says with a 2xx is kept nowhere.
  if (exchanged.status < 300) return { ...exchanged, excerpt: '' };
  return { ...exchanged, excerpt: redact(exchanged.excerpt, secrets, first.token, last.token) };
}

interface Sent {
  readonly exchanged: Exchanged;
  readonly token?: string;
}

async function send(
  { id, destinationName, destination, shaped, replayOf, verification }: OutgoingDelivery,
  secrets: RequestSecrets,
  until: number,
  tools: DeliverTools,
): Promise<Sent> {
  const { auth, allowPrivate } = destination;
  const limits = () => ({ timeoutMs: Math.max(1, until - tools.now()), allowPrivate });
  const given =
    auth.type === 'oauth2'
      ? await tools.accessTokens.get(destinationName, auth, secrets.auth, limits())
      : undefined;
  if (given?.ok === false) return { exchanged: { kind: 'not-sent', code: given.code } };
  const token = given?.token;
  const built = buildRequest(
    destination,
    secrets,
    { id, shaped, now: tools.now(), replayOf, verification },
    token,
  );
  if (!built.ok) return { exchanged: { kind: 'not-sent', code: built.code } };
  const exchanged = await tools.post(built.request, limits());
  return token === undefined ? { exchanged } : { exchanged, token };
}

/** 401: not known. 403 is what many servers say of a key that they do not know. */
const UNACCEPTED = [401, 403];

/** The secrets to try once more with, where another proof may be accepted: a fresh token, or the previous secret. */
function otherProof(
  { destinationName, destination }: OutgoingDelivery,
  secrets: RequestSecrets,
  { exchanged, token }: Sent,
  tools: DeliverTools,
): RequestSecrets | undefined {
  if (exchanged.kind !== 'response' || !UNACCEPTED.includes(exchanged.status)) return undefined;
  if (token !== undefined) {
    // RFC 6750, section 3.1: 401 is for a token that has ended or was taken back; 403 would say the same of a new one.
    if (exchanged.status !== 401) return undefined;
    tools.accessTokens.drop(destinationName, token);
    return secrets;
  }
  const previous = secrets.auth?.previous;
  if (previous === undefined || provesWithBoth(destination.auth)) return undefined;
  return { ...secrets, auth: { current: previous } };
}

async function readSecrets(
  destination: DestinationConfiguration,
  tools: DeliverTools,
): Promise<RequestSecrets | 'unreadable'> {
  const { url, auth, clientCertificate } = destination;
  const read = (name: string | undefined) =>
    name === undefined ? undefined : tools.readSecret(secretId(tools.stage, name));
  try {
    const [ofUrl, ofAuth, ofCertificate] = await Promise.all([
      read(typeof url === 'string' ? undefined : url.secret),
      read(auth.type === 'none' ? undefined : auth.secret),
      read(clientCertificate),
    ]);
    return { url: ofUrl, auth: ofAuth, certificate: ofCertificate };
  } catch {
    return 'unreadable';
  }
}
