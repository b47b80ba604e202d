import { describe, expect, it } from 'vitest';
import { spreadConcurrency } from '../../core/delivery/concurrency.ts';
import { queueName } from '../../core/names.ts';
import {
  arnOf,
  destination,
  ofType,
  only,
  pointsTo,
  projectOf,
  queueNamed,
  resourcesFor,
} from './synthesize.ts';

const TYPE = 'AWS::Lambda::EventSourceMapping';
const resources = resourcesFor();
const mappings = ofType(resources, TYPE);

const mappingFor = (overrides: Parameters<typeof destination>[1]) =>
  only(resourcesFor(projectOf([destination('ledger', overrides)])), TYPE).Properties;

describe('event source mappings', () => {
  it('lead from each destination queue to the version of deliver that is in force', () => {
    expect(mappings.map(([, mapping]) => pointsTo(mapping.Properties['EventSourceArn'])).sort()).toEqual(
      ['ledger', 'ops-chat'].map(name => queueNamed(resources, queueName('prod', name))[0]).sort(),
    );
    for (const [, mapping] of mappings) {
      expect(arnOf(resources, mapping.Properties['FunctionName'])).toBe('hookwright-prod-deliver:live');
    }
  });

  it('report batch item failures', () => {
    expect(mappings).toHaveLength(2);
    for (const [, mapping] of mappings) {
      expect(mapping.Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    }
  });

  it('do not say whether they are enabled, so that a deploy resumes nothing that is paused', () => {
    expect(mappings).toHaveLength(2);
    for (const [, mapping] of mappings) expect(mapping.Properties).not.toHaveProperty('Enabled');
  });

  it('wait for no fuller batch', () => {
    for (const [, mapping] of mappings) expect(mapping.Properties['MaximumBatchingWindowInSeconds']).toBe(0);
  });

  it.each([2, 3, 5, 10, 37, 100])('allow no more than a concurrency of %i in all', concurrency => {
    const { perInvocation } = spreadConcurrency(concurrency);
    const invocations = mappingFor({ concurrency })['ScalingConfig'].MaximumConcurrency;
    expect(invocations).toBeGreaterThanOrEqual(2);
    expect(invocations * perInvocation).toBeLessThanOrEqual(concurrency);
  });

  it.each([
    { concurrency: 2, timeoutMs: 5_000, batchSize: 10 },
    { concurrency: 2, timeoutMs: 10_000, batchSize: 5 },
    { concurrency: 2, timeoutMs: 25_000, batchSize: 2 },
    { concurrency: 8, timeoutMs: 25_000, batchSize: 8 },
    { concurrency: 100, timeoutMs: 25_000, batchSize: 10 },
  ])(
    'take $batchSize at once where $concurrency requests of $timeoutMs ms may time out within one invocation',
    ({ batchSize, ...overrides }) => {
      expect(mappingFor(overrides)['BatchSize']).toBe(batchSize);
    },
  );
});
