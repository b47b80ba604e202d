/**
 * What a running function remembers of a route's payloads, so that it can say what has changed. It counts nothing but what
 * differs from the baseline, so a route on which nothing changes costs a few microseconds an event and a line now and then.
 */
import { formatPath } from '../reads/inputPath.ts';
import type { ShapeLine } from './shapeLine.ts';
import { toTypes } from './valueTypes.ts';
import { isUnlike, newTypes, observe, type WatchedPath, type WatchTree, watchTree } from './watchedPath.ts';

/**
 * A path has drifted when so many events in a row were unlike the baseline: where others were as they should be, one odd
 * event is none. Where a process has seen none that was as it should be, the first unlike one is drift already. A route with an
 * event a day meets a new process each time, and would never show two in a row.
 */
const DRIFTED_AFTER = 5;
/** After so many events since the last line, only every tenth is looked at, unless something is unlike just now. */
const LOOKED_AT_FIRST = 100;
const SAMPLE = 10;
/** What has just drifted is told at once, something new within a minute; that nothing is, within a quarter of an hour. */
const TELL_NEWS_AFTER_MS = 60_000;
const TELL_AFTER_MS = 15 * 60_000;
/** Paths that one line names. */
export const MAX_TOLD = 50;

export class RouteWatch {
  readonly #paths: readonly WatchedPath[];
  readonly #tree: WatchTree;
  readonly #met: Uint8Array;
  /** How many events in a row were unlike the baseline, by path. */
  readonly #streaks: Uint32Array;
  /** 1 where an event was as the baseline says, since the process began. */
  readonly #asBefore: Uint8Array;
  /** Events in which a new type was met, by path and type. */
  #news = new Map<number, Map<string, number>>();
  #seen = 0;
  #looked = 0;
  #isUneasy = false;
  #hasJustDrifted = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  readonly #ofRoute: Pick<ShapeLine, 'route' | 'source' | 'destination'>;

  constructor(ofRoute: Pick<ShapeLine, 'route' | 'source' | 'destination'>, paths: readonly WatchedPath[]) {
    this.#ofRoute = ofRoute;
    this.#paths = paths;
    this.#tree = watchTree(paths.map(({ path }) => path));
    this.#met = new Uint8Array(paths.length);
    this.#streaks = new Uint32Array(paths.length);
    this.#asBefore = new Uint8Array(paths.length);
  }

  /** @param payload - as it was parsed; it is looked at and not kept. */
  see(payload: unknown): void {
    this.#seen += 1;
    if (this.#looked >= LOOKED_AT_FIRST && this.#seen % SAMPLE !== 0 && !this.#isUneasy) return;
    this.#looked += 1;
    observe(this.#tree, payload, this.#met);
    this.#isUneasy = false;
    for (let index = 0; index < this.#paths.length; index += 1) {
      const met = this.#met[index] ?? 0;
      if (met === 0) continue;
      const baseline = this.#paths[index]?.baseline ?? 0;
      const added = newTypes(met, baseline);
      if (added !== 0) this.#count(index, added);
      if (isUnlike(met, baseline)) {
        const wasDrifted = this.#hasDrifted(index);
        this.#streaks[index] = (this.#streaks[index] ?? 0) + 1;
        this.#isUneasy = true;
        if (!wasDrifted && this.#hasDrifted(index)) this.#hasJustDrifted = true;
      } else {
        this.#streaks[index] = 0;
        this.#asBefore[index] = 1;
      }
    }
  }

  #hasDrifted(index: number): boolean {
    const streak = this.#streaks[index] ?? 0;
    return streak >= (this.#asBefore[index] === 1 ? DRIFTED_AFTER : 1);
  }

  #count(index: number, added: number): void {
    const counts = this.#news.get(index) ?? new Map<string, number>();
    for (const type of toTypes(added)) counts.set(type, (counts.get(type) ?? 0) + 1);
    this.#news.set(index, counts);
  }

  get #tellAfterMs(): number {
    return this.#news.size > 0 ? TELL_NEWS_AFTER_MS : TELL_AFTER_MS;
  }

  /** Undefined while there is nothing to tell yet. @param now - milliseconds since the epoch. */
  tell(now: number): ShapeLine | undefined {
    const isDue = this.#hasJustDrifted || now - this.#toldAt >= this.#tellAfterMs;
    if (this.#looked === 0 || !isDue) return undefined;
    const told = [...this.#news].slice(0, MAX_TOLD);
    const line: ShapeLine = {
      line: 'shape',
      at: new Date(now).toISOString(),
      ...this.#ofRoute,
      events: this.#looked,
      news: Object.fromEntries(
        told.map(([index, counts]) => [
          formatPath(this.#paths[index]?.path ?? []),
          Object.fromEntries(counts),
        ]),
      ),
      drifted: told.flatMap(([index]) =>
        this.#hasDrifted(index) ? [formatPath(this.#paths[index]?.path ?? [])] : [],
      ),
    };
    this.#toldAt = now;
    this.#hasJustDrifted = false;
    this.#news = new Map();
    this.#seen = 0;
    this.#looked = 0;
    return line;
  }
}
