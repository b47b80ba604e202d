/** Whether sources and destinations have room where their files put them. */
import {
  MAX_COUNTED,
  MAX_ROLE_CHARACTERS,
  MAX_STACK_RESOURCES,
  nextShard,
  receiveRoleCharacters,
  resourcesOfShard,
  shardsOf,
} from '../shards.ts';
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
  return [...fullShards(sources, placed), ...tooMany(sources, placed), ...secretsInTwo(sources, placed)];
}

function fullShards(sources: readonly Source[], placed: readonly PlacedDestination[]): Problem[] {
  const destinations = placed.map(({ destination }) => destination);
  const placement = { sources, destinations };
  return shardsOf([...sources, ...destinations]).flatMap((shard): Problem[] => {
    const resources = resourcesOfShard(shard, placement);
    if (resources <= MAX_STACK_RESOURCES) return [];
    const here = placed.filter(({ destination }) => destination.shard === shard);
    const from = sources.filter(source => source.shard === shard);
    const last = here.at(-1);
    const newest = last === undefined ? from.at(-1)?.file : last.destination.file;
    return [
      {
        severity: 'error',
        code: 'shard-full',
        file: newest ?? '',
        ...last?.place,
        message: `shard ${shard} is full: what is in it makes up to ${resources} resources, and a stack may have ${MAX_STACK_RESOURCES}: there are ${here.length} destinations and ${from.length} sources in it`,
        hint: `write "shard: ${nextShard(placement)}" in the newest file of a destination or source; one that is deployed must not move, since its queue or its secret would be left behind`,
      },
    ];
  });
}

/** Of all shards together. */
function tooMany(sources: readonly Source[], placed: readonly PlacedDestination[]): Problem[] {
  const hint = 'make a second relay, in a folder and a stage of its own';
  const characters = receiveRoleCharacters(sources);
  const problems: Problem[] = [];
  if (sources.length > MAX_COUNTED || characters > MAX_ROLE_CHARACTERS) {
    problems.push({
      severity: 'error',
      code: 'too-many-sources',
      file: sources.at(-1)?.file ?? '',
      message:
        sources.length > MAX_COUNTED
          ? `there are ${sources.length} sources, and CloudWatch counts ${MAX_COUNTED}`
          : `there are ${sources.length} sources, and the names of their secrets take ${characters} characters of receive's role, where there is room for ${MAX_ROLE_CHARACTERS}`,
      hint,
    });
  }
  if (placed.length > MAX_COUNTED) {
    problems.push({
      severity: 'error',
      code: 'too-many-destinations',
      file: placed.at(-1)?.destination.file ?? '',
      message: `there are ${placed.length} destinations, and CloudWatch counts ${MAX_COUNTED}`,
      hint,
    });
  }
  return problems;
}

/** A secret is made by one stack, and a second one would find its name taken. */
function secretsInTwo(sources: readonly Source[], placed: readonly PlacedDestination[]): Problem[] {
  const home = new Map<string, { readonly shard: number; readonly by: string }>();
  const owners = [
    ...sources.map(source => ({ owner: source, place: undefined })),
    ...placed.map(({ destination, place }) => ({ owner: destination, place })),
  ];
  return owners.flatMap(({ owner: { name, file, shard, secrets }, place }) =>
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
