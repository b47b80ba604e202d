// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CloudFormation's own placeholders
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/template/readAssembly.ts';
import { type Resources, tinyAssembly } from './tinyAssembly.ts';

const QUEUES: Resources = {
  DeadLetters: {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: 'orders-dlq', MessageRetentionPeriod: 1_209_600 },
  },
  Orders: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: 'orders',
      VisibilityTimeout: 360,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] }, maxReceiveCount: 30 },
    },
  },
};
const FUNCTION: Resources = {
  Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/deliver' } },
  Deliver: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: 'code.zip' },
      Timeout: 60,
      MemorySize: 512,
      LoggingConfig: { LogGroup: { Ref: 'Logs' }, LogFormat: 'JSON' },
      Environment: {
        Variables: {
          BASE: {
            'Fn::Join': [
              '',
              [
                'https://sqs.',
                { Ref: 'AWS::Region' },
                '.',
                { Ref: 'AWS::URLSuffix' },
                '/',
                { Ref: 'AWS::AccountId' },
              ],
            ],
          },
          QUEUE: { Ref: 'Orders' },
          LEFT_OUT: { Ref: 'AWS::NoValue' },
        },
      },
    },
  },
};
const MAPPING: Resources = {
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Orders', 'Arn'] },
      FunctionName: { Ref: 'Deliver' },
      BatchSize: 6,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  },
};
const ACCESS: Resources = {
  Access: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/gateway' } },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: {
      AccessLogSettings: {
        DestinationArn: { 'Fn::GetAtt': ['Access', 'Arn'] },
        Format: '{"lambda":"$context.status"}',
      },
    },
  },
  Filter: {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      FilterPattern: '[id, lambda = "-", ...]',
      LogGroupName: { Ref: 'Access' },
      MetricTransformations: [
        {
          ...{ MetricNamespace: 'Ours', MetricName: 'Refused', MetricValue: '1' },
          Dimensions: [{ Key: 'source', Value: '$.source' }],
        },
      ],
    },
  },
};
const ROUTE: Resources = {
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['Deliver', 'Arn'] },
      PayloadFormatVersion: '1.0',
    },
  },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      RouteKey: '$default',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
    },
  },
};
const TABLE: Resources = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'claims',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'claimId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'claimId', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    },
  },
};
const ALARM: Resources = {
  Alarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      Namespace: 'Hookwright',
      MetricName: 'Failed',
      Dimensions: [{ Name: 'Destination', Value: 'ledger' }],
      Statistic: 'Average',
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 0.5,
      TreatMissingData: 'notBreaching',
    },
  },
};

/** A copy of the resource with some properties changed; undefined takes one away. */
function changed(resources: Resources, logicalId: string, properties: Record<string, unknown>): Resources {
  const resource = resources[logicalId];
  if (resource === undefined) throw new Error(`no ${logicalId}`);
  const Properties = Object.fromEntries(
    Object.entries({ ...resource.Properties, ...properties }).filter(([, value]) => value !== undefined),
  );
  return { ...resources, [logicalId]: { ...resource, Properties } };
}

describe('a cloud assembly', () => {
  it('is read into queues, functions, mappings, secrets, tables, routes and alarms', () => {
    const secret: Resources = {
      Secret: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { Name: 'hookwright/local/sources/github' },
      },
    };
    const directory = tinyAssembly({
      ...QUEUES,
      ...FUNCTION,
      ...MAPPING,
      ...ROUTE,
      ...ALARM,
      ...TABLE,
      ...secret,
    });
    const stack = readAssembly(directory);
    expect(stack.queues.find(({ name }) => name === 'orders')).toMatchObject({
      arn: 'arn:aws:sqs:us-east-1:000000000000:orders',
      visibilityTimeoutSeconds: 360,
      messageRetentionSeconds: 345_600,
      redrive: { deadLetterQueue: 'orders-dlq', maxReceiveCount: 30 },
    });
    expect(stack.functions).toEqual([
      {
        logicalId: 'Deliver',
        name: 'tiny-Deliver',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:tiny-Deliver',
        codeDirectory: join(directory, 'asset.code'),
        handler: 'index.handler',
        environment: {
          BASE: 'https://sqs.us-east-1.amazonaws.com/000000000000',
          QUEUE: 'https://sqs.us-east-1.amazonaws.com/000000000000/orders',
        },
        timeoutMs: 60_000,
        memoryMb: 512,
        logGroup: '/deliver',
        logFormat: 'JSON',
      },
    ]);
    expect(stack.eventSourceMappings).toEqual([
      {
        logicalId: 'Mapping',
        queue: 'orders',
        functionName: 'tiny-Deliver',
        batchSize: 6,
        batchingWindowMs: 0,
        maximumConcurrency: 2,
        reportsBatchItemFailures: true,
        enabled: true,
      },
    ]);
    expect(stack.secrets).toEqual([{ logicalId: 'Secret', name: 'hookwright/local/sources/github' }]);
    expect(stack.tables).toEqual([
      {
        logicalId: 'Table',
        name: 'claims',
        arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/claims',
        partitionKey: 'claimId',
        timeToLive: 'expiresAt',
      },
    ]);
    expect(stack.routes).toEqual([
      { logicalId: 'Route', door: 'http-api', routeKey: '$default', functionName: 'tiny-Deliver' },
    ]);
    expect(stack.alarms).toMatchObject([
      {
        metrics: [{ metric: 'Failed', dimensions: { Destination: 'ledger' } }],
        datapointsToAlarm: 1,
        threshold: 0.5,
      },
    ]);
  });

  it('tells of each bucket its name and what expires in it', () => {
    const bucket = (Rules: unknown[]): Resources => ({
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: { 'Fn::Sub': 'archive-${AWS::AccountId}-${AWS::Region}' },
          LifecycleConfiguration: { Rules },
        },
      },
    });
    const rule = { Id: 'a', Status: 'Enabled', Prefix: 'events/', ExpirationInDays: 30 };
    expect(readAssembly(tinyAssembly(bucket([rule]))).buckets).toEqual([
      {
        logicalId: 'Bucket',
        name: 'archive-000000000000-us-east-1',
        expiries: [{ prefix: 'events/', days: 30 }],
      },
    ]);
    expect(() => readAssembly(tinyAssembly(bucket([{ ...rule, Status: 'Disabled' }])))).toThrow(
      "Bucket.LifecycleConfiguration.Rules.0.Status: is 'Disabled'",
    );
    expect(() => readAssembly(tinyAssembly(bucket([rule, { ...rule, Transitions: [] }])))).toThrow(
      'Bucket.LifecycleConfiguration.Rules.1.Transitions: is not known to the local stack',
    );
  });

  it('of several stacks is all of them together, under the name of the first', () => {
    const { stackName, queues, functions, eventSourceMappings } = readAssembly(
      tinyAssembly(changed(FUNCTION, 'Deliver', { Environment: {} }), ['code'], {
        shard: { ...QUEUES, ...FUNCTION, ...MAPPING },
      }),
    );
    expect(stackName).toBe('tiny');
    expect(queues.map(({ name }) => name)).toEqual(['orders-dlq', 'orders']);
    expect(functions.map(({ name }) => name)).toEqual(['tiny-Deliver', 'shard-Deliver']);
    expect(eventSourceMappings.map(({ functionName }) => functionName)).toEqual(['shard-Deliver']);
  });

  it('tells where the gateway writes who called, and what is counted of it', () => {
    const { accessLog, metricFilters } = readAssembly(tinyAssembly(ACCESS));
    expect(accessLog).toEqual({ logGroup: '/gateway', format: '{"lambda":"$context.status"}' });
    expect(metricFilters).toEqual([
      {
        logicalId: 'Filter',
        logGroup: '/gateway',
        pattern: { kind: 'words', columns: [{ name: 'id' }, { name: 'lambda', text: '-' }, { name: '...' }] },
        namespace: 'Ours',
        metric: 'Refused',
        value: 1,
        dimensions: { source: 'source' },
      },
    ]);
    expect(() => readAssembly(tinyAssembly(changed(ACCESS, 'Filter', { FilterPattern: 'ERROR' })))).toThrow(
      "Filter.FilterPattern: 'ERROR' is neither",
    );
  });

  it("takes a function's own URL, open to everybody, for the front door", () => {
    const url = (changes: object): Resources => ({
      ...QUEUES,
      ...FUNCTION,
      Live: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: { Ref: 'Deliver' }, FunctionVersion: '1', Name: 'live' },
      },
      Url: {
        Type: 'AWS::Lambda::Url',
        Properties: { AuthType: 'NONE', TargetFunctionArn: { Ref: 'Live' }, ...changes },
      },
    });
    expect(readAssembly(tinyAssembly(url({}))).routes).toEqual([
      { logicalId: 'Url', door: 'function-url', routeKey: '$default', functionName: 'tiny-Deliver' },
    ]);
    expect(() => readAssembly(tinyAssembly(url({ AuthType: 'AWS_IAM' })))).toThrow(
      "Url.AuthType: is 'AWS_IAM'",
    );
  });

  it('in which two stacks make a thing of the same name is refused', () => {
    const directory = tinyAssembly(QUEUES, ['code'], { shard: QUEUES });
    expect(() => readAssembly(directory)).toThrow('orders-dlq is made by tiny and by shard');
  });

  it('that is not there is refused', () => {
    const directory = tinyAssembly({});
    expect(() => readAssembly(join(directory, 'elsewhere'))).toThrow('this is no cloud assembly');
  });

  const whole = { ...QUEUES, ...FUNCTION, ...MAPPING, ...ROUTE, ...ALARM, ...TABLE };
  const faults: readonly [string, Resources, string][] = [
    [
      'a reference to nothing',
      changed(whole, 'Deliver', { Environment: { Variables: { TOPIC: { Ref: 'Topic' } } } }),
      'Deliver.Environment.Variables.TOPIC: refers to Topic, which is not in the template',
    ],
    [
      'an index of a table',
      changed(whole, 'Table', { GlobalSecondaryIndexes: [] }),
      'Table.GlobalSecondaryIndexes: is not known to the local stack',
    ],
    [
      'a table with a sort key',
      changed(whole, 'Table', {
        KeySchema: [
          { AttributeName: 'claimId', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
      }),
      'Table.KeySchema: the local stack has tables with a partition key and no sort key',
    ],
    [
      'a key that is not a text',
      changed(whole, 'Table', { AttributeDefinitions: [{ AttributeName: 'claimId', AttributeType: 'N' }] }),
      'Table.AttributeDefinitions: the partition key claimId is not a string',
    ],
    [
      'provisioned capacity',
      changed(whole, 'Table', { BillingMode: 'PROVISIONED' }),
      'Table.BillingMode: is',
    ],
    [
      'an attribute of nothing',
      changed(whole, 'Mapping', { EventSourceArn: { 'Fn::GetAtt': ['Gone', 'Arn'] } }),
      'Mapping.EventSourceArn: refers to Gone, which is not in the template',
    ],
    [
      'an intrinsic that is not known',
      changed(whole, 'Deliver', { MemorySize: { 'Fn::If': ['Big', 1024, 512] } }),
      'Deliver.MemorySize: Fn::If is not known to the local stack',
    ],
    ['a missing property', changed(whole, 'Deliver', { Handler: undefined }), 'Deliver.Handler: is missing'],
    [
      'a handler without an export',
      changed(whole, 'Deliver', { Handler: 'index' }),
      "Deliver.Handler: 'index' is not of the form file.export",
    ],
    [
      'code that is not in the assembly',
      changed(whole, 'Deliver', { Code: { S3Key: 'other.zip' } }),
      "Deliver.Code.S3Key: the assembly holds no asset 'other.zip'",
    ],
    [
      'a queue that feeds a function and has no dead-letter queue',
      changed(whole, 'Orders', { RedrivePolicy: undefined }),
      'Mapping.EventSourceArn: the queue orders has no dead-letter queue',
    ],
    [
      'a queue that shows a message again before the function has timed out',
      changed(whole, 'Orders', { VisibilityTimeout: 30 }),
      'Mapping.EventSourceArn: the queue orders shows a message again before tiny-Deliver has timed out',
    ],
    [
      'another payload format',
      changed(whole, 'Integration', { PayloadFormatVersion: '2.0' }),
      "Integration.PayloadFormatVersion: is '2.0', which the local stack does not know (1.0)",
    ],
    [
      'metric math',
      changed(whole, 'Alarm', { Metrics: [] }),
      'Alarm.Metrics: the alarm evaluator knows exactly one expression',
    ],
    [
      'a percentile',
      changed(whole, 'Alarm', { Statistic: undefined, ExtendedStatistic: 'p99' }),
      'Alarm.ExtendedStatistic: the alarm evaluator does not know',
    ],
    [
      'a metric that is not measured here',
      changed(whole, 'Alarm', { Namespace: 'AWS/SQS', MetricName: 'NumberOfMessagesSent' }),
      'Alarm.MetricName: the local stack does not measure AWS/SQS NumberOfMessagesSent',
    ],
    [
      'a name that depends on itself',
      {
        Loop: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetAtt': ['Loop', 'QueueName'] } } },
      },
      'Loop.QueueName: the name depends on itself',
    ],
  ];
  it.each(faults)('with %s is refused by logical id and property', (_, resources, message) => {
    expect(() => readAssembly(tinyAssembly(resources))).toThrow(message);
  });

  it('resolves Fn::Sub with variables, escapes and attributes', () => {
    const text = {
      'Fn::Sub': [
        '${Orders.QueueName} ${word} ${!kept} ${AWS::Region}',
        { word: { 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b'] }] } },
      ],
    };
    const stack = readAssembly(
      tinyAssembly(changed(whole, 'Deliver', { Environment: { Variables: { TEXT: text } } })),
    );
    expect(stack.functions[0]?.environment).toEqual({ TEXT: 'orders b ${kept} us-east-1' });
  });
});
