/** Reads a metric filter: a count of the log lines in which a field has a value. Any other pattern is an error. */
import type { MetricFilterDescription } from './description.ts';
import type { Properties } from './properties.ts';

const PATTERN = /^\{ \$\.(\w+) = "([^"*]*)" \}$/;

export function metricFilter(properties: Properties): MetricFilterDescription {
  const pattern = properties.string('FilterPattern');
  const [, field, value] = PATTERN.exec(pattern) ?? [];
  if (field === undefined || value === undefined) {
    throw properties.error('FilterPattern', `is '${pattern}', and not of the form { $.field = "text" }`);
  }
  const [transformation, ...others] = properties.children('MetricTransformations');
  if (transformation === undefined || others.length > 0)
    throw properties.error('MetricTransformations', 'the local stack makes exactly one metric of a line');
  const unknown = transformation.keys.find(key => !KNOWN.includes(key));
  if (unknown !== undefined) throw transformation.error(unknown, 'is not known to the local stack');
  return {
    logicalId: properties.logicalId,
    logGroup: properties.string('LogGroupName'),
    field,
    value,
    namespace: transformation.string('MetricNamespace'),
    metric: transformation.string('MetricName'),
    count: transformation.number('MetricValue'),
  };
}

const KNOWN: readonly string[] = ['MetricNamespace', 'MetricName', 'MetricValue'];
