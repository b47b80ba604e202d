/** What a version costs over many events, in the steps of its budget: the same figures on every machine and every day. */

export interface EventCost {
  /** What a person may look the event up by. */
  readonly id: string;
  /** Of filter, mapping and request expressions together. */
  readonly steps: number;
  /** Estimated bytes that they made. */
  readonly memory: number;
}

export interface VersionCost {
  readonly totalSteps: number;
  readonly medianSteps: number;
  /** 95 of 100 events take no more. */
  readonly p95Steps: number;
  readonly costliest: EventCost;
}

/** @param events - at least one. */
export function addUpCost(events: readonly EventCost[]): VersionCost {
  const sorted = [...events].sort((a, b) => a.steps - b.steps || (a.id < b.id ? -1 : 1));
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1]?.steps ?? 0;
  return {
    totalSteps: sorted.reduce((sum, { steps }) => sum + steps, 0),
    medianSteps: at(0.5),
    p95Steps: at(0.95),
    costliest: sorted.at(-1) ?? { id: '', steps: 0, memory: 0 },
  };
}

/** How much more the second takes, in per cent of the first; negative where it is less. */
export function costChangePercent(before: VersionCost, after: VersionCost): number {
  if (before.totalSteps === 0) return after.totalSteps === 0 ? 0 : 100;
  return Math.round(((after.totalSteps - before.totalSteps) / before.totalSteps) * 1_000) / 10;
}
