/**
 * Reads a cloud assembly (what `cdk synth` leaves behind) into a description of the stack. Whatever the local stack
 * would have to guess is an error here, so that a mistake in the template is found on the laptop.
 */
import { join } from 'node:path';
import { queueNameOf, tableArn } from '../account.ts';
import { alarm, compositeAlarm } from './alarm.ts';
import { type AssetDirectories, assetDirectories, type Manifest, readJson } from './assemblyFiles.ts';
import type {
  BucketDescription,
  FunctionDescription,
  QueueDescription,
  StackDescription,
  TableDescription,
} from './description.ts';
import { eventSourceMapping } from './eventSourceMapping.ts';
import { accessLog, routes } from './frontDoor.ts';
import { Resolver, type Template } from './intrinsics.ts';
import { metricFilter } from './metricFilter.ts';
import { Properties } from './properties.ts';
import { rule } from './rule.ts';
import { TemplateError } from './templateError.ts';

/** All stacks of the assembly together: here they stand beside each other on one machine. */
export function readAssembly(directory: string): StackDescription {
  const manifest = readJson(join(directory, 'manifest.json')) as Manifest;
  const stacks = Object.entries(manifest.artifacts ?? {}).filter(
    ([, artifact]) => artifact.type === 'aws:cloudformation:stack',
  );
  const assets = assetDirectories(directory, manifest);
  const [first, ...others] = stacks.map(([id, artifact]) => {
    const templateFile = artifact.properties?.templateFile;
    if (templateFile === undefined)
      throw new TemplateError(`${directory}: the stack ${id} names no template file`);
    const template = readJson(join(directory, templateFile)) as Template;
    return describe(template, artifact.properties?.stackName ?? id, assets);
  });
  if (first === undefined) throw new TemplateError(`${directory}: there is no stack in the assembly`);
  return others.reduce(together, first);
}

/** Under the name of the first. What is named by name must be one thing in all of them. */
function together(one: StackDescription, other: StackDescription): StackDescription {
  for (const kind of ['queues', 'functions', 'secrets', 'tables', 'buckets'] as const) {
    const names = one[kind].map(({ name }) => name);
    const twice = other[kind].find(({ name }) => names.includes(name));
    if (twice !== undefined) {
      throw new TemplateError(`${twice.name} is made by ${one.stackName} and by ${other.stackName}`);
    }
  }
  return {
    stackName: one.stackName,
    queues: [...one.queues, ...other.queues],
    functions: [...one.functions, ...other.functions],
    eventSourceMappings: [...one.eventSourceMappings, ...other.eventSourceMappings],
    secrets: [...one.secrets, ...other.secrets],
    tables: [...one.tables, ...other.tables],
    buckets: [...one.buckets, ...other.buckets],
    routes: [...one.routes, ...other.routes],
    ...(one.accessLog === undefined ? {} : { accessLog: one.accessLog }),
    metricFilters: [...one.metricFilters, ...other.metricFilters],
    alarms: [...one.alarms, ...other.alarms],
    compositeAlarms: [...one.compositeAlarms, ...other.compositeAlarms],
    rules: [...one.rules, ...other.rules],
  };
}

function describe(template: Template, stackName: string, assets: AssetDirectories): StackDescription {
  const resolver = new Resolver(template, stackName);
  const each = <T>(type: string, read: (properties: Properties) => T): readonly T[] =>
    resolver
      .resourcesOfType(type)
      .map(([logicalId, resource]) => read(Properties.of(resolver, logicalId, resource)));

  const queues = each('AWS::SQS::Queue', properties => queue(resolver, properties));
  const functions = each('AWS::Lambda::Function', properties => lambdaFunction(resolver, properties, assets));
  const eventSourceMappings = each('AWS::Lambda::EventSourceMapping', properties =>
    eventSourceMapping(properties, queues, functions),
  );
  const log = accessLog(resolver);
  return {
    stackName,
    queues: checkedQueues(queues),
    functions,
    eventSourceMappings,
    secrets: each('AWS::SecretsManager::Secret', ({ logicalId }) => ({
      logicalId,
      name: resolver.physicalName(logicalId),
    })),
    tables: each('AWS::DynamoDB::Table', properties => table(resolver, properties)),
    buckets: each('AWS::S3::Bucket', properties => bucket(resolver, properties)),
    routes: routes(resolver, functions),
    ...(log === undefined ? {} : { accessLog: log }),
    metricFilters: each('AWS::Logs::MetricFilter', metricFilter),
    alarms: each('AWS::CloudWatch::Alarm', properties => alarm(resolver, properties)),
    compositeAlarms: each('AWS::CloudWatch::CompositeAlarm', properties =>
      compositeAlarm(resolver, properties),
    ),
    rules: each('AWS::Events::Rule', properties => rule(resolver, properties, functions)),
  };
}

function queue(resolver: Resolver, properties: Properties): QueueDescription {
  const name = resolver.physicalName(properties.logicalId);
  if (properties.boolean('FifoQueue', false))
    throw properties.error('FifoQueue', 'the local stack has standard queues only');
  const redrive = properties.nested('RedrivePolicy');
  return {
    logicalId: properties.logicalId,
    name,
    arn: String(
      resolver.resolve(
        { 'Fn::GetAtt': [properties.logicalId, 'Arn'] },
        { logicalId: properties.logicalId, property: 'Arn' },
      ),
    ),
    visibilityTimeoutSeconds: properties.number('VisibilityTimeout', 30),
    messageRetentionSeconds: properties.number('MessageRetentionPeriod', 345_600),
    delaySeconds: properties.number('DelaySeconds', 0),
    receiveWaitSeconds: properties.number('ReceiveMessageWaitTimeSeconds', 0),
    maximumMessageBytes: properties.number('MaximumMessageSize', 1_048_576),
    ...(redrive && {
      redrive: {
        deadLetterQueue: queueNameOf(redrive.string('deadLetterTargetArn')),
        maxReceiveCount: redrive.number('maxReceiveCount'),
      },
    }),
  };
}

function table(resolver: Resolver, properties: Properties): TableDescription {
  const { logicalId } = properties;
  const unknown = properties.keys.find(key => /SecondaryIndexes$|StreamSpecification$/.test(key));
  if (unknown !== undefined) throw properties.error(unknown, 'is not known to the local stack');
  properties.oneOf('BillingMode', ['PAY_PER_REQUEST']);
  const [key, sortKey] = keyedRecords(properties, 'KeySchema');
  if (key === undefined || sortKey !== undefined)
    throw properties.error('KeySchema', 'the local stack has tables with a partition key and no sort key');
  const partitionKey = String(key['AttributeName']);
  const attribute = keyedRecords(properties, 'AttributeDefinitions').find(
    definition => definition['AttributeName'] === partitionKey,
  );
  if (attribute?.['AttributeType'] !== 'S')
    throw properties.error('AttributeDefinitions', `the partition key ${partitionKey} is not a string`);
  const timeToLive = properties.nested('TimeToLiveSpecification');
  const name = resolver.physicalName(logicalId);
  return {
    logicalId,
    name,
    arn: tableArn(name),
    partitionKey,
    timeToLive: timeToLive?.boolean('Enabled', false) ? timeToLive.string('AttributeName') : undefined,
  };
}

const keyedRecords = (properties: Properties, property: string): readonly Record<string, unknown>[] =>
  properties.list(property).map(item => item as Record<string, unknown>);

function checkedQueues(queues: readonly QueueDescription[]): readonly QueueDescription[] {
  for (const { logicalId, redrive } of queues) {
    if (redrive !== undefined && !queues.some(({ name }) => name === redrive.deadLetterQueue)) {
      throw new TemplateError(
        `${logicalId}.RedrivePolicy: the dead-letter queue ${redrive.deadLetterQueue} is not in the template`,
      );
    }
  }
  return queues;
}

function lambdaFunction(
  resolver: Resolver,
  properties: Properties,
  assets: AssetDirectories,
): FunctionDescription {
  const { logicalId } = properties;
  const name = resolver.physicalName(logicalId);
  const runtime = properties.string('Runtime');
  if (!runtime.startsWith('nodejs'))
    throw properties.error('Runtime', `is '${runtime}'; the local stack runs Node.js`);
  const key = properties.nested('Code')?.string('S3Key') ?? '';
  const codeDirectory = assets.get(key);
  if (codeDirectory === undefined)
    throw properties.error('Code.S3Key', `the assembly holds no asset '${key}'`);
  const handler = properties.string('Handler');
  if (!/^[^.]+(\.[^.]+)+$/.test(handler))
    throw properties.error('Handler', `'${handler}' is not of the form file.export`);
  const logging = properties.nested('LoggingConfig');
  return {
    logicalId,
    name,
    arn: String(resolver.resolve({ 'Fn::GetAtt': [logicalId, 'Arn'] }, { logicalId, property: 'Arn' })),
    codeDirectory,
    handler,
    environment: properties.nested('Environment')?.stringRecord('Variables') ?? {},
    timeoutMs: properties.number('Timeout', 3) * 1000,
    memoryMb: properties.number('MemorySize', 128),
    logGroup: logging?.string('LogGroup', `/aws/lambda/${name}`) ?? `/aws/lambda/${name}`,
    logFormat: logging?.oneOf('LogFormat', ['JSON', 'Text'], 'Text') ?? 'Text',
  };
}

/** All that a rule may say: that objects under a prefix expire after so many days. */
const RULE_PROPERTIES: readonly string[] = ['Id', 'Status', 'Prefix', 'ExpirationInDays'];

function bucket(resolver: Resolver, properties: Properties): BucketDescription {
  const { logicalId } = properties;
  const rules = properties.nested('LifecycleConfiguration')?.children('Rules') ?? [];
  return {
    logicalId,
    name: resolver.physicalName(logicalId),
    expiries: rules.map(rule => {
      const unknown = rule.keys.find(key => !RULE_PROPERTIES.includes(key));
      if (unknown !== undefined) throw rule.error(unknown, 'is not known to the local stack');
      rule.oneOf('Status', ['Enabled']);
      return { prefix: rule.string('Prefix', ''), days: rule.number('ExpirationInDays') };
    }),
  };
}
