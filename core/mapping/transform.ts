/** From an event to what a destination gets: input contract → filter → mapping → output contract → request. */
import type { RouteConfiguration } from '../configuration.ts';
import type { EnvelopeEvent } from '../envelope.ts';
import type { Finding } from '../guards/guard.ts';
import { heldByGuards } from '../guards/heldByGuards.ts';
import { Fault } from '../jsonata/fault.ts';
import { withAllDigits } from '../jsonata/numbers/readJson.ts';
import type { Value } from '../jsonata/values.ts';
import { type Payload, readPayload, type UndecodableReason } from '../payload.ts';
import type { ContractBreach, ContractCheck } from './contract.ts';
import type { Engine, EngineInput } from './engine.ts';
import type { MappingError } from './mappingError.ts';
import { type ShapedRequest, shapeRequest } from './shapeRequest.ts';

export type Transformed =
  /** The mapping's output as JSON text, and the request that it becomes. */
  | {
      readonly kind: 'body';
      readonly json: string;
      readonly request: ShapedRequest;
      /** What the route's guards found and only warn of; absent when that is nothing. */
      readonly findings?: readonly Finding[];
    }
  /** The route's filter does not want this event. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'error'; readonly error: MappingError };

/** What a mapping sees, before it is JSON text. */
export interface MappingInput {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly event: Pick<EnvelopeEvent, 'id' | 'type' | 'source' | 'receivedAt'>;
}

/** A contract's check is timed in real time, and a cold or busy process is slow once: too slow is what is so this often. */
export const MAPPING_TIMEOUT_ATTEMPTS = 3;

const UNREADABLE: Readonly<Record<UndecodableReason, string>> = {
  'unknown-content-encoding': 'the body has a content-encoding other than gzip, deflate or br',
  'corrupt-compression': 'the body does not decompress as its content-encoding says',
  'decompressed-too-large': 'the body decompresses to more than 8 MiB',
  'not-utf-8': 'the body is not UTF-8 text',
};

/** Links all texts of a route, as far as that is not done: no event's time is spent on it. */
export function prepareRoute(engine: Engine, route: RouteConfiguration): void {
  const { when, mapping, request } = route;
  const shaping = Object.values({ ...request?.query, ...request?.headers });
  for (const text of [when, mapping, request?.method, request?.path, ...shaping]) {
    if (text !== undefined) engine.prepare(text);
  }
}

/**
 * @param now - milliseconds since the epoch, for the mapping's `$now()`.
 * @param seen - is shown the payload before anything is decided about it, dropped ones too.
 */
export function transform(
  engine: Engine,
  checkContract: ContractCheck,
  route: RouteConfiguration,
  input: MappingInput,
  now: number,
  seen?: (payload: unknown) => void,
): Transformed {
  const payload = readPayload(input.body, input.headers['content-type'], input.headers['content-encoding']);
  if (payload.kind === 'undecodable') {
    const message = UNREADABLE[payload.reason];
    return { kind: 'error', error: { code: 'PAYLOAD_NOT_READABLE', message, file: route.mapping.file } };
  }
  seen?.(payload.value);
  if (route.contract.input !== undefined) {
    const breach = checkContract(route.contract.input, payload.value);
    if (breach !== undefined) return { kind: 'error', error: asContractError(breach, 'CONTRACT_INPUT') };
  }
  const exact = withDigits(payload, route);
  if (exact === 'too-deep') {
    const message = 'the body is nested more than 1,000 levels deep';
    return { kind: 'error', error: { code: 'PAYLOAD_NOT_READABLE', message, file: route.mapping.file } };
  }
  const { id, type, source, receivedAt } = input.event;
  const value = {
    payload: exact.value,
    headers: input.headers,
    event: { id, type, source, receivedAt },
  };
  const engineInput: EngineInput = { value, now, seed: id };

  if (route.when !== undefined) {
    const wanted = engine.evaluate(route.when, engineInput);
    if (wanted.kind === 'error') return { kind: 'error', error: asFilterError(wanted.error) };
    if (wanted.kind === 'value' && wanted.value === false) return { kind: 'dropped' };
    if (wanted.kind === 'undefined' || wanted.value !== true) {
      return {
        kind: 'error',
        error: {
          code: 'FILTER_NOT_BOOLEAN',
          message:
            '`when` must give true or false, and gave something else; wrap it in $boolean() or $exists()',
          file: route.when.file,
          line: route.when.line,
        },
      };
    }
  }

  const mapped = engine.evaluate(route.mapping, engineInput);
  if (mapped.kind === 'error') return mapped;
  if (mapped.kind === 'undefined') {
    return {
      kind: 'error',
      error: {
        code: 'MAPPING_EMPTY',
        message:
          'the mapping gives nothing for this event; to leave an event out on purpose, use `when` in route.yaml',
        file: route.mapping.file,
      },
    };
  }
  const findings: Finding[] = [];
  if (route.contract.output !== undefined) {
    const breach = checkContract(route.contract.output, JSON.parse(mapped.json));
    const isLetBy = breach?.missing !== undefined && (route.guards?.switches.required ?? 'fail') !== 'fail';
    if (breach !== undefined && !isLetBy)
      return { kind: 'error', error: asContractError(breach, 'CONTRACT_OUTPUT') };
    if (route.guards?.switches.required === 'warn') findings.push(...missingFindings(breach));
  }
  const guarded = heldByGuards(route, payloadText(payload), mapped.json, [receivedAt]);
  if (guarded.kind === 'error') return guarded;
  findings.push(...guarded.findings);
  const shaped = shapeRequest(engine, route.request, engineInput, mapped.value, mapped.json);
  if (!shaped.ok) return { kind: 'error', error: shaped.error };
  const found = findings.length === 0 ? {} : { findings };
  return { kind: 'body', json: mapped.json, request: shaped.request, ...found };
}

/** The payload as the mapping sees it. Contracts see the plain one: JSON Schema knows of doubles alone. */
function withDigits(
  payload: Exclude<Payload, { kind: 'undecodable' }>,
  { numbers }: RouteConfiguration,
): { readonly value: Value } | 'too-deep' {
  if (payload.kind !== 'json') return { value: payload.value };
  try {
    return { value: withAllDigits(payload.value as Value, payload.text, numbers) };
  } catch (error) {
    if (error instanceof Fault) return 'too-deep';
    throw error;
  }
}

/** The payload as it came, for what a parsed one cannot tell. */
const payloadText = (payload: Exclude<Payload, { kind: 'undecodable' }>): string =>
  payload.kind === 'json' ? payload.text : JSON.stringify(payload.value);

const asContractError = (
  { code, message, file }: ContractBreach,
  broken: 'CONTRACT_INPUT' | 'CONTRACT_OUTPUT',
): MappingError => ({ code: code ?? broken, message, file });

const missingFindings = (breach: ContractBreach | undefined): Finding[] =>
  (breach?.missing ?? []).map(path => ({ guard: 'required', path }));

const asFilterError = (error: MappingError): MappingError =>
  error.code === 'MAPPING_FAILED' ? { ...error, code: 'FILTER_FAILED' } : error;
