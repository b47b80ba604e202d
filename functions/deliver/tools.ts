/** What deliver works with. Everything that has an effect or a clock comes in here. */
import type { GetObject } from '../../aws/s3.ts';
import type { ReadSecret } from '../../aws/secrets.ts';
import type { DelayMessage, SendMessage } from '../../aws/sqs.ts';
import type { DeliverConfiguration } from '../../core/configuration.ts';
import type { ContractCheck } from '../../core/mapping/contract.ts';
import type { Engine } from '../../core/mapping/engine.ts';
import type { AccessTokens } from './accessTokens.ts';
import type { Paces } from './paces.ts';
import type { Post } from './post.ts';
import type { Shapes } from './shapes.ts';

export interface DeliverTools {
  readonly configuration: DeliverConfiguration;
  readonly stage: string;
  readonly queueBaseUrl: string;
  readonly engine: Engine;
  readonly checkContract: ContractCheck;
  readonly readSecret: ReadSecret;
  /** From the bucket for bodies that are too large for a message. */
  readonly getBody: GetObject;
  readonly sendMessage: SendMessage;
  readonly delayMessage: DelayMessage;
  readonly post: Post;
  readonly accessTokens: AccessTokens;
  readonly paces: Paces;
  readonly shapes: Shapes;
  readonly writeLine: (line: object) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds until Lambda ends this invocation. */
  readonly remainingMs: () => number;
  readonly requestId: string;
}
