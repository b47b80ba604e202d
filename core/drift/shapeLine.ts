/** The line by which deliver says what of a route's payloads differs from the baseline: paths and types, never values. */
export interface ShapeLine {
  readonly line: 'shape';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly route: string;
  readonly source: string;
  readonly destination: string;
  /** How many events were looked at since the last line. */
  readonly events: number;
  /** By path below the payload: types that the baseline does not know, each with the number of events that had it. */
  readonly news: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of those, the paths that were unlike the baseline in each of the last events, or in all that the process has seen. */
  readonly drifted: readonly string[];
}
