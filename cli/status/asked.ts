/** What a status is asked of. */
import type { Stage } from '../stage.ts';

export interface Asked {
  readonly stage: Stage;
  readonly since: string;
  readonly sinceSeconds: number;
}
