/**
 * How sources and destinations are spread over stacks. CloudFormation takes 500 resources in a stack, and neither a queue nor a
 * secret can move from one stack to another: the one would lose what is in it, and the other finds its name taken. So each file
 * says where its own is, nothing is computed from the others, and a shard that is full is an error that names the next.
 */

/** The stack of the relay itself, and of all whose file names no other. */
export const FIRST_SHARD = 0;

/** More stacks than that are another relay. */
export const MAX_SHARD = 99;

/** Of CloudFormation's 500; the rest is for what the relay learns later, so that an update never fails on a full shard. */
export const MAX_STACK_RESOURCES = 450;

/** Upper bounds of what infra/ makes; a test holds them against the template. */
const RESOURCES = {
  /** The relay itself: front door, functions, roles with all policies that one may have, topics, stage-wide alarms, archive and claims. */
  relay: 90,
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
  readonly sources: readonly Placed[];
  readonly destinations: readonly Placed[];
}

/** Shards in use, the first always among them, in order. */
export const shardsOf = (placed: readonly Pick<Placed, 'shard'>[]): number[] =>
  [...new Set([FIRST_SHARD, ...placed.map(({ shard }) => shard)])].sort((a, b) => a - b);

/** @returns how many resources the stack of a shard has at most. */
export function resourcesOfShard(shard: number, { sources, destinations }: Placement): number {
  const placed = destinations.filter(destination => destination.shard === shard);
  const own = sources.filter(source => source.shard === shard);
  const secrets = new Set([...own, ...placed].flatMap(each => each.secrets));
  return (
    (shard === FIRST_SHARD ? RESOURCES.relay : RESOURCES.shard) +
    own.length * RESOURCES.perSource +
    placed.length * RESOURCES.perDestination +
    secrets.size * RESOURCES.perSecret
  );
}

/**
 * CloudWatch may switch a metric filter off that finds 1,000 values of a dimension within an hour, and with it go the alarms
 * of all: so many sources, and so many destinations, a stage may have.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
 */
export const MAX_COUNTED = 900;

/** Of the 6,144 that IAM takes in each of the ten managed policies of a role: seven are for what receive may read. */
export const MAX_ROLE_CHARACTERS = 40_000;

/** Around the name of a secret in its ARN, in the longest region. */
export const SECRET_ARN_CHARACTERS = 90;

/** How much of receive's role the secrets of these sources take. */
export const receiveRoleCharacters = (sources: readonly Pick<Placed, 'secrets'>[]): number =>
  sources
    .flatMap(({ secrets }) => secrets)
    .reduce((sum, name) => sum + SECRET_ARN_CHARACTERS + name.length, 0);

/** The first shard with room for one more destination of three secrets. */
export function nextShard(placement: Placement): number {
  const most = RESOURCES.perDestination + 3 * RESOURCES.perSecret;
  let shard = FIRST_SHARD;
  while (resourcesOfShard(shard, placement) + most > MAX_STACK_RESOURCES) shard += 1;
  return shard;
}
