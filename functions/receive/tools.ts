/** What receive works with. Everything that has an effect comes in here. */
import type { Claims } from '../../aws/claims.ts';
import type { PutObject } from '../../aws/s3.ts';
import type { ReadPairing, ReadSecret, RenewSecret } from '../../aws/secrets.ts';
import type { SendMessage } from '../../aws/sqs.ts';
import type { ReceiveConfiguration } from '../../core/configuration.ts';
import type { ConfirmSubscription } from './confirmSubscription.ts';
import type { FetchKey } from './fetchKey.ts';
import type { MayExamine } from './onePerSecond.ts';

export interface ReceiveTools {
  readonly configuration: ReceiveConfiguration;
  readonly stage: string;
  readonly queueBaseUrl: string;
  /** Absent when no source needs a key that its provider publishes. */
  readonly fetchKey?: FetchKey;
  readonly readSecret: ReadSecret;
  readonly renewSecret: RenewSecret;
  readonly readPairing: ReadPairing;
  readonly sendMessage: SendMessage;
  /** Absent when no provider asks for it. */
  readonly confirmSubscription?: ConfirmSubscription;
  /** Whether a refused webhook may be looked into: see `diagnose`. */
  readonly mayExamine: MayExamine;
  /** Into the bucket for bodies that are too large for a message. */
  readonly putBody: PutObject;
  /** Absent when no source recognises repeats. */
  readonly claims?: Claims;
  /** Into the archive; absent when the stage has none. */
  readonly putObject?: PutObject;
}
