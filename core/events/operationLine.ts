/** The line that an operator's action leaves in the log: who, when, what. */
export type Operation = 'pause' | 'resume' | 'redrive' | 'purge' | 'restore' | 'replay' | 'pair' | 'rollback';

export interface OperationLine {
  readonly line: 'operation';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly operation: Operation;
  /** `begins` is written before anything is done, so that an action that was killed is on record too. */
  readonly phase: 'begins' | 'ends';
  /** Of `pair` the source: the two share one namespace. */
  readonly destination: string;
  /** `user@host`, as the machine of the operator says. */
  readonly who: string;
  /** What AWS calls the operator by: CloudTrail has the person behind it. */
  readonly accessKeyId: string;
  /** What was chosen, and at the end what came of it. Never payload. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
}
