/** Who has to do something about a dead letter: the first question that whoever is on call asks. */
import type { DeadLetterCause } from './deadLetter.ts';
import type { NetworkCode } from './outcome.ts';

/**
 * `ours`: a mapping, a contract, a secret, a route, a queue: mend it here, then redrive. `theirs`: the destination
 * answered no, or the provider sends what it did not send before. `network`: nothing answered.
 */
export type CauseClass = 'ours' | 'theirs' | 'network';

export const CAUSE_CLASSES: readonly CauseClass[] = ['ours', 'theirs', 'network'];

/** An address that we refuse to reach is our own configuration's business, although no answer came either. */
const OF_NETWORK: Readonly<Record<NetworkCode, CauseClass>> = {
  timeout: 'network',
  'connection-refused': 'network',
  'connection-reset': 'network',
  'dns-failed': 'network',
  'tls-failed': 'network',
  'network-error': 'network',
  'address-refused': 'ours',
};

/** @param cause - undefined for a message that SQS itself moved: deliver crashed on it each time. */
export function causeClass(cause: Pick<DeadLetterCause, 'reason' | 'code'> | undefined): CauseClass {
  if (cause === undefined) return 'ours';
  const { reason, code } = cause;
  if (reason === 'payload-unusable' || code === 'CONTRACT_INPUT') return 'theirs';
  if (/^http-\d/.test(code)) return 'theirs';
  return Object.hasOwn(OF_NETWORK, code) ? OF_NETWORK[code as NetworkCode] : 'ours';
}
