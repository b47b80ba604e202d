/** Every code that a problem in the integrators' files can have. docs/codes/ explains each, with an example of it. */
export const PROBLEM_CODES = [
  // Any file.
  'duplicate-name',
  'invalid-name',
  'invalid-value',
  'json-syntax',
  'missing-key',
  'not-utf-8',
  'reserved-name',
  'unknown-file',
  'unknown-key',
  'unused',
  'yaml-syntax',
  // Sources.
  'dedupe-out-of-range',
  'dedupe-without-id',
  'expect-every-out-of-range',
  'header-holds-secrets',
  'parameter-malformed',
  'parameter-missing',
  'secret-unused',
  'too-many-sources',
  'unknown-parameter',
  'unknown-provider',
  'unverified',
  'url-missing',
  'url-unused',
  'verification-unclear',
  // Destinations.
  'deadline-out-of-range',
  'header-is-ours',
  'header-twice',
  'not-a-url',
  'not-https',
  'not-a-range',
  'not-a-status',
  'parameter-twice',
  'private-address',
  'retry-contradiction',
  'says-nothing',
  'schedule-too-long',
  'secret-in-two-shards',
  'shard-full',
  'timeout-too-long',
  'too-many-destinations',
  'url-holds-credentials',
  'url-not-plain',
  // Shared functions and tables.
  'shared-circle',
  'shared-name-taken',
  'shared-too-deep',
  'shared-too-large',
  'table-key-twice',
  'table-ragged',
  'table-syntax',
  // Routes.
  'baseline-invalid',
  'contract-invalid',
  'contract-missing',
  'events-never-come',
  'filter-syntax',
  'mapping-missing',
  'mapping-syntax',
  'mapping-too-large',
  'method-open',
  'mixed-events-missed',
  'request-not-allowed',
  'request-syntax',
  'route-nested',
  'route-without-example',
  'route-without-file',
  'unknown-destination',
  'unknown-source',
  // Examples.
  'example-failed',
  'example-of-no-version',
  'example-too-large',
  'example-with-two-expectations',
  'example-with-two-inputs',
  'example-without-expectation',
  'example-without-input',
  'now-in-output',
  // What the examples leave unsaid.
  'accept-unused',
  'branch-unproven',
  'field-unproven',
  'filter-unproven',
  'function-unproven',
  'key-unproven',
  'silent-change',
  // What the guards find in an example.
  'guard-dates',
  'guard-integers',
  'guard-numbers',
  'guard-required',
  // What JSONata lets pass.
  'field-not-in-contract',
  'not-of-nothing',
  'not-repeatable',
  'null-in-text',
  'singleton-collapse',
  'type-comparison',
  'unequal-to-nothing',
  'unused-binding',
] as const;

/**
 * `context` and `stage` are of what `cdk -c` and infra/stages.ts say, which is in no file of the integrators; the others of
 * what is deployed, which no example can show.
 */
export type ProblemCode =
  | (typeof PROBLEM_CODES)[number]
  | 'context'
  | 'stage'
  | 'destination-removed'
  | 'shard-moved';
