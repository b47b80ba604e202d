/**
 * How destinations are spread over stacks. CloudFormation takes 500 resources in a stack, and a queue cannot move from one
 * stack to another without losing what is in it. So each destination's file says where it is, nothing is computed from the
 * others, and a shard that is full is an error that names the next.
 */

/** The stack of the relay itself, and of every destination whose file names no other. */
export const FIRST_SHARD = 0;

/** More stacks than that are another relay. */
export const MAX_SHARD = 99;

/** Of CloudFormation's 500; the rest is for what the relay learns later, so that an update never fails on a full shard. */
export const MAX_STACK_RESOURCES = 450;

/** Upper bounds of what infra/ makes; a test holds them against the template. */
const RESOURCES = {
  /** The relay itself: front door, functions, roles, topics, stage-wide alarms, archive and claims. */
  relay: 80,
  /** Deliver, its keeper and their roles in a stack of their own. */
  shard: 30,
  /** All of one destination but its secrets: two queues, their policies, its mapping, and seven alarms. */
  perDestination: 12,
  /** All of one source but its secret: four alarms, of which one is its silence. */
  perSource: 4,
  perSecret: 1,
} as const;

interface Placed {
  readonly shard: number;
  readonly secrets: readonly string[];
}

interface Placement {
  readonly sources: readonly { readonly secrets: readonly string[] }[];
  readonly destinations: readonly Placed[];
}

/** Shards in use, the first always among them, in order. */
export const shardsOf = (destinations: readonly Pick<Placed, 'shard'>[]): number[] =>
  [...new Set([FIRST_SHARD, ...destinations.map(({ shard }) => shard)])].sort((a, b) => a - b);

/** @returns how many resources the stack of a shard has at most. */
export function resourcesOfShard(shard: number, { sources, destinations }: Placement): number {
  const placed = destinations.filter(destination => destination.shard === shard);
  const own = shard === FIRST_SHARD ? sources : [];
  const secrets = new Set([...own, ...placed].flatMap(each => each.secrets));
  return (
    (shard === FIRST_SHARD ? RESOURCES.relay : RESOURCES.shard) +
    own.length * RESOURCES.perSource +
    placed.length * RESOURCES.perDestination +
    secrets.size * RESOURCES.perSecret
  );
}

/** The first shard with room for one more destination of three secrets. */
export function nextShard(placement: Placement): number {
  const most = RESOURCES.perDestination + 3 * RESOURCES.perSecret;
  let shard = FIRST_SHARD;
  while (resourcesOfShard(shard, placement) + most > MAX_STACK_RESOURCES) shard += 1;
  return shard;
}
