/**
 * The places that the relay runs in, and all that differs between them. To add a stage, add a row: its name becomes
 * part of every queue's name, so that several stages can share an AWS account.
 */
export interface StageSettings {
  /** Who answers for the relay itself: the front door and the two functions. Destinations name their own owner. */
  readonly owner: string;
  /** E-mail addresses that are woken. Each has to confirm a message from AWS once. */
  readonly page: readonly string[];
  /** E-mail addresses that look within a working day. */
  readonly ticket: readonly string[];
  /**
   * Days that logs are kept. `hookwright events` reads logs, so this is how far back it sees; bodies are in the queues
   * and not here. CloudWatch takes certain numbers only: 1, 3, 5, 7, 14, 30, 60, 90, …
   */
  readonly logRetentionDays: 7 | 30 | 90 | 365;
  /** API Gateway answers 429 beyond this, and providers send again. The burst is the size of the token bucket. */
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
  /** Refuse `cdk destroy`. Queues, secrets and logs outlive the stack either way. */
  readonly terminationProtection: boolean;
  /** Whether destinations may be plain http or private addresses: only where no function runs in AWS. */
  readonly privateDestinations: 'allowed' | 'refused';
}

export const STAGES = {
  /** For trying out: cheap, and quick to forget. */
  dev: {
    owner: 'platform-team',
    page: [],
    ticket: [],
    logRetentionDays: 7,
    throttle: { requestsPerSecond: 50, burst: 100 },
    terminationProtection: false,
    privateDestinations: 'refused',
  },
  /** What customers depend on. */
  prod: {
    owner: 'platform-team',
    page: [],
    ticket: [],
    logRetentionDays: 90,
    throttle: { requestsPerSecond: 500, burst: 1000 },
    terminationProtection: true,
    privateDestinations: 'refused',
  },
  /** `hookwright dev`: synthesized like the others, run on a laptop, never deployed. */
  local: {
    owner: 'you',
    page: [],
    ticket: [],
    logRetentionDays: 7,
    throttle: { requestsPerSecond: 500, burst: 1000 },
    terminationProtection: false,
    privateDestinations: 'allowed',
  },
} as const satisfies Record<string, StageSettings>;

export type StageName = keyof typeof STAGES;

export const isStageName = (name: string): name is StageName => Object.hasOwn(STAGES, name);

/** A stage's name with its row, as the constructs need both. */
export interface Stage extends StageSettings {
  readonly name: string;
}

export const stageOf = (name: StageName): Stage => ({ name, ...STAGES[name] });
