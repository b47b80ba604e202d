/** Who called what, how often: how roles are shown to be neither too wide nor too narrow. */
export interface ServiceCall {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly count: number;
}

/** Distinct calls that are remembered; the resource comes from the caller, so it must be bounded. */
const MAX_CALLS = 10_000;

export class CallRecord {
  readonly #calls = new Map<string, { principal: string; action: string; resource: string; count: number }>();

  add(principal: string, action: string, resource: string): void {
    const key = `${principal} ${action} ${resource}`;
    const call = this.#calls.get(key) ?? { principal, action, resource, count: 0 };
    call.count += 1;
    if (this.#calls.has(key) || this.#calls.size < MAX_CALLS) this.#calls.set(key, call);
  }

  list(): readonly ServiceCall[] {
    return [...this.#calls.values()];
  }
}
