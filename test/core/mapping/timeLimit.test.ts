import { describe, expect, it } from 'vitest';
import type { MappingError } from '../../../core/mapping/mappingError.ts';
import { OutOfTime, withinTimeLimit } from '../../../core/mapping/timeLimit.ts';

const LONG_MS = 20_000;
const problem = (file: string) => (): MappingError => ({
  code: 'MAPPING_TIMEOUT',
  message: 'too slow',
  file,
});

function forever(): never {
  for (;;);
}

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a time limit', () => {
  it('gives what the work gives, and throws what it throws', () => {
    expect(withinTimeLimit(LONG_MS, problem('a'), () => 5)).toBe(5);
    const work = (): never => {
      throw new RangeError('deep');
    };
    expect(() => withinTimeLimit(LONG_MS, problem('a'), work)).toThrow(RangeError);
  });

  it('stops work that does not end, whatever that catches', () => {
    const stubborn = (): void => {
      try {
        forever();
      } catch {
        forever();
      }
    };
    const error = thrownBy(() => withinTimeLimit(50, problem('a'), stubborn));
    expect(error).toBeInstanceOf(OutOfTime);
    expect(error).toMatchObject({ problem: { file: 'a' } });
  });

  it('covers what happens within it, and names what was under way', () => {
    const work = (): void => {
      withinTimeLimit(LONG_MS, problem('quick'), () => 1);
      withinTimeLimit(LONG_MS, problem('slow'), forever);
    };
    expect(thrownBy(() => withinTimeLimit(50, problem('all'), work))).toMatchObject({
      problem: { file: 'slow' },
    });
  });

  it('names the whole again once a part is done or has failed', () => {
    const work = (): void => {
      thrownBy(() =>
        withinTimeLimit(LONG_MS, problem('part'), () => {
          throw new Error('failed');
        }),
      );
      forever();
    };
    expect(thrownBy(() => withinTimeLimit(50, problem('all'), work))).toMatchObject({
      problem: { file: 'all' },
    });
  });

  it('is none any more for what comes after it was reached', () => {
    thrownBy(() => withinTimeLimit(50, problem('a'), () => withinTimeLimit(LONG_MS, problem('b'), forever)));
    expect(thrownBy(() => withinTimeLimit(50, problem('c'), forever))).toMatchObject({
      problem: { file: 'c' },
    });
    expect(withinTimeLimit(LONG_MS, problem('d'), () => 'on')).toBe('on');
  });
});
