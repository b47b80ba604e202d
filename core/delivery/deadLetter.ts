/**
 * A dead letter is the original message, byte for byte, with its cause beside it in a message attribute. SQS's own
 * redrive policy moves messages without a cause; those are recognisable by its absence.
 */
import type { DeadLetterReason } from './disposition.ts';
import type { Side } from './outcome.ts';

export interface DeadLetterCause {
  readonly reason: DeadLetterReason;
  /** `http-500`, `timeout`, `MAPPING_FAILED`, … */
  readonly code: string;
  readonly message?: string;
  /** Whose move it is. */
  readonly whose?: Side;
  readonly status?: number;
  /** The beginning of the destination's answer, without secrets. */
  readonly response?: string;
  readonly attempts: number;
  /** ISO 8601, UTC; of the first life of a message that was redriven. */
  readonly firstReceivedAt: string;
  readonly deadLetteredAt: string;
  readonly mappingDigest?: string;
}

export const CAUSE_ATTRIBUTE = 'cause';
export const REDRIVES_ATTRIBUTE = 'redrives';
/** Goes with a redriven message, because SQS counts from anew: ISO 8601, UTC. */
export const FIRST_RECEIVED_ATTRIBUTE = 'first-received-at';
/** The reserve that an envelope leaves in a message is 16 KiB; JSON escapes may double a text. */
const MAX_TEXT_LENGTH = 2_000;
/** SQS takes the characters of XML 1.0 alone, in attributes as in bodies. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that SQS refuses
const REFUSED_BY_SQS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

export function deadLetterAttributes(cause: DeadLetterCause, redrives: number): Record<string, string> {
  const clean = (text: string): string => text.slice(0, MAX_TEXT_LENGTH).replace(REFUSED_BY_SQS, '\ufffd');
  const { message, response } = cause;
  return {
    [CAUSE_ATTRIBUTE]: JSON.stringify({
      ...cause,
      ...(message === undefined ? {} : { message: clean(message) }),
      ...(response === undefined ? {} : { response: clean(response) }),
    }),
    [REDRIVES_ATTRIBUTE]: String(redrives),
  };
}

/** Undefined for a message that SQS itself moved, or whose attribute is not ours. */
export function readCause(attribute: string | undefined): DeadLetterCause | undefined {
  try {
    const value: unknown = JSON.parse(attribute ?? '');
    const isCause = typeof value === 'object' && value !== null && 'reason' in value && 'code' in value;
    return isCause ? (value as DeadLetterCause) : undefined;
  } catch {
    return undefined;
  }
}

export const readRedrives = (attribute: string | undefined): number =>
  /^[0-9]{1,6}$/.test(attribute ?? '') ? Number(attribute) : 0;

/** Milliseconds since the epoch; undefined for a message that was never redriven. */
export function readFirstReceived(attribute: string | undefined): number | undefined {
  const at = Date.parse(attribute ?? '');
  return Number.isNaN(at) ? undefined : at;
}
