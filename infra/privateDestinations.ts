/**
 * Addresses that only a laptop may deliver to. A function of ours runs in Lambda's own network: a private address leads
 * nowhere good from there, and what a destination's file allows for the local stack must not be deployed by accident.
 */

import { judgeUrl } from '../core/delivery/judgeUrl.ts';
import type { Destination } from '../core/files/destinationFile.ts';
import type { Problem } from '../core/files/problem.ts';
import type { Stage } from './stages.ts';

/** Where a URL is a secret, only the function sees it; the same rules hold there for the address it resolves to. */
export function privateDestinationProblems(stage: Stage, destinations: Iterable<Destination>): Problem[] {
  if (stage.privateDestinations === 'allowed') return [];
  const inThisStage = `in the stage ${stage.name}`;
  return [...destinations].flatMap(({ file, url, allowPrivate }): Problem[] => {
    const problems: Problem[] = [];
    const refused = typeof url === 'string' ? judgeUrl(url, []) : undefined;
    if (refused !== undefined) {
      problems.push({
        severity: 'error',
        code: refused.code,
        file,
        message: `url: "${url}" cannot be delivered to ${inThisStage}: ${refused.message}`,
        hint: 'only the stage local may deliver to http:// and private addresses; give a public https:// URL',
      });
    }
    if (allowPrivate.length > 0) {
      problems.push({
        severity: 'error',
        code: 'private-address',
        file,
        message: `allowPrivate: [${allowPrivate.join(', ')}] is refused ${inThisStage}, whose functions are in no VPC`,
        hint: 'only the stage local may deliver to private addresses; delete this line',
      });
    }
    return problems;
  });
}
