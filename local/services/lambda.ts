/**
 * Lambda, the calls that pausing a destination takes: read and switch event source mappings, and tag them. What is
 * switched off stays off through a restart.
 */
import { arn, queueArn } from '../account.ts';
import type { EventSourceMappingState } from '../polling/eventSourceMapping.ts';
import { readJsonFile, writeJsonFile } from '../storage/jsonFile.ts';
import type { EventSourceMappingDescription } from '../template/description.ts';
import { mappingUuid } from '../template/mappingUuid.ts';
import type { Service, ServiceRequest, ServiceResponse } from './awsEndpoint.ts';

type Pace = Pick<EventSourceMappingDescription, 'batchSize' | 'maximumConcurrency'>;

interface Kept {
  readonly enabled: boolean;
  readonly changedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** As it was set by a call, and what the template said then: a template that says something else wins. */
  readonly pace?: { readonly set: Pace; readonly over: Pace };
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

/** The template's description, with what calls have changed since. As CloudFormation, a deploy touches only what differs. */
export function inForce(
  description: EventSourceMappingDescription,
  kept: Kept | undefined,
): EventSourceMappingDescription {
  const { batchSize, maximumConcurrency } = description;
  const over = kept?.pace?.over;
  const isUnchanged = over?.batchSize === batchSize && over.maximumConcurrency === maximumConcurrency;
  return isUnchanged ? { ...description, ...kept?.pace?.set } : description;
}

export interface RunningMapping {
  /** As the template has it. */
  readonly description: EventSourceMappingDescription;
  readonly state: EventSourceMappingState;
  /** Another batch size or concurrency than the template's. */
  update(inForce: EventSourceMappingDescription): void;
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
  const unknown = Object.keys(body).find(key => !CHANGEABLE.includes(key));
  if (unknown !== undefined) {
    return failure(
      400,
      'InvalidParameterValueException',
      `the local stack switches a mapping on and off and changes its pace; ${unknown} comes from the template`,
    );
  }
  const uuid = mappingUuid(mapping.description);
  const kept = options.states.get(uuid);
  const wanted = wantedPace(body, inForce(mapping.description, kept));
  if ('problem' in wanted) return failure(400, 'InvalidParameterValueException', wanted.problem);
  const enabled = body['Enabled'];
  const hasPace = 'BatchSize' in body || 'ScalingConfig' in body;
  const { batchSize, maximumConcurrency } = mapping.description;
  // Kept before it is acted upon: a pause that was answered must outlive a crash.
  options.states.set(uuid, {
    tags: {},
    ...kept,
    enabled: typeof enabled === 'boolean' ? enabled : (kept?.enabled ?? mapping.state === 'Enabled'),
    changedAt: options.now().getTime(),
    ...(hasPace && { pace: { set: wanted, over: { batchSize, maximumConcurrency } } }),
  });
  if (hasPace) mapping.update(inForce(mapping.description, options.states.get(uuid)));
  if (enabled === true) mapping.enable();
  else if (enabled === false) void mapping.disable();
  const configuration = configurationOf(mapping, options);
  return { status: 202, body: enabled === false ? { ...configuration, State: 'Disabling' } : configuration };
}

const CHANGEABLE: readonly string[] = ['Enabled', 'FunctionName', 'BatchSize', 'ScalingConfig'];

/** The service's own bounds for a queue without a batching window. */
function wantedPace(body: ServiceRequest['body'], before: Pace): Pace | { readonly problem: string } {
  const scaling = body['ScalingConfig'] as { readonly MaximumConcurrency?: unknown } | undefined;
  const batchSize = body['BatchSize'] ?? before.batchSize;
  const maximumConcurrency = scaling?.MaximumConcurrency ?? before.maximumConcurrency;
  if (!isWhole(batchSize, 1, 10))
    return { problem: 'BatchSize must be from 1 to 10 without a batching window' };
  if (!isWhole(maximumConcurrency, 2, 1000)) return { problem: 'MaximumConcurrency must be from 2 to 1000' };
  return { batchSize, maximumConcurrency };
}

const isWhole = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;

function configurationOf(
  { description: template, state }: RunningMapping,
  { states }: LambdaServiceOptions,
): Record<string, unknown> {
  const uuid = mappingUuid(template);
  const description = inForce(template, states.get(uuid));
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
      ...known,
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
