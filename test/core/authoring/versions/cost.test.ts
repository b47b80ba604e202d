import { describe, expect, it } from 'vitest';
import { addUpCost, costChangePercent } from '../../../../core/authoring/versions/cost.ts';

const costs = (...steps: number[]) =>
  steps.map((each, index) => ({ id: `e${index}`, steps: each, memory: each * 10 }));

describe('addUpCost', () => {
  it('names the costliest event, and what half and 95 of 100 stay within', () => {
    const hundred = costs(...Array.from({ length: 100 }, (_, index) => 100 - index));
    expect(addUpCost(hundred)).toEqual({
      totalSteps: 5050,
      medianSteps: 50,
      p95Steps: 95,
      costliest: { id: 'e0', steps: 100, memory: 1000 },
    });
  });

  it('is the event itself where there is one', () => {
    expect(addUpCost(costs(7))).toMatchObject({ totalSteps: 7, medianSteps: 7, p95Steps: 7 });
  });

  it('does not depend on the order of the events', () => {
    const events = costs(3, 9, 9, 1);
    expect(addUpCost(events.toReversed())).toEqual(addUpCost(events));
  });
});

it.each([
  [100, 150, 50],
  [300, 299, -0.3],
  [5, 5, 0],
  [0, 0, 0],
  [0, 9, 100],
])('%d steps and then %d are %d %% more', (before, after, percent) => {
  expect(costChangePercent(addUpCost(costs(before)), addUpCost(costs(after)))).toBe(percent);
});
