/** Who has to do something about a dead letter, in the three words that a list has room for. */
import type { DeadLetterCause } from './deadLetter.ts';
import { whoseMove } from './outcome.ts';

/**
 * `ours`: a mapping, a contract, a secret, a route, a queue: mend it here, then redrive. `theirs`: the destination
 * answered no, or the source sends what it did not send before. `network`: nothing answered.
 */
export type CauseClass = 'ours' | 'theirs' | 'network';

export const CAUSE_CLASSES: readonly CauseClass[] = ['ours', 'theirs', 'network'];

/** @param cause - undefined for a message that SQS itself moved: deliver crashed on it each time. */
export function causeClass(cause: Pick<DeadLetterCause, 'code'> | undefined): CauseClass {
  const whose = cause === undefined ? 'ours' : whoseMove(cause.code);
  return whose === 'source' || whose === 'destination' ? 'theirs' : whose;
}
