/**
 * What ends an evaluation. It says what was wrong and where, in terms of the mapping and of types; the values that were
 * met stay out of it, since it ends in logs.
 */

/** What a fault knows beside its code. Whoever throws says what it knows; the place is added on the way up. */
export interface FaultFacts {
  /** A piece of the mapping's own text: the operator, or a function's name without `$`. */
  readonly token?: string;
  /** Where it is known to the thrower; see `Fault`. */
  readonly position?: number;
  /** Which argument of the function, from 1. */
  readonly argument?: number;
  /** The JSONata type that was met, such as `array`. */
  readonly met?: string;
  /** The JSONata type that was expected. */
  readonly expected?: string;
  /**
   * The text given to `$error`, `$assert` or the like. It may be built from the payload: it is shown only where the
   * mapping holds this very text as a literal.
   */
  readonly message?: string;
}

export class Fault extends Error {
  override readonly name = 'Fault';
  /** jsonata's own code (`T0410`, `D3030`), or one of ours in capitals (`STEPS_EXCEEDED`). */
  readonly code: string;
  /** Characters from the start of the mapping's text, as jsonata counts: behind the token. */
  position: number | undefined;
  token: string | undefined;
  readonly argument: number | undefined;
  readonly met: string | undefined;
  readonly expected: string | undefined;
  readonly said: string | undefined;

  constructor(code: string, facts: FaultFacts = {}) {
    // A stack trace costs more than most evaluations, and shows closures.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(code);
    Error.stackTraceLimit = limit;
    this.code = code;
    this.token = facts.token;
    this.position = facts.position;
    this.argument = facts.argument;
    this.met = facts.met;
    this.expected = facts.expected;
    this.said = facts.message;
  }
}
