/**
 * Fetches the keys that providers publish. A stranger's request can bring us here, so everything is bounded: the hosts are
 * those of the schemes, nothing is redirected, an answer has a deadline and a size, what was fetched is kept, and so is
 * that it could not be had.
 */
import type { FetchedKey, KeyRequest } from '../../core/signatures/remoteKey.ts';
import { askOnce } from './askOnce.ts';

/**
 * The key's text, or undefined when it cannot be had: the webhook is then answered with 503 and comes again.
 * @param freshness - `anew`: what is kept does not hold the key that is looked for.
 */
export type FetchKey = (request: KeyRequest, freshness?: 'anew') => Promise<FetchedKey | undefined>;

export interface FetchKeyOptions {
  /** Answers in the place of every host, as `ENDPOINT/HOST/PATH`; for a machine that plays the providers itself. */
  readonly endpoint?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From the look-up to the last byte. Default: that of `askOnce`. */
  readonly deadlineMs?: number;
}

/** Providers announce new keys hours before they use them, and name them in the request. */
const FRESH_MS = 60 * 60 * 1000;
/** While the provider cannot be reached, known keys serve on for this long. */
const STALE_MS = 12 * 60 * 60 * 1000;
/** A key that could not be had is not asked for again for so long; nor is a set that lacked one. */
const FAILED_MS = 30 * 1000;
const ANEW_MS = 60 * 1000;
/** Of one execution environment. A stranger can name addresses on a pinned host, but not make us ask without end. */
const MAX_FETCHES_A_MINUTE = 30;
const MAX_KEPT = 200;

interface Kept {
  readonly text?: FetchedKey;
  /** When the text came; both in milliseconds since the epoch. */
  readonly fetchedAt: number;
  readonly askedAt: number;
}

export function fetchKeyWith({ endpoint, now, deadlineMs }: FetchKeyOptions): FetchKey {
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<FetchedKey | undefined>>();
  let fetches: number[] = [];

  const mayFetch = (): boolean => {
    const at = now();
    fetches = fetches.filter(earlier => at - earlier < 60_000);
    if (fetches.length >= MAX_FETCHES_A_MINUTE) return false;
    fetches.push(at);
    return true;
  };
  const keep = (id: string, entry: Kept): void => {
    kept.delete(id);
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(id, entry);
  };
  const fetch = async (wanted: KeyRequest): Promise<FetchedKey | undefined> => {
    const before = kept.get(wanted.id);
    const isStale = before?.text === undefined || now() - before.fetchedAt >= STALE_MS;
    const known = isStale ? undefined : before?.text;
    if (!mayFetch()) return known;
    const askedAt = now();
    const text = await askOnce(wanted, endpoint, deadlineMs);
    if (text !== undefined) {
      keep(wanted.id, { text, fetchedAt: askedAt, askedAt });
      return text;
    }
    keep(wanted.id, {
      ...(known === undefined ? {} : { text: known }),
      fetchedAt: before?.fetchedAt ?? 0,
      askedAt,
    });
    return known;
  };

  return async (wanted, freshness) => {
    const entry = kept.get(wanted.id);
    if (entry !== undefined && !isDue(entry, freshness, now())) return entry.text;
    const running = underWay.get(wanted.id) ?? fetch(wanted).finally(() => underWay.delete(wanted.id));
    underWay.set(wanted.id, running);
    return running;
  };
}

function isDue({ text, fetchedAt, askedAt }: Kept, freshness: 'anew' | undefined, now: number): boolean {
  const sinceAsked = now - askedAt;
  if (text === undefined) return sinceAsked >= FAILED_MS;
  if (freshness === 'anew') return sinceAsked >= ANEW_MS;
  return now - fetchedAt >= FRESH_MS && sinceAsked >= FAILED_MS;
}
