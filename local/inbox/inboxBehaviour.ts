/** How the inbox answers for a destination: the faults that a drill needs, set over HTTP. */
export type InboxMode =
  | 'answer'
  /** Takes the request and never answers. */
  | 'hang'
  /** Breaks the connection. */
  | 'reset'
  /** Answers with a body that does not end. */
  | 'huge';

export interface InboxBehaviour {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Waits this long before anything is answered. */
  readonly delayMs: number;
  readonly mode: InboxMode;
  /** How many more requests are answered so; undefined for all of them. */
  readonly times?: number;
}

const DEFAULT_BEHAVIOUR: InboxBehaviour = { status: 200, headers: {}, delayMs: 0, mode: 'answer' };

const MODES: readonly InboxMode[] = ['answer', 'hang', 'reset', 'huge'];
const KEYS: readonly string[] = ['status', 'retryAfter', 'headers', 'delayMs', 'mode', 'times'];
const MAX_DELAY_MS = 10 * 60 * 1000;

/** The behaviour that a request body asks for, or what is wrong with it. */
export function parseBehaviour(text: string): InboxBehaviour | { readonly problem: string } {
  const wish = parsed(text);
  if (typeof wish !== 'object' || wish === null || Array.isArray(wish))
    return { problem: 'send a JSON object' };
  const values = wish as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(values).find(key => !KEYS.includes(key));
  if (unknown !== undefined) return { problem: `unknown key '${unknown}' (${KEYS.join(', ')})` };
  const { status = 200, retryAfter, headers = {}, delayMs = 0, mode = 'answer', times } = values;
  if (!isInteger(status, 200, 599)) return { problem: 'status must be a whole number from 200 to 599' };
  if (!isInteger(delayMs, 0, MAX_DELAY_MS))
    return { problem: `delayMs must be a whole number up to ${MAX_DELAY_MS}` };
  if (times !== undefined && !isInteger(times, 1, 1_000_000))
    return { problem: 'times must be a whole number from 1' };
  const known = MODES.find(candidate => candidate === mode);
  if (known === undefined) return { problem: `mode must be one of ${MODES.join(', ')}` };
  if (retryAfter !== undefined && typeof retryAfter !== 'string' && typeof retryAfter !== 'number') {
    return { problem: 'retryAfter must be the text of a Retry-After header' };
  }
  if (!isStringRecord(headers)) return { problem: 'headers must be an object of strings' };
  return {
    status,
    headers: { ...headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) },
    delayMs,
    mode: known,
    ...(times !== undefined && { times }),
  };
}

const isInteger = (value: unknown, from: number, to: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;

const isStringRecord = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(item => typeof item === 'string');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What each destination was told to do. Bounded, because anyone on this machine may PUT. */
export class InboxBehaviours {
  readonly #behaviours = new Map<string, InboxBehaviour>();

  get(destination: string): InboxBehaviour {
    return this.#behaviours.get(destination) ?? DEFAULT_BEHAVIOUR;
  }

  /** False when there are too many destinations with a behaviour of their own. */
  set(destination: string, behaviour: InboxBehaviour): boolean {
    if (!this.#behaviours.has(destination) && this.#behaviours.size >= 1000) return false;
    this.#behaviours.set(destination, behaviour);
    return true;
  }

  reset(destination: string): void {
    this.#behaviours.delete(destination);
  }

  /** The behaviour for one request; counts it off where `times` was given. */
  take(destination: string): InboxBehaviour {
    const behaviour = this.get(destination);
    if (behaviour.times !== undefined) {
      if (behaviour.times <= 1) this.#behaviours.delete(destination);
      else this.#behaviours.set(destination, { ...behaviour, times: behaviour.times - 1 });
    }
    return behaviour;
  }
}
