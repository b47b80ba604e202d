/**
 * The places that the relay runs in, and all that differs between them. To add a stage, add a row: its name becomes
 * part of every queue's name, so that several stages can share an AWS account.
 */
import type { Sizing } from './sizing.ts';

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
  /**
   * Beyond this the front door answers 429, and providers send again. An HTTP API counts requests, and the burst is the size
   * of the token bucket. A function URL knows concurrency alone: receive gets a tenth of the rate for itself, since Lambda
   * takes ten requests a second for each, and no more. Requests a second: 10 to 10,000.
   */
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
  /**
   * `http-api`: $1.00 a million requests; counts what it refuses, shows a header that came twice, and may have a domain.
   * `function-url`: costs nothing; takes 6 MB where the API's event does, has no access log and no domain. Changing it
   * changes the public URL, unless there is a domain.
   */
  readonly frontDoor: HttpApiSettings | { readonly kind: 'function-url' };
  /** `created`: empty, and a person sets the values. `imported`: they are there already, under the same names. */
  readonly secrets: 'created' | 'imported';
  /** Time and memory of the functions. Default: as `sizing.ts` says, for each that is left out. */
  readonly sizing?: Sizing;
  /**
   * `all`: a synth runs what `hookwright check` runs, every example among it, so that no mapping error is deployed. `files`:
   * references and schemas only, because an edit on a laptop is to be in force at once.
   */
  readonly checks: 'all' | 'files';
  /** Refuse `cdk destroy`. Queues, secrets and logs outlive the stack either way. */
  readonly terminationProtection: boolean;
  /** Whether destinations may be plain http or private addresses: only where no function runs in AWS. */
  readonly privateDestinations: 'allowed' | 'refused';
}

export interface HttpApiSettings {
  readonly kind: 'http-api';
  /** A name of your own, with a certificate for it in the stage's region. Default: the API's own URL. */
  readonly domain?: { readonly name: string; readonly certificateArn: string };
}

export const STAGES = {
  /** For trying out: cheap, and quick to forget. */
  dev: {
    owner: 'platform-team',
    page: [],
    ticket: [],
    logRetentionDays: 7,
    throttle: { requestsPerSecond: 50, burst: 100 },
    frontDoor: { kind: 'http-api' },
    secrets: 'created',
    checks: 'all',
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
    frontDoor: { kind: 'http-api' },
    secrets: 'created',
    checks: 'all',
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
    frontDoor: { kind: 'http-api' },
    secrets: 'created',
    checks: 'files',
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
