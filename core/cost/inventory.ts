/** What of a template costs money each month whether or not a webhook comes, and whose it is. */
import { secretId, stackName } from '../names.ts';

/** A CloudFormation template, as far as it is read here. */
export interface CountedTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
}

/** The names that things are counted for. */
export interface CountedProject {
  readonly sources: readonly Owner[];
  readonly destinations: readonly Owner[];
}

interface Owner {
  readonly name: string;
  readonly secrets: readonly string[];
}

export interface Count {
  /** Metrics of alarms: an expression counts each of its metrics. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly secrets: number;
  readonly dashboards: number;
  readonly keys: number;
  readonly eventSourceMappings: number;
}

export interface Inventory {
  readonly relay: Count;
  readonly sources: ReadonlyMap<string, Count>;
  readonly destinations: ReadonlyMap<string, Count>;
  readonly frontDoor: 'http-api' | 'function-url';
  readonly receiveMemoryMb: number;
  readonly deliverMemoryMb: number;
}

const NOTHING: Count = {
  alarmMetrics: 0,
  compositeAlarms: 0,
  secrets: 0,
  dashboards: 0,
  keys: 0,
  eventSourceMappings: 0,
};

/** @param templates - of all stacks of the stage. */
export function takeInventory(
  stage: string,
  templates: readonly CountedTemplate[],
  { sources, destinations }: CountedProject,
): Inventory {
  const resources = templates.flatMap(({ Resources }) => Object.values(Resources));
  const names = [...sources, ...destinations].map(({ name }) => name);
  const counts = new Map<string, Count>(names.map(name => [name, NOTHING]));
  let relay = NOTHING;
  const add = (owner: string | undefined, more: Partial<Count>): void => {
    const before = owner === undefined ? relay : (counts.get(owner) ?? NOTHING);
    const after = sum(before, more);
    if (owner === undefined) relay = after;
    else counts.set(owner, after);
  };
  for (const { Type, Properties = {} } of resources) {
    switch (Type) {
      case 'AWS::CloudWatch::Alarm':
        add(subjectOf(stage, Properties['AlarmName'], names), { alarmMetrics: metricsOf(Properties) });
        break;
      case 'AWS::CloudWatch::CompositeAlarm':
        add(subjectOf(stage, Properties['AlarmName'], names), { compositeAlarms: 1 });
        break;
      case 'AWS::CloudWatch::Dashboard':
        add(undefined, { dashboards: 1 });
        break;
      case 'AWS::KMS::Key':
        add(undefined, { keys: 1 });
        break;
      case 'AWS::SecretsManager::Secret':
        add(
          [...sources, ...destinations].find(({ secrets }) =>
            secrets.some(secret => secretId(stage, secret) === Properties['Name']),
          )?.name,
          { secrets: 1 },
        );
        break;
    }
  }
  // Each destination has its own: a template that has another number of them is not of these files.
  const mappings = resources.filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping').length;
  if (mappings !== destinations.length)
    throw new RangeError(
      `the template has ${mappings} mappings, and there are ${destinations.length} destinations`,
    );
  for (const { name } of destinations) add(name, { eventSourceMappings: 1 });

  const memoryOf = (role: string): number => {
    const found = resources.find(
      ({ Type, Properties }) =>
        Type === 'AWS::Lambda::Function' && Properties?.['FunctionName'] === `${stackName(stage)}-${role}`,
    );
    return Number(found?.Properties?.['MemorySize'] ?? 128);
  };
  const pick = (owners: readonly Owner[]): Map<string, Count> =>
    new Map(owners.map(({ name }) => [name, counts.get(name) ?? NOTHING]));
  return {
    relay,
    sources: pick(sources),
    destinations: pick(destinations),
    frontDoor: resources.some(({ Type }) => Type === 'AWS::ApiGatewayV2::Api') ? 'http-api' : 'function-url',
    receiveMemoryMb: memoryOf('receive'),
    deliverMemoryMb: memoryOf('deliver'),
  };
}

/** `hookwright-prod-ledger-failure-rate` is of `ledger`; of two names that fit, the longer one is meant. */
function subjectOf(stage: string, alarmName: unknown, names: readonly string[]): string | undefined {
  const fitting = names.filter(name => String(alarmName).startsWith(`${stackName(stage)}-${name}-`));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

function metricsOf(properties: Readonly<Record<string, unknown>>): number {
  const { Metrics: metrics } = properties;
  if (!Array.isArray(metrics)) return 1;
  return metrics.filter(part => typeof part === 'object' && part !== null && 'MetricStat' in part).length;
}

const sum = (count: Count, more: Partial<Count>): Count => ({
  alarmMetrics: count.alarmMetrics + (more.alarmMetrics ?? 0),
  compositeAlarms: count.compositeAlarms + (more.compositeAlarms ?? 0),
  secrets: count.secrets + (more.secrets ?? 0),
  dashboards: count.dashboards + (more.dashboards ?? 0),
  keys: count.keys + (more.keys ?? 0),
  eventSourceMappings: count.eventSourceMappings + (more.eventSourceMappings ?? 0),
});
