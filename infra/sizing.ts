/** What the functions may take. */
export interface Sizing {
  /**
   * Whole seconds, 1 to 29: API Gateway gives up after 30. Providers give up after 1 to 10, so that what takes longer is a
   * fault of ours. Default 10.
   */
  readonly receiveTimeoutSeconds?: number;
  /** MB, 128 to 10,240. More of it is more processor as well, so a shorter cold start. Default 256. */
  readonly receiveMemoryMb?: number;
  /**
   * Whole seconds, 60 to 900: a batch of 10 with mappings, and requests that may take their whole time limit (25 s, two
   * rounds). A queue hides a message for six times as long. Default 60.
   */
  readonly deliverTimeoutSeconds?: number;
  /**
   * MB, 256 to 10,240. Default 512: ten bodies of 4 MB at once, the most that a batch holds, take 310 (decision 27). 256 is enough
   * where bodies stay below 1 MB, and costs $0.07 a million less in batches of ten, $0.67 one by one.
   */
  readonly deliverMemoryMb?: number;
}

const DEFAULTS = {
  receiveTimeoutSeconds: 10,
  receiveMemoryMb: 256,
  deliverTimeoutSeconds: 60,
  deliverMemoryMb: 512,
} as const satisfies Required<Sizing>;

/** What each may be, and the rule behind the bounds. */
const BOUNDS = {
  receiveTimeoutSeconds: { least: 1, most: 29, why: 'API Gateway gives up after 30' },
  receiveMemoryMb: { least: 128, most: 10_240, why: 'Lambda has no other' },
  deliverTimeoutSeconds: {
    least: 60,
    most: 900,
    why: 'two requests of 25 s and what is around them fit into 60',
  },
  deliverMemoryMb: {
    least: 256,
    most: 10_240,
    why: 'a mapping may take 60 beside the payload, and Node takes 100',
  },
} as const satisfies Record<keyof Sizing, { least: number; most: number; why: string }>;

/** Every value that is out of its bounds, and the rule. */
export function sizingProblems(wanted: Sizing = {}): readonly string[] {
  const sizing = { ...DEFAULTS, ...wanted };
  return (Object.keys(BOUNDS) as (keyof Sizing)[])
    .filter(name => {
      const { least, most } = BOUNDS[name];
      return !Number.isInteger(sizing[name]) || sizing[name] < least || sizing[name] > most;
    })
    .map(name => {
      const { least, most, why } = BOUNDS[name];
      return `sizing.${name} is ${sizing[name]}, and not a whole number from ${least} to ${most}: ${why}`;
    });
}

/** With the defaults. @throws Error for whoever uses the construct without `stageProblems`. */
export function sized(wanted: Sizing = {}): Required<Sizing> {
  const problems = sizingProblems(wanted);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { ...DEFAULTS, ...wanted };
}
