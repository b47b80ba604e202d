/**
 * The stack of one cloud assembly, built and running on this machine: queues, functions, event source mappings and
 * alarms. `apply` puts a description in force, and later another one, changing only what differs.
 */
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Endpoints, REGION } from './account.ts';
import type { FunctionError } from './environment/protocol.ts';
import type { RuntimeProcesses } from './environment/runtimeProcesses.ts';
import { accessLine } from './frontDoor/accessLog.ts';
import type { Access } from './frontDoor/frontDoor.ts';
import {
  type FunctionActivity,
  FunctionPool,
  type InvocationMetrics,
  type PreparedVersion,
} from './functions/functionPool.ts';
import type { PoolResult } from './functions/waitingLine.ts';
import type { LogGroups } from './logGroups.ts';
import type { Alarms } from './metrics/alarms.ts';
import { measureLine } from './metrics/measureLines.ts';
import type { MetricStore } from './metrics/metricStore.ts';
import { EventSourceMapping } from './polling/eventSourceMapping.ts';
import type { QueueEngine } from './queues/queueEngine.ts';
import { type EventSourceMappingStates, inForce } from './services/lambda.ts';
import type { TableStore } from './tables/tableStore.ts';
import type {
  EventSourceMappingDescription,
  FunctionDescription,
  RuleDescription,
  StackDescription,
} from './template/description.ts';
import { mappingUuid } from './template/mappingUuid.ts';
import { withinTime } from './withinTime.ts';

export interface MachineOptions {
  readonly engine: QueueEngine;
  readonly endpoints: Endpoints;
  readonly processes: RuntimeProcesses;
  readonly logGroups: LogGroups;
  readonly metrics: MetricStore;
  readonly alarms: Alarms;
  readonly tables: TableStore;
  /** Which mappings were switched off; what is not in it starts as the template says. */
  readonly states: EventSourceMappingStates;
  readonly say: (message: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A function of the new description cannot start. The old description stays in force. */
export class FunctionStartError extends Error {
  override readonly name = 'FunctionStartError';

  constructor(functionName: string, error: FunctionError) {
    super(
      [
        `${functionName} cannot start: ${error.errorType}: ${error.errorMessage}`,
        ...error.trace.slice(1, 4),
      ].join('\n'),
    );
  }
}

/** The poller holds one connection for each mapping that waits, and more for what is deleted meanwhile. */
const MAX_CONNECTIONS = 1000;

/** One complaint of a mapping's is shown in this time; all are in the log. */
const COMPLAINT_EVERY_MS = 5_000;

export class Machine {
  readonly #options: MachineOptions;
  readonly #pools = new Map<string, FunctionPool>();
  readonly #mappings = new Map<string, EventSourceMapping>();
  readonly #clients = new Map<string, SQSClient>();
  #description: StackDescription | undefined;

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  get description(): StackDescription | undefined {
    return this.#description;
  }

  get mappings(): readonly EventSourceMapping[] {
    return [...this.#mappings.values()];
  }

  /** @param caller - the queue of the event source mapping that invokes. */
  async invoke(functionName: string, event: string, caller?: string): Promise<PoolResult> {
    const pool = this.#pools.get(functionName);
    return pool === undefined ? { kind: 'throttled' } : pool.invoke(event, caller);
  }

  /** @throws FunctionStartError when a function cannot start; then nothing has changed. */
  async apply(description: StackDescription): Promise<void> {
    for (const { logGroup } of description.functions) this.#options.logGroups.open(logGroup);
    // To define more queues harms nothing. They are there when the functions come into force, and are called.
    const [prepared] = await Promise.all([
      this.#prepareFunctions(description.functions.filter(one => !this.#isInForce(one))),
      this.#defineQueues(description),
    ]);
    this.#options.tables.define(description.tables);
    for (const version of prepared) version.commit();
    this.#description = description;
    await this.#removeMappings(description.eventSourceMappings);
    for (const mapping of description.eventSourceMappings) this.#applyMapping(mapping);
    await this.#removeFunctions(description.functions);
    this.#options.alarms.define(description.alarms, description.compositeAlarms);
    await this.#tellOfDeploy();
  }

  /** Puts other versions of its functions in force, and leaves all else. @throws FunctionStartError as `apply` does. */
  async replace(functions: readonly FunctionDescription[]): Promise<void> {
    if (this.#description === undefined) throw new Error('there is nothing yet whose functions to replace');
    const prepared = await this.#prepareFunctions(functions.filter(one => !this.#isInForce(one)));
    for (const version of prepared) version.commit();
    this.#description = { ...this.#description, functions };
    // What is told has no part in what is in force, and whoever saved a mapping does not wait for it.
    void this.#tellOfDeploy();
  }

  async #tellOfDeploy(): Promise<void> {
    for (const rule of this.#description?.rules ?? [])
      if (rule.trigger.kind === 'deploy') await this.call(rule);
  }

  /** What EventBridge does when a rule fires; it tries again where the local stack only complains. */
  async call({ logicalId, functionName, input }: RuleDescription): Promise<void> {
    const result = await this.invoke(functionName, input);
    if (result.kind === 'error') this.#options.say(`${logicalId} failed: ${result.error.errorMessage}`);
  }

  activityOf(functionName: string): FunctionActivity | undefined {
    return this.#pools.get(functionName)?.activity;
  }

  /** Lambda's reserved concurrency: more invocations than that at once are throttled. Undefined takes the limit away. */
  limit(functionName: string, invocations: number | undefined): boolean {
    const pool = this.#pools.get(functionName);
    pool?.limit(invocations);
    return pool !== undefined;
  }

  /** New environments for every function: what they cached, such as secrets, is read again. */
  async recycle(): Promise<void> {
    if (this.#description !== undefined) {
      for (const version of await this.#prepareFunctions(this.#description.functions)) version.commit();
    }
  }

  /** Resolves when the environments of earlier versions have ended and their code may be deleted. */
  async settled(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(pool => pool.retired()));
  }

  /** First the pollers stop, and what they took is finished; what is not done in time comes back at the next start. */
  async stopMappings(drainMs: number): Promise<boolean> {
    return withinTime(Promise.all(this.mappings.map(mapping => mapping.disable())), drainMs);
  }

  async stopFunctions(drainMs: number): Promise<void> {
    await Promise.all([...this.#pools.values()].map(pool => pool.stop(drainMs)));
    for (const client of this.#clients.values()) client.destroy();
  }

  async #defineQueues({ queues }: StackDescription): Promise<void> {
    const { engine, say } = this.#options;
    const before = await engine.queueNames();
    await engine.define(queues);
    const gone = before.filter(name => !queues.some(queue => queue.name === name));
    for (const name of gone) {
      const gauges = await engine.gauges(name);
      const messages = gauges === undefined ? 0 : gauges.visible + gauges.notVisible + gauges.delayed;
      if (messages > 0)
        say(`the queue ${name} is no longer in the template; its ${messages} messages are kept`);
    }
  }

  async #prepareFunctions(functions: readonly FunctionDescription[]): Promise<readonly PreparedVersion[]> {
    const prepared = await Promise.all(
      functions.map(async description => ({ description, version: await this.#prepare(description) })),
    );
    const failed = prepared.find(({ version }) => version.error !== undefined);
    if (failed?.version.error === undefined) return prepared.map(({ version }) => version);
    for (const { version } of prepared) version.discard();
    throw new FunctionStartError(failed.description.name, failed.version.error);
  }

  async #prepare(description: FunctionDescription): Promise<PreparedVersion> {
    const known = this.#pools.get(description.name);
    if (known !== undefined) return known.prepare(description);
    const pool = new FunctionPool({
      description,
      endpoints: this.#options.endpoints,
      processes: this.#options.processes,
      onLog: (group, stream, lines) => this.#log(group, stream, lines),
      onInvocation: metrics => this.#measure(metrics),
      now: this.#options.now,
    });
    return {
      error: await pool.warmUp(),
      commit: () => this.#pools.set(description.name, pool),
      discard: () => void pool.stop(0),
    };
  }

  #isInForce(description: FunctionDescription): boolean {
    const known = this.#pools.get(description.name)?.description;
    return known !== undefined && JSON.stringify(known) === JSON.stringify(description);
  }

  async #removeFunctions(functions: readonly FunctionDescription[]): Promise<void> {
    for (const [name, pool] of this.#pools) {
      if (functions.some(description => description.name === name)) continue;
      this.#pools.delete(name);
      await pool.stop(pool.description.timeoutMs);
    }
  }

  #applyMapping(description: EventSourceMappingDescription): void {
    const uuid = mappingUuid(description);
    const known = this.#mappings.get(uuid);
    const { engine, states, say, now } = this.#options;
    const kept = states.get(uuid);
    if (known !== undefined) {
      known.deploy(description, inForce(description, kept));
      return;
    }
    const enabled = kept?.enabled ?? description.enabled;
    if (!enabled) say(`${description.queue} is paused, as it was left`);
    let complainedAt = Number.NEGATIVE_INFINITY;
    const mapping = new EventSourceMapping({
      description,
      inForce: inForce(description, kept),
      enabled,
      sqs: this.#client(description.functionName),
      invoke: (functionName, event, queue) => this.invoke(functionName, event, queue),
      interruptPolls: queue => engine.interruptPolls(queue),
      say: message => {
        if (now() - complainedAt < COMPLAINT_EVERY_MS) return;
        complainedAt = now();
        say(message);
      },
    });
    this.#mappings.set(uuid, mapping);
  }

  async #removeMappings(descriptions: readonly EventSourceMappingDescription[]): Promise<void> {
    for (const [uuid, mapping] of this.#mappings) {
      if (descriptions.some(description => mappingUuid(description) === uuid)) continue;
      this.#mappings.delete(uuid);
      await mapping.disable();
    }
  }

  /** The poller calls SQS as the function's role does, so it goes by the function's name. */
  #client(functionName: string): SQSClient {
    const known = this.#clients.get(functionName);
    if (known !== undefined) return known;
    const client = new SQSClient({
      endpoint: this.#options.endpoints.sqs,
      region: REGION,
      credentials: { accessKeyId: functionName, secretAccessKey: 'local' },
      useQueueUrlAsEndpoint: false,
      // Nothing is lost on the way between two threads, and each digest costs both of them time.
      md5: false,
      requestHandler: { httpAgent: { keepAlive: true, maxSockets: MAX_CONNECTIONS } },
    });
    this.#clients.set(functionName, client);
    return client;
  }

  /** The front door's access, where the template has it logged. */
  logAccess(access: Access): void {
    const log = this.#description?.accessLog;
    if (log !== undefined) this.#log(log.logGroup, 'access', [accessLine(log.format, access)]);
  }

  #log(group: string, stream: string, lines: readonly string[]): void {
    const { logGroups, metrics, now } = this.#options;
    logGroups.append(group, stream, lines);
    const filters = this.#description?.metricFilters ?? [];
    for (const line of lines) measureLine(line, group, now(), filters, metrics);
  }

  /** What Lambda itself measures of each invocation. */
  #measure({ functionName, outcome, durationMs }: InvocationMetrics): void {
    const dimensions = { FunctionName: functionName };
    const at = this.#options.now();
    const record = (metric: string, value: number): void =>
      this.#options.metrics.record({ namespace: 'AWS/Lambda', metric, dimensions }, value, at);
    record('Throttles', Number(outcome === 'throttled'));
    if (outcome === 'throttled') return;
    record('Invocations', 1);
    record('Errors', Number(outcome !== 'response'));
    record('Duration', durationMs);
  }
}
