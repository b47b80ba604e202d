/** What a route watches for in its own output: changes that nobody would see, because nothing fails. */

export const GUARDS = ['undefined', 'required', 'singleton', 'integers', 'numbers', 'dates'] as const;
export type Guard = (typeof GUARDS)[number];

/** `warn` counts and logs the path, `fail` makes a dead letter of the delivery. */
export type GuardSwitch = 'off' | 'warn' | 'fail';

export type GuardSwitches = Readonly<Record<Guard, GuardSwitch>>;

/** A broken contract was always a dead letter; all else is worth a look first. */
export const DEFAULT_GUARDS: GuardSwitches = {
  undefined: 'warn',
  required: 'fail',
  singleton: 'warn',
  integers: 'warn',
  numbers: 'warn',
  dates: 'warn',
};

export interface Finding {
  readonly guard: Guard;
  /** JSON pointer into the output, such as `/postings/0/memo`; a name that only payloads know is `*`. */
  readonly path: string;
}

/** The error codes of a guard that is set to `fail`. A contract's own code stands for `required`. */
export const GUARD_CODES = {
  undefined: 'GUARD_UNDEFINED',
  required: 'CONTRACT_OUTPUT',
  singleton: 'GUARD_SINGLETON',
  integers: 'GUARD_INTEGER',
  numbers: 'GUARD_NUMBER',
  dates: 'GUARD_DATE',
} as const satisfies Record<Guard, string>;

/** What to say about a finding: the rule, and never the value. */
export const GUARD_WORDS: Readonly<Record<Guard, string>> = {
  undefined: 'is not in the output, and is in that of every example',
  required: 'is required by the output contract, and not there',
  singleton: 'is one thing, and a list in every example',
  integers: 'is an integer beyond 2^53, which most readers of JSON take for another number',
  numbers: 'is a number that is not exact: it was rounded on its way through the mapping',
  dates:
    'is a date that differs by hours from one in the payload: a zone was lost, or a day that does not exist moved on',
};
