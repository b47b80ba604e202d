/**
 * The whole relay on this machine, from the synthesized template: what `hookwright dev` runs. It is read from top to
 * bottom as it starts; what was opened is closed in the opposite order.
 */
import type { Endpoints } from './account.ts';
import { DataFolder } from './dataFolder.ts';
import { Deployment, type ReloadOutcome, reloadText } from './deployment.ts';
import { RuntimeProcesses } from './environment/runtimeProcesses.ts';
import { openFrontDoor } from './frontDoor/frontDoor.ts';
import { frontPage } from './frontDoor/frontPage.ts';
import { FunctionAssets } from './functions/functionAssets.ts';
import type { FunctionActivity } from './functions/functionPool.ts';
import { FunctionVersions } from './functions/functionVersions.ts';
import { INBOX_PATH, Inbox } from './inbox/inbox.ts';
import { LogGroups } from './logGroups.ts';
import { Machine } from './machine.ts';
import { type AlarmChange, Alarms, alarmText } from './metrics/alarms.ts';
import { recoverMetrics } from './metrics/measureLines.ts';
import { MetricStore } from './metrics/metricStore.ts';
import { sampleQueues, tickEachMinute } from './metrics/minuteTick.ts';
import { expireEachHour } from './objects/expireEachHour.ts';
import { ObjectStore } from './objects/objectStore.ts';
import { startQueueEngine } from './queues/queueEngine.ts';
import { LOCAL_STAGE } from './relaySettings.ts';
import { callEachMinute } from './scheduledRules.ts';
import { SecretSource } from './secrets/secretSource.ts';
import { keptTestKeys, TEST_KEYS_FILE } from './secrets/testKeys.ts';
import { openAwsEndpoint } from './services/awsEndpoint.ts';
import type { ServiceCall } from './services/callRecord.ts';
import { dynamoDbService } from './services/dynamodb.ts';
import { functionConcurrencyService } from './services/functionConcurrency.ts';
import { EventSourceMappingStates, lambdaService } from './services/lambda.ts';
import { lambdaVersionsService } from './services/lambdaVersions.ts';
import { logEventsService } from './services/logEvents.ts';
import { logsInsightsService } from './services/logsInsights.ts';
import { openPublishedKeys } from './services/publishedKeys.ts';
import { openS3Endpoint } from './services/s3Endpoint.ts';
import { secretsManagerService } from './services/secretsManager.ts';
import { StandbySynthesis } from './synthesis/standbySynthesis.ts';
import { TableStore } from './tables/tableStore.ts';
import type { StackDescription } from './template/description.ts';
import { watchFile, watchFolder } from './watchFiles.ts';

export interface RelayOptions {
  /** Where infra/app.ts is. */
  readonly projectRoot: string;
  readonly mappingsDirectory: string;
  /** JSON: secret name → value or {"current", "previous"}. Without it random secrets are made and kept. */
  readonly secretsFile?: string;
  readonly dataDirectory: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly deliver: 'inbox' | 'real';
  /** Default: as the stage has it. */
  readonly frontDoor?: 'http-api' | 'function-url';
  /** Progress, complaints and alarms, for people. */
  readonly say: (message: string) => void;
  readonly onAlarm?: (change: AlarmChange) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Relay {
  readonly frontDoorUrl: string;
  readonly inboxUrl: string;
  readonly endpoints: Endpoints;
  readonly inbox: Inbox;
  readonly alarms: Alarms;
  readonly metrics: MetricStore;
  /** The template in force. */
  readonly description: StackDescription | undefined;
  /** Reads the integrators' files again. It happens by itself whenever one changes. */
  reload(): Promise<ReloadOutcome>;
  /** What happens at the end of each minute, by the relay's clock: queues are measured and alarms evaluated. */
  passMinute(): Promise<void>;
  /** Calls what EventBridge calls every few minutes. */
  callScheduled(): Promise<void>;
  /** By the function's name; undefined when there is none of that name. */
  activityOf(functionName: string): FunctionActivity | undefined;
  /** Every call that functions, pollers and commands made to the local AWS: who, what, on which resource. */
  calls(): Promise<readonly ServiceCall[]>;
  /** Resolves when the relay cannot go on. */
  readonly failed: Promise<Error>;
  /** Takes no more, finishes what is under way, and lets go of the data folder. */
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** What is not finished by then comes back at the next start. */
const DRAIN_MS = 10_000;

/** @throws DataFolderError, PortInUseError, RelayError, TemplateError, FunctionStartError or SecretsFileError: their messages are for people. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const opened: (() => Promise<void> | void)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      for (const close of opened.splice(0).reverse()) await close();
    })();
    return stopping;
  };
  try {
    return Object.assign(await open(options, close => opened.push(close)), { stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(
  options: RelayOptions,
  whenStopped: (close: () => Promise<void> | void) => void,
): Promise<Omit<Relay, 'stop'>> {
  const { say, now } = options;
  const startedAt = now();
  const nowAsDate = (): Date => new Date(now());

  const data = new DataFolder(options.dataDirectory);
  whenStopped(() => data.release());
  const compileCache = data.path('compile-cache');
  const assets = new FunctionAssets(options.dataDirectory, compileCache);
  await assets.empty();
  whenStopped(() => assets.remove());
  const logGroups = new LogGroups(data.path('logs'), now);
  whenStopped(() => logGroups.close());
  const inbox = new Inbox(data.path('inbox.ndjson'), nowAsDate);
  whenStopped(() => inbox.close());

  const metrics = new MetricStore();
  const alarms = new Alarms({
    file: data.path('alarms.json'),
    metrics,
    onChange: change => {
      // The first look at a metric that has no data is no news.
      if (change.before !== 'INSUFFICIENT_DATA' || change.fires) say(alarmText(change));
      options.onAlarm?.(change);
    },
  });
  const states = new EventSourceMappingStates(data.path('event-source-mappings.json'));
  const secrets = new SecretSource({
    file: options.secretsFile,
    keptFile: data.path('secrets.json'),
    testKeys: () => keptTestKeys(data.path(TEST_KEYS_FILE)),
  });

  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>(resolve => {
    fail = resolve;
  });
  const engine = await startQueueEngine({ file: data.path('queues.sqlite'), onFailure: fail });
  whenStopped(() => engine.close());
  if (engine.released > 0)
    say(`${engine.released} messages that were being delivered when the last run ended are delivered again`);

  const tables = new TableStore(data.path('tables.sqlite'), now);
  whenStopped(() => tables.close());

  const versions = new FunctionVersions(now);
  let machine: Machine | undefined;
  let deployment: Deployment | undefined;
  const aws = await openAwsEndpoint([
    secretsManagerService(
      () => secrets.values,
      (name, value) => secrets.store(name, value),
    ),
    lambdaService({ mappings: () => machine?.mappings ?? [], states, now: nowAsDate }),
    functionConcurrencyService((name, invocations) => machine?.limit(name, invocations) ?? false),
    lambdaVersionsService({
      versions,
      putInForce: async (name, version) => (await deployment?.putVersionInForce(name, version)) ?? false,
    }),
    logsInsightsService(logGroups),
    dynamoDbService(tables),
    logEventsService(logGroups),
  ]);
  whenStopped(() => aws.close());
  const objects = new ObjectStore(data.path('objects.sqlite'));
  whenStopped(() => objects.close());
  const buckets = () => machine?.description?.buckets ?? [];
  const s3 = await openS3Endpoint({ store: objects, buckets: () => buckets().map(({ name }) => name), now });
  whenStopped(() => s3.close());
  const keys = await openPublishedKeys(() => keptTestKeys(data.path(TEST_KEYS_FILE)));
  whenStopped(() => keys.close());
  const endpoints: Endpoints = {
    sqs: engine.endpoint,
    secretsmanager: aws.url,
    lambda: aws.url,
    logs: aws.url,
    dynamodb: aws.url,
    s3: s3.url,
    keys: keys.url,
  };
  const processes = new RuntimeProcesses();
  whenStopped(() => processes.close());
  const synthesis = new StandbySynthesis({ projectRoot: options.projectRoot, compileCache });
  whenStopped(() => synthesis.close());
  const running = new Machine({
    engine,
    endpoints,
    processes,
    logGroups,
    metrics,
    alarms,
    tables,
    states,
    say,
    now,
  });
  machine = running;

  whenStopped(() => running.stopFunctions(DRAIN_MS));
  const frontDoor = await openFrontDoor({
    port: options.port,
    routes: () => running.description?.routes,
    invoke: (functionName, event) => running.invoke(functionName, event),
    onAccess: access => running.logAccess(access),
    aside: (request, response) => inbox.handle(request, response) || frontPage(request, response),
    now: nowAsDate,
  });
  whenStopped(() => frontDoor.close());
  const frontDoorUrl = `http://127.0.0.1:${frontDoor.port}`;
  const inboxUrl = `${frontDoorUrl}${INBOX_PATH}`;

  // Deliveries under way end in the inbox, so the pollers stop before the front door closes.
  whenStopped(async () => {
    const drained = await running.stopMappings(DRAIN_MS);
    if (!drained) say('deliveries that were still under way are made again at the next start');
  });
  const deploying = new Deployment({
    ...options,
    inboxUrl,
    synthesis,
    assets,
    processes,
    versions,
    secrets,
    machine: running,
  });
  deployment = deploying;
  await deploying.first();

  await recoverMetrics(
    logGroups.readBackwards(logGroups.names(), { fromMs: startedAt - alarms.windowMs, toMs: startedAt }),
    running.description?.metricFilters ?? [],
    metrics,
  );
  const tick = { metrics, alarms, gauges: engine.gauges, now };
  whenStopped(tickEachMinute(tick));
  whenStopped(expireEachHour({ store: objects, buckets, now }));
  whenStopped(
    callEachMinute({ rules: () => running.description?.rules ?? [], call: rule => running.call(rule) }),
  );

  const report = async (outcome: Promise<ReloadOutcome>): Promise<void> => say(reloadText(await outcome));
  const watches = [watchFolder(options.mappingsDirectory, files => report(deploying.reload(files)))];
  if (options.secretsFile !== undefined)
    watches.push(watchFile(options.secretsFile, () => void report(deploying.rereadSecrets())));
  whenStopped(() => {
    for (const watch of watches) watch.close();
  });

  data.publish({
    startedAt: new Date(startedAt).toISOString(),
    stage: LOCAL_STAGE,
    frontDoor: frontDoorUrl,
    inbox: inboxUrl,
    endpoints,
  });
  return {
    frontDoorUrl,
    inboxUrl,
    endpoints,
    inbox,
    alarms,
    metrics,
    get description() {
      return running.description;
    },
    reload: () => deploying.reload(),
    passMinute: async () => {
      await sampleQueues(tick);
      alarms.evaluate(now() + MINUTE_MS);
    },
    callScheduled: async () => {
      for (const rule of running.description?.rules ?? [])
        if (rule.trigger.kind === 'schedule') await running.call(rule);
    },
    activityOf: functionName => running.activityOf(functionName),
    calls: async () => [
      ...(await engine.calls()).map(call => ({ ...call, action: `sqs:${call.action}` })),
      ...aws.calls(),
      ...s3.calls(),
    ],
    failed,
  };
}
