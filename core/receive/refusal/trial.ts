import type { Scheme } from '../../signatures/scheme.ts';
import type { RefusalReason } from './explanations.ts';

/** One thing that is changed, and what it means when the signature holds then. Absent is as it was. */
export interface Trial {
  readonly reason: RefusalReason;
  readonly detail?: string;
  readonly scheme?: Scheme;
  readonly secret?: string;
  readonly body?: Uint8Array;
}
