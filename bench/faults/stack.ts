/**
 * The stack of the local stage with the fault layer between it and its queues: the template, bundles, pollers and
 * processes that `hookwright dev` runs, of which each process may be ended at any step.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { secretId } from '../../core/names.ts';
import { REGION } from '../../local/account.ts';
import { RuntimeProcesses } from '../../local/environment/runtimeProcesses.ts';
import { openFrontDoor } from '../../local/frontDoor/frontDoor.ts';
import type { PoolResult } from '../../local/functions/waitingLine.ts';
import { LogGroups } from '../../local/logGroups.ts';
import { Machine } from '../../local/machine.ts';
import { Alarms } from '../../local/metrics/alarms.ts';
import { MetricStore } from '../../local/metrics/metricStore.ts';
import type { SqsEventRecord } from '../../local/polling/sqsEvent.ts';
import { type QueueEngine, startQueueEngine } from '../../local/queues/queueEngine.ts';
import { LOCAL_STAGE } from '../../local/relaySettings.ts';
import { openAwsEndpoint } from '../../local/services/awsEndpoint.ts';
import { EventSourceMappingStates } from '../../local/services/lambda.ts';
import { secretsManagerService } from '../../local/services/secretsManager.ts';
import { synthesize } from '../../local/synthesis/synthesize.ts';
import { TableStore } from '../../local/tables/tableStore.ts';
import type { FunctionDescription, StackDescription } from '../../local/template/description.ts';
import { readAssembly } from '../../local/template/readAssembly.ts';
import { beforeRequestCue, CRASH_FOLDER, CRASH_SEED } from './crashHeader.ts';
import { SOURCE } from './destinations.ts';
import type { FaultScript } from './faultScript.ts';
import { type FaultySqs, openFaultySqs } from './faultySqs.ts';
import type { HandingEnd, Journal } from './journal.ts';

export interface FaultyStackOptions {
  /** Of this run alone. */
  readonly folder: string;
  readonly mappings: string;
  readonly script: FaultScript;
  readonly journal: Journal;
  /** Deliveries that the script may pick for a crash before their request. */
  readonly deliveryIds: readonly string[];
  /** Of the queues. The template says six minutes, which is how long each crash would hold up the run. */
  readonly visibilitySeconds: number;
}

export interface FaultyStack {
  readonly frontDoor: string;
  readonly secret: string;
  readonly engine: QueueEngine;
  readonly logGroups: LogGroups;
  readonly faults: FaultySqs;
  readonly description: StackDescription;
  /** An SDK client for the engine itself, past the fault layer. */
  readonly sqs: SQSClient;
  stopDelivering(): Promise<void>;
  close(): Promise<void>;
}

const STOPS_WITHIN_MS = 20_000;
const SECRET = 'a-secret-of-the-fault-run';
const PROJECT_ROOT = join(import.meta.dirname, '../..');
const CRASH_ON_CUE = new URL('./crashOnCue.ts', import.meta.url).href;

export async function startFaultyStack(options: FaultyStackOptions): Promise<FaultyStack> {
  const { folder, mappings, script, journal, deliveryIds, visibilitySeconds } = options;
  const description = await describe(folder, mappings);
  const cues = join(folder, 'cues');
  mkdirSync(cues);
  for (const id of deliveryIds) {
    if (!script.happens('crashBeforeRequest', id)) continue;
    journal.play('crashBeforeRequest');
    writeFileSync(join(cues, beforeRequestCue(id)), '');
  }

  const engine = await startQueueEngine({
    file: join(folder, 'queues.sqlite'),
    onFailure: error => {
      throw error;
    },
  });
  const faults = await openFaultySqs({ endpoint: engine.endpoint, script, journal });
  const secrets = new Map([[secretId(LOCAL_STAGE, `sources/${SOURCE}`), { current: SECRET }]]);
  const aws = await openAwsEndpoint([secretsManagerService(() => secrets)]);
  const logGroups = new LogGroups(join(folder, 'logs'), Date.now);
  const metrics = new MetricStore();
  const tables = new TableStore(join(folder, 'tables.sqlite'), Date.now);
  const machine = new WatchedMachine(journal, {
    engine,
    endpoints: {
      sqs: faults.url,
      secretsmanager: aws.url,
      lambda: aws.url,
      logs: aws.url,
      dynamodb: aws.url,
      s3: aws.url,
      keys: aws.url,
    },
    processes: new RuntimeProcesses(),
    logGroups,
    tables,
    metrics,
    alarms: new Alarms({ file: join(folder, 'alarms.json'), metrics, onChange: () => undefined }),
    states: new EventSourceMappingStates(join(folder, 'states.json')),
    say: () => undefined,
    now: Date.now,
  });
  const functions = description.functions.map(one => mayCrash(one, cues, script.seed));
  const queues = description.queues.map(queue => ({
    ...queue,
    visibilityTimeoutSeconds: visibilitySeconds,
  }));
  await machine.apply({ ...description, functions, queues, alarms: [] });
  const frontDoor = await openFrontDoor({
    port: 0,
    routes: () => description.routes,
    invoke: (name, event) => machine.invoke(name, event),
    aside: () => false,
    now: () => new Date(),
  });
  const sqs = new SQSClient({
    endpoint: engine.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'ledger', secretAccessKey: 'local' },
    useQueueUrlAsEndpoint: false,
  });
  return {
    frontDoor: `http://127.0.0.1:${frontDoor.port}`,
    secret: SECRET,
    engine,
    logGroups,
    faults,
    description,
    sqs,
    stopDelivering: async () => {
      await machine.stopMappings(STOPS_WITHIN_MS);
    },
    close: async () => {
      await machine.stopMappings(STOPS_WITHIN_MS);
      await frontDoor.close();
      await machine.stopFunctions(STOPS_WITHIN_MS);
      sqs.destroy();
      await faults.close();
      await aws.close();
      await engine.close();
      tables.close();
      logGroups.close();
    },
  };
}

async function describe(folder: string, mappingsDirectory: string): Promise<StackDescription> {
  const outDirectory = join(folder, 'assembly');
  const synthesis = await synthesize({
    projectRoot: PROJECT_ROOT,
    mappingsDirectory,
    outDirectory,
    deliver: 'real',
    inboxUrl: 'http://127.0.0.1:9',
  });
  if (synthesis.kind === 'refused') throw new Error(synthesis.errors);
  return readAssembly(outDirectory);
}

function mayCrash(description: FunctionDescription, cues: string, seed: number): FunctionDescription {
  const { environment } = description;
  return {
    ...description,
    environment: {
      ...environment,
      NODE_OPTIONS: `${environment['NODE_OPTIONS'] ?? ''} --import=${CRASH_ON_CUE}`,
      [CRASH_FOLDER]: cues,
      [CRASH_SEED]: String(seed),
    },
  };
}

/** Notes of every message how its invocation ended for it. */
class WatchedMachine extends Machine {
  readonly #journal: Journal;

  constructor(journal: Journal, options: ConstructorParameters<typeof Machine>[0]) {
    super(options);
    this.#journal = journal;
  }

  override async invoke(...call: Parameters<Machine['invoke']>): Promise<PoolResult> {
    const result = await super.invoke(...call);
    const { Records } = JSON.parse(call[1]) as { Records?: readonly SqsEventRecord[] };
    const kept = result.kind === 'response' ? result.body : '';
    for (const { messageId, receiptHandle } of Records ?? []) {
      const handing = this.#journal.handing(receiptHandle);
      if (handing !== undefined)
        handing.ended = { as: endOf(result, kept.includes(messageId)), at: Date.now() };
    }
    return result;
  }
}

function endOf({ kind }: PoolResult, isKept: boolean): HandingEnd {
  switch (kind) {
    case 'response':
      return isKept ? 'kept' : 'finished';
    case 'error':
      return 'crashed';
    case 'timeout':
      return 'timed out';
    case 'throttled':
      return 'throttled';
    default:
      return kind satisfies never;
  }
}
