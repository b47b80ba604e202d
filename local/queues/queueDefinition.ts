/** What the engine must know of a queue. Plain data: it crosses to the engine's thread. */
export interface QueueDefinition {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  readonly messageRetentionSeconds: number;
  readonly delaySeconds: number;
  readonly receiveWaitSeconds: number;
  readonly maximumMessageBytes: number;
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number };
}

/** A queue's gauges, as CloudWatch would sample them. */
export interface QueueGauges {
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  /** Of messages that may be received now; 0 when there are none. */
  readonly oldestAgeSeconds: number;
}

/** A call that reached the engine: who, what, and on which queue. The material for proving that roles are exact. */
export interface RecordedCall {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly count: number;
}
