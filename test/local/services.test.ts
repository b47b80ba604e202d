import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it, onTestFinished } from 'vitest';
import { LogGroups } from '../../local/logGroups.ts';
import type { SecretValues } from '../../local/secrets/secretValues.ts';
import { openAwsEndpoint, type Service } from '../../local/services/awsEndpoint.ts';
import {
  EventSourceMappingStates,
  inForce,
  lambdaService,
  type RunningMapping,
} from '../../local/services/lambda.ts';
import { logsInsightsService } from '../../local/services/logsInsights.ts';
import { secretsManagerService } from '../../local/services/secretsManager.ts';
import { mappingUuid } from '../../local/template/mappingUuid.ts';
import { temporaryFolder } from './temporaryFolder.ts';

async function endpoint(service: Service) {
  const aws = await openAwsEndpoint([service]);
  onTestFinished(() => aws.close());
  const settings = {
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'receive', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  return { aws, settings };
}

async function secrets(values: Readonly<Record<string, SecretValues>>) {
  const { aws, settings } = await endpoint(secretsManagerService(() => new Map(Object.entries(values))));
  const client = new SecretsManagerClient(settings);
  const get = (SecretId: string, VersionStage?: string) =>
    client.send(new GetSecretValueCommand({ SecretId, ...(VersionStage && { VersionStage }) }));
  return { aws, get };
}

it('gives both versions of a secret, by its name and by its ARN', async () => {
  const { get, aws } = await secrets({
    'hookwright/local/sources/github': { current: 'new', previous: 'old' },
  });
  const current = await get('hookwright/local/sources/github');
  expect(current).toMatchObject({
    SecretString: 'new',
    Name: 'hookwright/local/sources/github',
    VersionStages: ['AWSCURRENT'],
  });
  expect((await get(current.ARN ?? '', 'AWSPREVIOUS')).SecretString).toBe('old');
  expect(aws.calls()).toEqual([
    { principal: 'receive', action: 'secretsmanager:GetSecretValue', resource: current.ARN, count: 2 },
  ]);
});

it('words a missing secret and a missing version as the service does', async () => {
  const { get } = await secrets({ known: { current: 'x' } });
  await expect(get('unknown')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
  });
  await expect(get('known', 'AWSPREVIOUS')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
  });
});

async function lambda(file = join(temporaryFolder(), 'mappings.json')) {
  const description = {
    logicalId: 'Mapping',
    queue: 'orders',
    functionName: 'deliver',
    batchSize: 6,
    batchingWindowMs: 0,
    maximumConcurrency: 2,
    reportsBatchItemFailures: true,
    enabled: true,
  };
  const switched: string[] = [];
  let state: RunningMapping['state'] = 'Enabled';
  const mapping: RunningMapping = {
    description,
    get state() {
      return state;
    },
    update: ({ batchSize, maximumConcurrency }) => {
      switched.push(`${batchSize} × ${maximumConcurrency}`);
    },
    enable: () => {
      state = 'Enabled';
      switched.push('on');
    },
    disable: async () => {
      state = 'Disabled';
      switched.push('off');
    },
  };
  const states = new EventSourceMappingStates(file);
  const { settings } = await endpoint(
    lambdaService({ mappings: () => [mapping], states, now: () => new Date('2026-11-22T10:00:00Z') }),
  );
  return { client: new LambdaClient(settings), UUID: mappingUuid(description), switched, states, file };
}

it('lists the event source mapping of a queue', async () => {
  const { client, UUID } = await lambda();
  const found = await client.send(
    new ListEventSourceMappingsCommand({ EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:orders' }),
  );
  expect(found.EventSourceMappings).toMatchObject([
    {
      UUID,
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${UUID}`,
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:deliver',
      BatchSize: 6,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      State: 'Enabled',
    },
  ]);
  const others = await client.send(new ListEventSourceMappingsCommand({ FunctionName: 'receive' }));
  expect(others.EventSourceMappings).toEqual([]);
});

it('switches a mapping off and on, and keeps that and its tags', async () => {
  const { client, UUID, switched, file } = await lambda();
  const off = await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  expect(off.State).toBe('Disabling');
  expect((await client.send(new GetEventSourceMappingCommand({ UUID }))).State).toBe('Disabled');
  const Resource = off.EventSourceMappingArn;
  await client.send(new TagResourceCommand({ Resource, Tags: { 'hookwright:paused': 'now', other: '1' } }));
  await client.send(new UntagResourceCommand({ Resource, TagKeys: ['other'] }));
  expect((await client.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ 'hookwright:paused': 'now' });
  expect(new EventSourceMappingStates(file).get(UUID)).toMatchObject({
    enabled: false,
    tags: { 'hookwright:paused': 'now' },
  });
  await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  expect(switched).toEqual(['off', 'on']);
});

it('changes the pace of a mapping, and keeps it until the template has another', async () => {
  const { client, UUID, switched, file } = await lambda();
  const slow = await client.send(
    new UpdateEventSourceMappingCommand({ UUID, BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 } }),
  );
  expect(slow).toMatchObject({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 }, State: 'Enabled' });
  expect(switched).toEqual(['1 × 3']);
  const kept = new EventSourceMappingStates(file).get(UUID);
  const template = { queue: 'orders', functionName: 'deliver', logicalId: 'Mapping', batchingWindowMs: 0 };
  const description = { ...template, maximumConcurrency: 2, reportsBatchItemFailures: true, enabled: true };
  expect(inForce({ ...description, batchSize: 6 }, kept)).toMatchObject({
    batchSize: 1,
    maximumConcurrency: 3,
  });
  expect(inForce({ ...description, batchSize: 5 }, kept)).toMatchObject({
    batchSize: 5,
    maximumConcurrency: 2,
  });
});

it('does not know a mapping that is not in the template, and changes nothing else of one that is', async () => {
  const { client, UUID } = await lambda();
  const unknown = new GetEventSourceMappingCommand({ UUID: 'a6a6a6a6-0000-4000-8000-000000000000' });
  await expect(client.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  for (const change of [
    { MaximumRetryAttempts: 1 },
    { BatchSize: 11 },
    { ScalingConfig: { MaximumConcurrency: 1 } },
  ]) {
    await expect(client.send(new UpdateEventSourceMappingCommand({ UUID, ...change }))).rejects.toMatchObject(
      { name: 'InvalidParameterValueException' },
    );
  }
});

async function logs() {
  let now = Date.parse('2026-11-22T10:00:00Z');
  const groups = new LogGroups(join(temporaryFolder(), 'logs'), () => now);
  onTestFinished(() => groups.close());
  const write = (line: object | string, secondsLater = 1) => {
    now += secondsLater * 1000;
    groups.append('/hookwright/local/deliver', 'stream', [
      typeof line === 'string' ? line : JSON.stringify(line),
    ]);
  };
  const { settings } = await endpoint(logsInsightsService(groups));
  const client = new CloudWatchLogsClient(settings);
  const query = async (queryString: string, settings: object = {}) => {
    const { queryId } = await client.send(
      new StartQueryCommand({
        logGroupName: '/hookwright/local/deliver',
        startTime: Date.parse('2026-11-22T10:00:00Z') / 1000,
        endTime: now / 1000,
        queryString,
        ...settings,
      }),
    );
    for (;;) {
      const { status, results, statistics } = await client.send(new GetQueryResultsCommand({ queryId }));
      if (status === 'Running') continue;
      return {
        status,
        statistics,
        rows: (results ?? []).map(row => Object.fromEntries(row.map(({ field, value }) => [field, value]))),
      };
    }
  };
  return { write, query };
}

it('answers a query with text values, the time and a pointer', async () => {
  const { write, query } = await logs();
  write({ line: 'attempt', eventId: 'evt_1', attempt: 1, ok: true });
  write({ line: 'attempt', eventId: 'evt_2', attempt: 2, ok: false });
  const { rows, statistics } = await query(
    'fields @timestamp, eventId, attempt, ok | filter line = "attempt" and eventId = "evt_2"',
  );
  expect(rows).toEqual([
    {
      '@timestamp': '2026-11-22 10:00:02.000',
      eventId: 'evt_2',
      attempt: '2',
      ok: '0',
      '@ptr': expect.any(String),
    },
  ]);
  expect(statistics).toMatchObject({ recordsMatched: 1, recordsScanned: 2 });
});

it('finds nothing outside the time that was asked for', async () => {
  const { write, query } = await logs();
  for (const n of [1, 2, 3]) write({ n }, 60);
  const { rows } = await query('fields n | sort @timestamp asc', {
    startTime: Date.parse('2026-11-22T10:01:30Z') / 1000,
    endTime: Date.parse('2026-11-22T10:02:30Z') / 1000,
  });
  expect(rows.map(({ n }) => n)).toEqual(['2']);
});

it('refuses a query in a language it does not know, and a group that is not there', async () => {
  const { write, query } = await logs();
  write('x');
  await expect(query('stats count(*) by source')).rejects.toMatchObject({ name: 'MalformedQueryException' });
  await expect(query('fields @message', { logGroupName: '/other' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
