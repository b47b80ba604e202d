/**
 * The stack that `bench/ack.ts` posts to, in a process of its own: the local front door, and behind it the receive bundle
 * (`/github`) and the floor (`/floor`), each in a function pool, both sending to one queue engine. Nothing is delivered
 * meanwhile. It tells its parent the port, and ends with it.
 */
import { join } from 'node:path';
import { COUNTED_LINES, filterPatternOf } from '../core/events/metrics.ts';
import { deliverConfigurations, receiveConfiguration } from '../core/files/configure.ts';
import { parseFilterPattern } from '../core/filterPattern.ts';
import { logGroupName, metricNamespace, queueName, secretId } from '../core/names.ts';
import { makeAssets } from '../infra/assets.ts';
import { bundleFunction } from '../infra/bundle.ts';
import { queueUrl } from '../local/account.ts';
import { RuntimeProcesses } from '../local/environment/runtimeProcesses.ts';
import { openFrontDoor } from '../local/frontDoor/frontDoor.ts';
import { FunctionPool } from '../local/functions/functionPool.ts';
import { LogGroups } from '../local/logGroups.ts';
import { measureLine } from '../local/metrics/measureLines.ts';
import { MetricStore } from '../local/metrics/metricStore.ts';
import type { MetricFilterDescription } from '../local/template/description.ts';
import { loadGithubIssue } from './githubIssue.ts';
import { openLocalCloud, queueBaseUrl } from './localCloud.ts';

const STAGE = 'local';
/** As the template has it, since to count a line is part of what the local stack does with it. */
const METRIC_FILTERS = COUNTED_LINES.filter(({ role }) => role === 'receive').map(
  (counted): MetricFilterDescription => ({
    ...{ logicalId: counted.metric, metric: counted.metric, value: counted.value },
    logGroup: logGroupName(STAGE, counted.role),
    namespace: metricNamespace(STAGE),
    pattern: parseFilterPattern(filterPatternOf(counted)),
    dimensions: { source: 'source' },
  }),
);
const FLOOR_QUEUE = queueName(STAGE, 'floor');
/** As the stack has them for receive. */
const RECEIVE = { timeoutMs: 10_000, memoryMb: 256, logFormat: 'JSON' } as const;

const [, , directory = '', secret = ''] = process.argv;
process.on('disconnect', () => process.exit());

const { project, source, route } = await loadGithubIssue();
const assets = await makeAssets(join(directory, 'functions'), {
  receive: receiveConfiguration(project),
  deliver: deliverConfigurations(project),
});
const floor = join(directory, 'floor');
await bundleFunction('bench/floor/sendMessage.ts', 'floor', directory);

const cloud = await openLocalCloud(
  directory,
  [queueName(STAGE, route.to), FLOOR_QUEUE],
  new Map([[secretId(STAGE, source.secret ?? ''), { current: secret }]]),
);
const metrics = new MetricStore();
const logGroups = new LogGroups(join(directory, 'logs'), Date.now);

const startPool = async (
  name: string,
  codeDirectory: string,
  environment: Record<string, string>,
): Promise<FunctionPool> => {
  const pool = new FunctionPool({
    description: {
      ...RECEIVE,
      logicalId: name,
      name,
      arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      codeDirectory,
      handler: 'index.handler',
      environment: { ...environment, NODE_OPTIONS: '--enable-source-maps' },
      logGroup: logGroupName(STAGE, 'receive'),
    },
    endpoints: cloud.endpoints,
    processes: new RuntimeProcesses(),
    onLog: (group, stream, lines) => {
      logGroups.append(group, stream, lines);
      for (const line of lines) measureLine(line, group, Date.now(), METRIC_FILTERS, metrics);
    },
    onInvocation: () => undefined,
    now: Date.now,
  });
  const error = await pool.warmUp();
  if (error !== undefined) throw new Error(`${name} cannot start: ${error.errorMessage}`);
  return pool;
};
const pools = new Map([
  [
    'receive',
    await startPool('receive', assets.receive.directory, {
      HOOKWRIGHT_STAGE: STAGE,
      HOOKWRIGHT_QUEUE_BASE_URL: queueBaseUrl,
      HOOKWRIGHT_BODIES_BUCKET: 'bodies',
    }),
  ],
  ['floor', await startPool('floor', floor, { FLOOR_QUEUE_URL: queueUrl(FLOOR_QUEUE) })],
]);
const frontDoor = await openFrontDoor({
  port: 0,
  routes: () => [
    { logicalId: 'floor', door: 'http-api', routeKey: 'POST /floor', functionName: 'floor' },
    { logicalId: 'default', door: 'http-api', routeKey: '$default', functionName: 'receive' },
  ],
  invoke: async (name, event) => pools.get(name)?.invoke(event) ?? { kind: 'throttled' },
  aside: () => false,
  now: () => new Date(),
});
process.send?.({ port: frontDoor.port });
