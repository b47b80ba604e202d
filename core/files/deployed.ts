/** What would be left behind in a stage if this project were deployed over what is there. */
import type { Project } from './compileProject.ts';
import type { Problem } from './problem.ts';

/** A destination as it is in a stage. */
export interface DeployedDestination {
  readonly name: string;
  /** Messages on its queue, those under way among them. */
  readonly waiting: number;
  readonly dead: number;
  /** Undefined when nothing delivers from its queue any more. */
  readonly shard: number | undefined;
}

/** @param folder - the mappings folder, for the file that is gone. */
export function deployedProblems(
  folder: string,
  { destinations }: Pick<Project, 'destinations'>,
  deployed: readonly DeployedDestination[],
): Problem[] {
  return deployed.flatMap(({ name, waiting, dead, shard }): Problem[] => {
    const destination = destinations[name];
    if (destination === undefined) {
      if (waiting + dead === 0) return [];
      return [
        {
          severity: 'error',
          code: 'destination-removed',
          file: `${folder}/destinations/${name}.yaml`,
          message: `this destination is gone, and ${waiting} messages and ${dead} dead letters wait in its queues: nobody would deliver them, and they end after 14 days`,
          hint: `keep the file until the queues are empty: take its routes away first, what waits then becomes dead letters (route-removed); then \`hookwright dlq purge ${name} --confirm ${name} --save FILE\``,
        },
      ];
    }
    if (shard === undefined || shard === destination.shard) return [];
    return [
      {
        severity: 'error',
        code: 'shard-moved',
        file: destination.file,
        message: `it is deployed in shard ${shard}, and this says ${destination.shard}: the new stack would find its queue's name taken`,
        hint: `write "shard: ${shard}"; to move it, make a new destination and lead the routes there`,
      },
    ];
  });
}
