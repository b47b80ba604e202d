/** The keeper against Lambda's real wire format: the local service, and the edges that deploy. */
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { disableMappingWith, readMappingWith } from '../../../aws/eventSourceMappings.ts';
import { PAUSED_BY_TAG, PAUSED_TAG, RESUMING_TAG } from '../../../core/names.ts';
import { keepPaused } from '../../../functions/keeper/handler.ts';
import { openAwsEndpoint } from '../../../local/services/awsEndpoint.ts';
import {
  EventSourceMappingStates,
  lambdaService,
  type RunningMapping,
} from '../../../local/services/lambda.ts';
import { mappingUuid } from '../../../local/template/mappingUuid.ts';
import { temporaryFolder } from '../../local/temporaryFolder.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const at = (secondsLater: number): string => new Date(NOW + secondsLater * 1000).toISOString();

async function run(tags: Readonly<Record<string, string>>, enabled = true) {
  const description = {
    ...{ logicalId: 'Mapping', queue: 'ledger', functionName: 'deliver', batchSize: 6, batchingWindowMs: 0 },
    ...{ maximumConcurrency: 2, reportsBatchItemFailures: true, enabled: true },
  };
  let state: RunningMapping['state'] = enabled ? 'Enabled' : 'Disabled';
  const mapping: RunningMapping = {
    description,
    get state() {
      return state;
    },
    update: () => undefined,
    enable: () => undefined,
    disable: async () => {
      state = 'Disabled';
    },
  };
  const states = new EventSourceMappingStates(join(temporaryFolder(), 'mappings.json'));
  const uuid = mappingUuid(description);
  states.set(uuid, { enabled, changedAt: 0, tags });
  const aws = await openAwsEndpoint([
    lambdaService({ mappings: () => [mapping], states, now: () => new Date(NOW) }),
  ]);
  onTestFinished(() => aws.close());
  const credentials = { accessKeyId: 'keeper', secretAccessKey: 'local' };
  const client = new LambdaClient({ endpoint: aws.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  const lines: Record<string, unknown>[] = [];
  const tools = {
    ...{ stage: 'prod', requestId: 'r', now: () => NOW },
    readMapping: readMappingWith(client),
    disableMapping: disableMappingWith(client),
    writeLine: (line: object) => lines.push(line as Record<string, unknown>),
  };
  const keep = (uuids: readonly string[]) =>
    keepPaused({ mappings: uuids.map(id => ({ destination: 'ledger', uuid: id })) }, tools);
  const afterDeploy = () => keepPaused({ deployed: 'hookwright-prod', mappings: [] }, tools);
  return {
    keep,
    afterDeploy,
    uuid,
    lines,
    state: () => state,
    actions: () =>
      aws
        .calls()
        .map(({ action }) => action)
        .sort(),
  };
}

test('what is tagged as paused and was enabled is disabled again', async () => {
  const { keep, uuid, lines, state, actions } = await run({
    [PAUSED_TAG]: at(-90_000),
    [PAUSED_BY_TAG]: 'ann@desk',
  });
  await keep([uuid]);
  expect(state()).toBe('Disabled');
  expect(lines).toMatchObject([
    {
      line: 'pause',
      destination: 'ledger',
      pausedBy: 'ann@desk',
      disabledAgain: true,
      PausedSeconds: 90_000,
    },
  ]);
  // No more than its role allows.
  expect(actions()).toEqual([
    'lambda:GetEventSourceMapping',
    'lambda:ListTags',
    'lambda:UpdateEventSourceMapping',
  ]);
});

test('what is paused already is left alone, and said to be paused', async () => {
  const { keep, uuid, lines, actions } = await run({ [PAUSED_TAG]: at(-5) }, false);
  await keep([uuid]);
  expect(actions()).not.toContain('lambda:UpdateEventSourceMapping');
  expect(lines).toMatchObject([{ disabledAgain: false, PausedSeconds: 5 }]);
});

test('what nobody paused is left alone, without a word', async () => {
  const { keep, uuid, lines, state } = await run({});
  await keep([uuid]);
  expect(state()).toBe('Enabled');
  expect(lines).toEqual([]);
});

test.each([
  ['is going on', 60, 'Enabled'],
  ['was killed', -1, 'Disabled'],
])('a resume that %s', async (_, secondsLater, expected) => {
  const { keep, uuid, state } = await run({ [PAUSED_TAG]: at(-5), [RESUMING_TAG]: at(secondsLater) });
  await keep([uuid]);
  expect(state()).toBe(expected);
});

test('one that cannot be read does not keep the others from being kept, and is not passed over', async () => {
  const { keep, uuid, lines, state } = await run({ [PAUSED_TAG]: at(-5) });
  await expect(keep(['a6a6a6a6-0000-4000-8000-000000000000', uuid])).rejects.toThrow('1 of 2');
  expect(state()).toBe('Disabled');
  expect(lines[0]).toMatchObject({ line: 'fault', error: 'ResourceNotFoundException' });
});

test('a deploy that ended leaves a mark in the log and on the graphs', async () => {
  const { afterDeploy, lines } = await run({});
  await afterDeploy();
  expect(lines).toMatchObject([{ line: 'deploy', stack: 'hookwright-prod', stage: 'prod', Deployed: 1 }]);
});
