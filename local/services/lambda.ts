/**
 * Lambda, the calls that pausing a destination takes: read and switch event source mappings, and tag them. What is
 * switched off stays off through a restart.
 */
import { createHash } from 'node:crypto';
import { arn, queueArn } from '../account.ts';
import type { EventSourceMappingState } from '../eventSourceMapping.ts';
import { readJsonFile, writeJsonFile } from '../storage/jsonFile.ts';
import type { EventSourceMappingDescription } from '../template/description.ts';
import type { Service, ServiceRequest, ServiceResponse } from './awsEndpoint.ts';

interface Kept {
  readonly enabled: boolean;
  readonly changedAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** What was switched and tagged, by the mapping's UUID, in one file of the data folder. */
export class EventSourceMappingStates {
  readonly #file: string;
  readonly #kept: Record<string, Kept>;

  constructor(file: string) {
    this.#file = file;
    this.#kept = { ...(readJsonFile(file) as Record<string, Kept> | undefined) };
  }

  get(uuid: string): Kept | undefined {
    return this.#kept[uuid];
  }

  set(uuid: string, kept: Kept): void {
    this.#kept[uuid] = kept;
    writeJsonFile(this.#file, this.#kept);
  }
}

/** The same queue and function have the same UUID at every start, so that a pause finds its mapping again. */
export function mappingUuid({
  queue,
  functionName,
}: Pick<EventSourceMappingDescription, 'queue' | 'functionName'>): string {
  const hex = createHash('sha256').update(`${queue} ${functionName}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export interface RunningMapping {
  readonly description: EventSourceMappingDescription;
  readonly state: EventSourceMappingState;
  enable(): void;
  disable(): Promise<void>;
}

export interface LambdaServiceOptions {
  readonly mappings: () => readonly RunningMapping[];
  readonly states: EventSourceMappingStates;
  readonly now: () => Date;
}

const MAPPINGS_PATH = '/2015-03-31/event-source-mappings';
const TAGS_PATH = '/2017-03-31/tags/';

interface Operation {
  readonly name: string;
  readonly resource: string;
  readonly run: () => ServiceResponse;
}

export function lambdaService(options: LambdaServiceOptions): Service {
  return {
    action: request => operationOf(request, options),
    answer: request => operationOf(request, options)?.run() ?? notFound(),
  };
}

function operationOf(request: ServiceRequest, options: LambdaServiceOptions): Operation | undefined {
  const path = decodeURIComponent(request.url.pathname);
  if (path.startsWith(TAGS_PATH)) return tagOperation(request, path.slice(TAGS_PATH.length), options);
  if (path !== MAPPINGS_PATH && !path.startsWith(`${MAPPINGS_PATH}/`)) return undefined;
  const uuid = path.slice(MAPPINGS_PATH.length + 1);
  if (uuid === '' && request.method === 'GET') {
    return {
      name: 'lambda:ListEventSourceMappings',
      resource: '*',
      run: () => list(request.url.searchParams, options),
    };
  }
  const resource = mappingArn(uuid);
  const found = options.mappings().find(({ description }) => mappingUuid(description) === uuid);
  switch (request.method) {
    case 'GET':
      return {
        name: 'lambda:GetEventSourceMapping',
        resource,
        run: () =>
          found === undefined ? notFound() : { status: 200, body: configurationOf(found, options) },
      };
    case 'PUT':
      return {
        name: 'lambda:UpdateEventSourceMapping',
        resource,
        run: () => (found === undefined ? notFound() : update(found, request.body, options)),
      };
    default:
      return undefined;
  }
}

function list(query: URLSearchParams, options: LambdaServiceOptions): ServiceResponse {
  const source = query.get('EventSourceArn');
  const functionName = query.get('FunctionName');
  const found = options
    .mappings()
    .filter(({ description }) => source === null || queueArn(description.queue) === source)
    .filter(
      ({ description }) =>
        functionName === null ||
        [description.functionName, functionArn(description.functionName)].includes(functionName),
    );
  return {
    status: 200,
    body: { EventSourceMappings: found.map(mapping => configurationOf(mapping, options)) },
  };
}

function update(
  mapping: RunningMapping,
  body: ServiceRequest['body'],
  options: LambdaServiceOptions,
): ServiceResponse {
  const unknown = Object.keys(body).find(key => key !== 'Enabled' && key !== 'FunctionName');
  if (unknown !== undefined) {
    return failure(
      400,
      'InvalidParameterValueException',
      `the local stack switches a mapping on and off; ${unknown} comes from the template`,
    );
  }
  const enabled = body['Enabled'];
  if (typeof enabled === 'boolean') {
    const uuid = mappingUuid(mapping.description);
    // Kept before it is acted upon: a pause that was answered must outlive a crash.
    options.states.set(uuid, {
      tags: {},
      ...options.states.get(uuid),
      enabled,
      changedAt: options.now().getTime(),
    });
    if (enabled) mapping.enable();
    else void mapping.disable();
  }
  const configuration = configurationOf(mapping, options);
  return { status: 202, body: enabled === false ? { ...configuration, State: 'Disabling' } : configuration };
}

function configurationOf(
  { description, state }: RunningMapping,
  { states }: LambdaServiceOptions,
): Record<string, unknown> {
  const uuid = mappingUuid(description);
  return {
    UUID: uuid,
    EventSourceMappingArn: mappingArn(uuid),
    EventSourceArn: queueArn(description.queue),
    FunctionArn: functionArn(description.functionName),
    BatchSize: description.batchSize,
    MaximumBatchingWindowInSeconds: description.batchingWindowMs / 1000,
    ScalingConfig: { MaximumConcurrency: description.maximumConcurrency },
    FunctionResponseTypes: description.reportsBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    State: state,
    StateTransitionReason: 'USER_INITIATED',
    LastModified: (states.get(uuid)?.changedAt ?? 0) / 1000,
  };
}

function tagOperation(
  request: ServiceRequest,
  resource: string,
  { mappings, states, now }: LambdaServiceOptions,
): Operation | undefined {
  const mapping = mappings().find(({ description }) => mappingArn(mappingUuid(description)) === resource);
  const uuid = mapping && mappingUuid(mapping.description);
  const known = uuid === undefined ? undefined : states.get(uuid);
  const keep = (tags: Readonly<Record<string, string>>): ServiceResponse => {
    if (uuid === undefined || mapping === undefined) return notFound();
    states.set(uuid, {
      enabled: known?.enabled ?? mapping.state === 'Enabled',
      changedAt: now().getTime(),
      tags,
    });
    return { status: 204 };
  };
  const tags = known?.tags ?? {};
  switch (request.method) {
    case 'GET':
      return {
        name: 'lambda:ListTags',
        resource,
        run: () => (mapping === undefined ? notFound() : { status: 200, body: { Tags: tags } }),
      };
    case 'POST':
      return {
        name: 'lambda:TagResource',
        resource,
        run: () => keep({ ...tags, ...(request.body['Tags'] as Record<string, string>) }),
      };
    case 'DELETE': {
      const gone = request.url.searchParams.getAll('tagKeys');
      const left = Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.includes(key)));
      return { name: 'lambda:UntagResource', resource, run: () => keep(left) };
    }
    default:
      return undefined;
  }
}

const mappingArn = (uuid: string): string => arn('lambda', `event-source-mapping:${uuid}`);

const functionArn = (name: string): string => arn('lambda', `function:${name}`);

const notFound = (): ServiceResponse =>
  failure(404, 'ResourceNotFoundException', 'The resource you requested does not exist.');

const failure = (status: number, type: string, message: string): ServiceResponse => ({
  status,
  body: { Type: 'User', Message: message },
  headers: { 'x-amzn-errortype': type },
});
