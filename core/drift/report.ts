/** Many shape lines of one route, added up. */
import { MAX_TOLD } from './routeWatch.ts';
import type { ShapeLine } from './shapeLine.ts';
import { VALUE_TYPES, type ValueType } from './valueTypes.ts';

export interface DriftReport {
  /** Events that were looked at. */
  readonly events: number;
  /** Most frequent first. */
  readonly paths: readonly DriftedPath[];
}

export interface DriftedPath {
  readonly path: string;
  /** The types that the baseline does not know, and in how many events each was met. */
  readonly met: Readonly<Partial<Record<ValueType, number>>>;
  readonly events: number;
  /** Whether the last line says that no event is any more as it was. One that does not name the path saw it as it was. */
  readonly drifted: boolean;
  /** When the first and the last line that name it were written: ISO 8601, UTC. */
  readonly since: string;
  readonly until: string;
}

/** @param lines - in any order. */
export function addUp(lines: readonly ShapeLine[]): DriftReport {
  const byPath = new Map<string, DriftedPath>();
  const ordered = [...lines].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const { at, events, news, drifted } of ordered) {
    // A line that names as many as it may says nothing of the others.
    if (events > 0 && Object.keys(news).length < MAX_TOLD) {
      for (const [path, before] of byPath) {
        if (!Object.hasOwn(news, path)) byPath.set(path, { ...before, drifted: false });
      }
    }
    for (const [path, counts] of Object.entries(news)) {
      const before = byPath.get(path);
      const met: Partial<Record<ValueType, number>> = { ...before?.met };
      let most = 0;
      for (const type of VALUE_TYPES) {
        const count = counts[type];
        if (typeof count !== 'number') continue;
        met[type] = (met[type] ?? 0) + count;
        most = Math.max(most, count);
      }
      byPath.set(path, {
        ...{ path, met, drifted: drifted.includes(path), until: at },
        events: (before?.events ?? 0) + most,
        since: before?.since ?? at,
      });
    }
  }
  return {
    events: lines.reduce((sum, { events }) => sum + events, 0),
    paths: [...byPath.values()].sort((a, b) => Number(b.drifted) - Number(a.drifted) || b.events - a.events),
  };
}
