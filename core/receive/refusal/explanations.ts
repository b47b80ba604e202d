/**
 * Why a webhook was refused, for operators: what the refusal was, and where the trial found it, what must have happened.
 * None of this is ever in the reply.
 */
import type { RefusalCause } from '../receipt.ts';

/** What the trial of a refused signature found; see `diagnose`. */
export type RefusalReason =
  | 'wrong-secret'
  | 'previous-secret-expired'
  | 'secret-encoding'
  | 'wrong-header'
  | 'not-signed'
  | 'signature-encoding'
  | 'other-algorithm'
  | 'body-altered'
  | 'other-url'
  | 'time-format'
  | 'clock-skew'
  | 'replay'
  | 'not-examined';

export interface Diagnosis {
  readonly reason: RefusalReason;
  /** A word more, from a closed list, or the name of a header that carried a good signature. */
  readonly detail?: string;
  /** Hashes that the trial cost. */
  readonly hashes: number;
}

interface Explanation {
  /** Completes "it was refused: …". */
  readonly means: string;
  /** What to do, in the imperative. */
  readonly remedy: string;
}

export const REASONS: Readonly<Record<RefusalReason, Explanation>> = {
  'wrong-secret': {
    means:
      'no live secret makes this signature, and no slip that we know explains it: another secret, or a forgery',
    remedy:
      "compare the secret with the one on the provider's page (test and live have different ones); where only strangers post, do nothing",
  },
  'previous-secret-expired': {
    means: 'a secret signed it that was rotated out before',
    remedy: 'give the provider the current secret; put the old one back as the previous version until then',
  },
  'secret-encoding': {
    means: 'our secret is the right one, written in another encoding or with something around it',
    remedy: 'store the secret as the provider shows it, or spell out scheme.secret as the detail says',
  },
  'wrong-header': {
    means: 'a good signature came in another header than the scheme reads',
    remedy:
      'spell out scheme: with signature.header as the detail says, or choose the preset that reads it; look for a proxy that renames headers',
  },
  'not-signed': {
    means: 'no header of it holds a signature',
    remedy:
      "set a secret on the provider's page, so that it signs; where a proxy stands before us, let its headers through",
  },
  'signature-encoding': {
    means: 'the signature is good and written in another way than the scheme says',
    remedy: 'spell out scheme: with signature.encoding and signature.prefix as the detail says',
  },
  'other-algorithm': {
    means: 'the signature is good under another algorithm',
    remedy: "choose our algorithm on the provider's page, or spell out scheme: with the one in the detail",
  },
  'body-altered': {
    means:
      'the signature is good for another way to write the same body: something on the way changed its bytes',
    remedy:
      'take out what parses and writes the body again (a proxy, an API gateway with a mapping template, a firewall); let it pass bytes as they are',
  },
  'other-url': {
    means: 'the signature is good for another address than the one in the source’s file',
    remedy: "write the address that the provider's page has into the source's file, to the letter",
  },
  'time-format': {
    means: 'the signature is good, and its time is written in another unit than the scheme says',
    remedy: 'spell out scheme: with timestamp.unit as the detail says',
  },
  'clock-skew': {
    means: 'the signature is good, and its time is a little off ours',
    remedy: "the sender's clock is wrong by the seconds in the detail: tell them; ours is AWS's",
  },
  replay: {
    means:
      'the signature is good and old: somebody posts again what was posted before, or it was held up on the way',
    remedy:
      'where the provider repeats with the first signature, spell out scheme: with a longer timestamp.tolerance; else find out who recorded it, and rotate the secret when you cannot',
  },
  'not-examined': {
    means:
      'it was not looked into: a body over 256 KB, a scheme that no trial knows, or another refusal in the same second',
    remedy: 'look at other refusals of the source; have the provider send it again',
  },
};

export const CAUSES: Readonly<Record<RefusalCause, Explanation>> = {
  'signature-missing': {
    means: 'the header of the signature is missing',
    remedy: 'see the reason',
  },
  'signature-header-repeated': {
    means: 'the header of the signature came twice, so nobody knows which one counts',
    remedy: 'look for a proxy that adds it again; a provider sends it once',
  },
  'signature-malformed': {
    means: 'the signature is not written as the scheme says',
    remedy: 'see the reason',
  },
  'signed-header-missing': {
    means: 'a header is missing that is signed along',
    remedy: 'let the headers of the scheme (`hookwright catalog --providers`) through the proxy before us',
  },
  'signed-header-repeated': {
    means: 'a header that is signed along came twice',
    remedy: 'look for a proxy that adds it again',
  },
  'timestamp-malformed': {
    means: 'the signed time is not written as the scheme says',
    remedy: 'see the reason',
  },
  'timestamp-too-old': {
    means: 'the signature is good, and its time is further back than the scheme tolerates',
    remedy: 'see the reason',
  },
  'timestamp-in-future': {
    means: 'the signature is good, and its time is further ahead than the scheme tolerates',
    remedy: 'see the reason',
  },
  'signed-field-missing': {
    means: 'a field is missing that is signed along, or it stands where it cannot be read for certain',
    remedy: "compare a webhook with the provider's page: is this the preset for what it sends?",
  },
  'signed-field-repeated': {
    means: 'a field that is signed along came twice, with different texts',
    remedy: 'nothing: a provider sends it once',
  },
  'claim-mismatch': {
    means: 'it is signed, and not for us, not by the one we expect, or not for this use',
    remedy: "compare what the source's file says (topic, audience, account) with the provider's page",
  },
  'key-elsewhere': {
    means: 'it names a key at an address that is not one of the provider’s own: a forgery',
    remedy: 'do nothing; it was refused',
  },
  'key-unknown': {
    means: 'the provider publishes no key of the name that it gives',
    remedy: 'when it stays so: the provider has changed its keys within the hour, or it is a forgery',
  },
  'key-unavailable': {
    means: "the provider's key could not be fetched in time",
    remedy: "look at the provider's status page; it comes again",
  },
  'key-unusable': {
    means: "the provider's key is out of date, or of another kind than the scheme says",
    remedy: "compare the scheme with the provider's page",
  },
  'signature-mismatch': {
    means: 'no live secret makes this signature over this body',
    remedy: 'see the reason',
  },
  'secret-empty': { means: 'our secret is empty', remedy: 'put its value into Secrets Manager' },
  'secret-not-hex': { means: 'our secret is not hex', remedy: 'store it as the provider shows it' },
  'secret-not-base64': { means: 'our secret is not base64', remedy: 'store it as the provider shows it' },
  'secret-not-a-public-key': {
    means: "our secret is not the provider's public key",
    remedy: 'store the public key as the scheme says: PEM, hex or base64',
  },
  'secret-not-user-and-password': {
    means: 'our secret is not user:password',
    remedy: 'store both with a colon between them',
  },
  'secret-not-credentials': {
    means: 'our secret does not hold the credentials that the preset needs',
    remedy: 'store it as docs/providers.md says for the preset',
  },
  'secret-missing': { means: 'our secret has no value yet', remedy: 'put its value into Secrets Manager' },
  'secret-unreadable': {
    means: 'Secrets Manager did not answer, or did not let us',
    remedy: "look at its health page and at the receive function's role",
  },
  'path-not-a-source': { means: 'the path names no source', remedy: 'the URL is /{source}, nothing deeper' },
  'unknown-source': {
    means: 'there is no such source',
    remedy: "correct the URL on the provider's page, or deploy the source",
  },
  'method-not-post': {
    means: 'the method is neither POST nor one that the provider asks a question by',
    remedy: 'nothing, unless the provider says that it asks by this method: then add handshakes:',
  },
  'not-a-question': {
    means: 'it is signed and came by a method of questions, and is none that we know',
    remedy: "compare handshakes: with the provider's page",
  },
  'question-incomplete': {
    means:
      'it is a question of the provider and lacks what the answer is made of, or holds what is not answered',
    remedy: "compare handshakes: with the provider's page; where strangers ask, do nothing",
  },
  'verify-token-mismatch': {
    means: 'the question came with another verify token than ours',
    remedy: "write the token that `hookwright pair NAME` prints into the provider's page",
  },
  'not-pairing': {
    means: 'it brings a secret, and nobody is pairing the source',
    remedy:
      'when you are setting it up: `hookwright pair NAME`, and have the provider ask again; else do nothing',
  },
  'body-is-a-challenge': {
    means: 'its body is what we sign for strangers who ask: a forgery',
    remedy: 'do nothing; it was refused',
  },
  'confirmation-failed': {
    means: 'the address that confirms the subscription could not be visited',
    remedy: 'nothing: SNS asks again; if it stays so, look whether the function may reach the internet',
  },
  'body-not-base64': {
    means: "the gateway's base64 of the body is none",
    remedy: 'whoever called the function is not the gateway: look at who may invoke it',
  },
  'body-not-stored': {
    means: 'the body is too large for a message, and S3 did not take it',
    remedy: 'look at the health of S3 and at the receive function’s role; the provider comes again',
  },
  'in-flight': {
    means: 'the same event is being accepted just now',
    remedy: 'nothing: the provider comes again',
  },
  'queue-unavailable': {
    means: 'a queue did not take the message',
    remedy: 'look at the health of SQS and at the receive function’s role; the provider comes again',
  },
  unexpected: {
    means: 'a fault of ours',
    remedy: 'look for the line "fault" with the same request id in the log of receive',
  },
};

/** Also of a log line that another version wrote. */
export function explain(cause: string, reason?: string): Explanation | undefined {
  const found = Object.hasOwn(REASONS, reason ?? '') ? REASONS[reason as RefusalReason] : undefined;
  return found ?? (Object.hasOwn(CAUSES, cause) ? CAUSES[cause as RefusalCause] : undefined);
}
