/** A replay that changes nothing. */

import type { Envelope } from '../../core/envelope.ts';
import { routeConfiguration } from '../../core/files/configure.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import type { Engine } from '../../core/mapping/engine.ts';
import { transform } from '../../core/mapping/transform.ts';
import { AT_ONCE, describe, handfuls, type Job, open, type Replayed } from './job.ts';

/** What the mapping in the folder would make of each. */
export async function showAll(job: Job, engine: Engine): Promise<Replayed[]> {
  const checkContract = createContractCheck();
  const configuration = routeConfiguration(job.route);
  const becomes = (envelope: Envelope): string => {
    const made = transform(engine, checkContract, configuration, envelope, Date.now());
    switch (made.kind) {
      case 'body':
        return made.json;
      case 'dropped':
        return 'dropped by `when`';
      case 'error':
        return `dead: ${made.error.code}: ${made.error.message}`;
      default:
        return made satisfies never;
    }
  };
  const shown: Replayed[] = [];
  for (const handful of handfuls(job.events, AT_ONCE)) {
    const all = await Promise.all(handful.map(event => open(event, job)));
    shown.push(
      ...all.map((opened): Replayed => {
        const described = describe(opened.event, job);
        return 'problem' in opened
          ? { ...described, state: 'failed', problem: opened.problem }
          : { ...described, state: 'would-go', becomes: becomes(opened.envelope) };
      }),
    );
  }
  return shown;
}
