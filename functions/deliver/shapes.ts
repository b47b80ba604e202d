/** Watches what the routes' payloads are made of, and says what has changed: now and then, in a line of its own. */
import type { DeliverConfiguration } from '../../core/configuration.ts';
import { RouteWatch } from '../../core/drift/routeWatch.ts';
import { withMetrics } from '../../core/events/metrics.ts';

export interface Shapes {
  see(route: string, payload: unknown): void;
  /** The lines that are due. @param now - milliseconds since the epoch. */
  due(stage: string, now: number): Record<string, unknown>[];
}

export function createShapes({ routes }: Pick<DeliverConfiguration, 'routes'>): Shapes {
  const watches = new Map(
    Object.entries(routes).flatMap(([route, { from, to, watch }]) =>
      watch === undefined || watch.length === 0
        ? []
        : [[route, new RouteWatch({ route, source: from, destination: to }, watch)] as const],
    ),
  );
  return {
    see: (route, payload) => watches.get(route)?.see(payload),
    due: (stage, now) =>
      [...watches.values()].flatMap(watch => {
        const line = watch.tell(now);
        if (line === undefined) return [];
        const Drifted = line.drifted.length === 0 ? undefined : line.drifted.length;
        return [withMetrics(line, stage, { Drifted }, now)];
      }),
  };
}
