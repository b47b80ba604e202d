/** Reads a metric filter: what it counts of a log group's lines. What the local stack could not match is an error. */
import { type FilterPattern, parseFilterPattern } from '../../core/filterPattern.ts';
import type { MetricFilterDescription } from './description.ts';
import type { Properties } from './properties.ts';

export function metricFilter(properties: Properties): MetricFilterDescription {
  const [transformation, ...others] = properties.children('MetricTransformations');
  if (transformation === undefined || others.length > 0)
    throw properties.error('MetricTransformations', 'the local stack makes exactly one metric of a line');
  const unknown = transformation.keys.find(key => !KNOWN.includes(key));
  if (unknown !== undefined) throw transformation.error(unknown, 'is not known to the local stack');
  return {
    logicalId: properties.logicalId,
    logGroup: properties.string('LogGroupName'),
    pattern: patternOf(properties),
    namespace: transformation.string('MetricNamespace'),
    metric: transformation.string('MetricName'),
    value: transformation.number('MetricValue'),
    dimensions: Object.fromEntries(
      transformation.children('Dimensions').map(dimension => [dimension.string('Key'), fieldOf(dimension)]),
    ),
  };
}

const KNOWN: readonly string[] = ['MetricNamespace', 'MetricName', 'MetricValue', 'Dimensions'];

function patternOf(properties: Properties): FilterPattern {
  try {
    return parseFilterPattern(properties.string('FilterPattern'));
  } catch (error) {
    throw properties.error('FilterPattern', (error as Error).message);
  }
}

function fieldOf(dimension: Properties): string {
  const [, field] = /^\$\.(\w+)$/.exec(dimension.string('Value')) ?? [];
  if (field === undefined) throw dimension.error('Value', 'is not of the form $.field');
  return field;
}
