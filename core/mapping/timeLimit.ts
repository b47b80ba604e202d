/**
 * A hard limit of time on our own thread, which stops regular expressions and built-ins too. The guard is a thread of
 * Node's that is started for each run and takes longer than most mappings do, so what happens within another's limit
 * gets none of its own: everything that is done for one delivery shares one.
 */
import { createContext, Script } from 'node:vm';
import type { MappingError } from './mappingError.ts';

/** Thrown in place of what was cut off. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
  /** What was being done, in words for the integrator. */
  readonly problem: MappingError;

  constructor(problem: MappingError) {
    super(problem.message);
    this.problem = problem;
  }
}

const run = new Script('work()', { filename: 'hookwright-limit.js' });
const room: { work?: () => unknown } = createContext({});

/** The innermost of what is under way. */
let current: (() => MappingError) | undefined;

/**
 * @param describe - what to say when the time ends during this work.
 * @throws OutOfTime, at the outermost call only: what is cut off within it runs neither `catch` nor `finally`.
 */
export function withinTimeLimit<Result>(
  limitMs: number,
  describe: () => MappingError,
  work: () => Result,
): Result {
  const outer = current;
  current = describe;
  try {
    if (outer !== undefined) return work();
    room.work = work;
    return run.runInContext(room, { timeout: limitMs }) as Result;
  } catch (error) {
    if (outer === undefined && (error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new OutOfTime(current());
    throw error;
  } finally {
    current = outer;
  }
}
