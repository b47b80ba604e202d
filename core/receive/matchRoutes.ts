/** Which routes does an event go down, and why not the others? */
import type { RouteMatch } from '../configuration.ts';

export interface RouteDecision {
  readonly matched: readonly RouteMatch[];
  /** Routes from the same source that do not list this event type. */
  readonly passedBy: readonly { readonly route: string; readonly why: 'event-type' }[];
}

export function matchRoutes(routes: readonly RouteMatch[], source: string, eventType: string): RouteDecision {
  const ofSource = routes.filter(route => route.from === source);
  const listens = (route: RouteMatch) => route.events.some(pattern => matchesEventType(pattern, eventType));
  return {
    matched: ofSource.filter(listens),
    passedBy: ofSource
      .filter(route => !listens(route))
      .map(({ name }) => ({ route: name, why: 'event-type' })),
  };
}

/** `orders.create` matches itself, `orders.*` every type below `orders`, `*` every type. */
export function matchesEventType(pattern: string, eventType: string): boolean {
  if (pattern === '*') return true;
  if (pattern.endsWith('.*')) return eventType.startsWith(pattern.slice(0, -1));
  return pattern === eventType;
}
