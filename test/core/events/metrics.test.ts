import { expect, test } from 'vitest';
import { count, withMetrics } from '../../../core/events/metrics.ts';
import { NOW } from '../../builders.ts';

test('a line becomes log and metric at once, as CloudWatch’s embedded format wants it', () => {
  const line = withMetrics(
    { line: 'attempt', state: 'dead' },
    [
      { dimensions: { Stage: 'prod' }, metrics: { Fault: count(true) } },
      {
        dimensions: { Stage: 'prod', Destination: 'ledger' },
        metrics: { Failed: count(false), LatencyMs: { value: 12.5, unit: 'Milliseconds' } },
      },
    ],
    NOW,
  );
  expect(line).toEqual({
    line: 'attempt',
    state: 'dead',
    Stage: 'prod',
    Destination: 'ledger',
    Fault: 1,
    Failed: 0,
    LatencyMs: 12.5,
    _aws: {
      Timestamp: NOW,
      CloudWatchMetrics: [
        { Namespace: 'Hookwright', Dimensions: [['Stage']], Metrics: [{ Name: 'Fault', Unit: 'Count' }] },
        {
          Namespace: 'Hookwright',
          Dimensions: [['Stage', 'Destination']],
          Metrics: [
            { Name: 'Failed', Unit: 'Count' },
            { Name: 'LatencyMs', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
  });
});

test('every metric and dimension that is declared has its value in the line', () => {
  const line = withMetrics(
    {},
    [{ dimensions: { Stage: 'dev' }, metrics: { A: count(true), B: count(false) } }],
    NOW,
  );
  const declared = (
    line['_aws'] as { CloudWatchMetrics: { Metrics: { Name: string }[]; Dimensions: string[][] }[] }
  ).CloudWatchMetrics[0];
  for (const { Name } of declared?.Metrics ?? []) expect(typeof line[Name]).toBe('number');
  for (const name of declared?.Dimensions.flat() ?? []) expect(typeof line[name]).toBe('string');
});
