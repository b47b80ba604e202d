import { expect, test } from 'vitest';
import { COUNTED_LINES, METRICS, once, withMetrics } from '../../../core/events/metrics.ts';
import { NOW } from '../../builders.ts';

test('a line becomes log and metric at once, as CloudWatch’s embedded format wants it', () => {
  const line = withMetrics(
    { line: 'attempt', destination: 'ledger' },
    'prod',
    { Fault: 1, Retried: 1, AgeSeconds: 412.5 },
    NOW,
  );
  expect(line).toEqual({
    line: 'attempt',
    stage: 'prod',
    destination: 'ledger',
    Fault: 1,
    Retried: 1,
    AgeSeconds: 412.5,
    _aws: {
      Timestamp: NOW,
      CloudWatchMetrics: [
        { Namespace: 'Hookwright/prod', Dimensions: [['stage']], Metrics: [{ Name: 'Fault' }] },
        {
          Namespace: 'Hookwright/prod',
          Dimensions: [['destination']],
          Metrics: [{ Name: 'Retried' }, { Name: 'AgeSeconds' }],
        },
      ],
    },
  });
});

test('what did not happen is not in the line, and a line of nothing else is no metric', () => {
  const line = withMetrics({ line: 'webhook' }, 'prod', { Fault: once(false), Refused: undefined }, NOW);
  expect(line).toEqual({ line: 'webhook' });
  expect(once(true)).toBe(1);
});

test('every metric has one dimension: what it is counted for', () => {
  for (const dimensions of Object.values(METRICS)) expect(dimensions).toHaveLength(1);
});

test('no line and state is counted twice in a metric, and no metric both in lines and by a filter', () => {
  const counted = COUNTED_LINES.flatMap(({ metric, line, states }) =>
    states.map(state => `${metric} ${line} ${state}`),
  );
  expect(new Set(counted).size).toBe(counted.length);
  for (const { metric } of COUNTED_LINES) expect(METRICS[metric]).toHaveLength(1);
});
