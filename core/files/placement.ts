/** Whether the destinations have room where their files put them. */
import { FIRST_SHARD, MAX_STACK_RESOURCES, nextShard, resourcesOfShard, shardsOf } from '../shards.ts';
import type { Destination } from './destinationFile.ts';
import type { Problem } from './problem.ts';
import type { Source } from './sourceFile.ts';

/** A destination, and where its file says which shard it is in. */
export interface PlacedDestination {
  readonly destination: Destination;
  readonly place: { readonly line: number; readonly column: number };
}

export function placementProblems(
  sources: readonly Source[],
  placed: readonly PlacedDestination[],
): Problem[] {
  const destinations = placed.map(({ destination }) => destination);
  const placement = { sources, destinations };
  return [
    ...shardsOf(destinations).flatMap((shard): Problem[] => {
      const resources = resourcesOfShard(shard, placement);
      if (resources <= MAX_STACK_RESOURCES) return [];
      const here = placed.filter(({ destination }) => destination.shard === shard);
      const last = here.at(-1);
      const full = `shard ${shard} is full: what is in it makes up to ${resources} resources, and a stack may have ${MAX_STACK_RESOURCES}`;
      if (last === undefined) {
        const [file = ''] = sources.map(source => source.file).slice(-1);
        return [
          {
            severity: 'error',
            code: 'too-many-sources',
            file,
            message: `${full}: there are ${sources.length} sources`,
            hint: 'all sources are in the stack of the relay: make a second relay, in a folder and a stage of its own',
          },
        ];
      }
      return [
        {
          severity: 'error',
          code: 'shard-full',
          file: last.destination.file,
          ...last.place,
          message: `${full}: there are ${here.length} destinations in it`,
          hint: `write "shard: ${nextShard(placement)}" in the newest destination's file; one that is deployed must not move, since its queue would be left behind`,
        },
      ];
    }),
    ...secretsInTwo(sources, placed),
  ];
}

/** A secret is made by one stack, and a second one would find its name taken. */
function secretsInTwo(sources: readonly Source[], placed: readonly PlacedDestination[]): Problem[] {
  const home = new Map<string, { readonly shard: number; readonly by: string }>(
    sources.flatMap(({ name, secrets }) => secrets.map(secret => [secret, { shard: FIRST_SHARD, by: name }])),
  );
  return placed.flatMap(({ destination: { name, file, shard, secrets }, place }) =>
    secrets.flatMap((secret): Problem[] => {
      const first = home.get(secret);
      if (first === undefined) home.set(secret, { shard, by: name });
      if (first === undefined || first.shard === shard) return [];
      return [
        {
          severity: 'error',
          code: 'secret-in-two-shards',
          file,
          ...place,
          message: `the secret "${secret}" is that of ${first.by} in shard ${first.shard} already, and this is shard ${shard}`,
          hint: 'give it a secret of its own; both may have the same value',
        },
      ];
    }),
  );
}
