/** Reads an EventBridge rule: the end of a deploy, or every so many minutes. Any other event is an error, never ignored. */
import type { FunctionDescription, RuleDescription } from './description.ts';
import { functionNamed } from './functionNamed.ts';
import type { Resolver } from './intrinsics.ts';
import { Properties } from './properties.ts';

const KNOWN = new Set(['Description', 'Name', 'State', 'Targets', 'EventPattern', 'ScheduleExpression']);

export function rule(
  resolver: Resolver,
  properties: Properties,
  functions: readonly FunctionDescription[],
): RuleDescription {
  const { logicalId } = properties;
  for (const key of properties.keys.filter(candidate => !KNOWN.has(candidate))) {
    throw properties.error(key, 'the local stack does not know this property');
  }
  properties.oneOf('State', ['ENABLED'], 'ENABLED');
  const [target, ...others] = properties.list('Targets');
  if (target === undefined || others.length > 0)
    throw properties.error('Targets', 'the local stack calls exactly one function');
  const values = new Properties(resolver, logicalId, target as Record<string, unknown>, 'Targets.0.');
  return {
    logicalId,
    functionName: functionNamed(values, 'Arn', functions).name,
    input: values.string('Input'),
    trigger: triggerOf(properties),
  };
}

function triggerOf(properties: Properties): RuleDescription['trigger'] {
  const pattern = properties.nested('EventPattern');
  if (pattern === undefined) {
    const expression = properties.string('ScheduleExpression');
    const minutes = /^rate\((\d+) minutes?\)$/.exec(expression)?.[1];
    if (minutes === undefined || Number(minutes) < 1)
      throw properties.error('ScheduleExpression', `is '${expression}', and not a rate in minutes`);
    return { kind: 'schedule', everyMinutes: Number(minutes) };
  }
  const isDeploy =
    pattern.strings('source').join() === 'aws.cloudformation' &&
    pattern.strings('detail-type').join() === 'CloudFormation Stack Status Change';
  if (!isDeploy) throw properties.error('EventPattern', 'the local stack has no events but that of a deploy');
  return { kind: 'deploy' };
}
