/** From a real event to an example's files: redacted, and with what the mapping makes of it now. */
import { stringify } from 'yaml';
import { redactJson } from '../core/authoring/capture/redactJson.ts';
import type { StandIns } from '../core/authoring/capture/standIn.ts';
import { routeConfiguration } from '../core/files/configure.ts';
import type { Route } from '../core/files/routeFile.ts';
import { transformExample } from '../core/files/runExample.ts';
import { createContractCheck } from '../core/mapping/contract.ts';
import type { Engine } from '../core/mapping/engine.ts';
import { type Transformed, transform } from '../core/mapping/transform.ts';
import { readPayload } from '../core/payload.ts';
import type { InputPath } from '../core/reads/inputPath.ts';
import { Failure } from './command.ts';
import type { Sample } from './samples.ts';

export interface CaptureWish {
  readonly route: Route;
  readonly name: string;
  readonly reads: readonly InputPath[];
  readonly known: ReadonlySet<string>;
  /** Paths below `payload` whose values stay. */
  readonly keep: ReadonlySet<string>;
}

export interface Captured {
  /** Path below the mappings folder → text: input, expectation and perhaps context. */
  readonly files: ReadonlyMap<string, string>;
  readonly replaced: ReadonlyMap<string, number>;
  readonly becomes: 'output' | 'dropped' | 'error';
  /** What the real event becomes, where the redacted one becomes something else. */
  readonly unlike?: string;
}

export function captureEvent(
  { input, now }: Sample,
  { route, name, reads, known, keep }: CaptureWish,
  standIns: StandIns,
  engine: Engine,
): Captured {
  const { headers, body } = input;
  const payload = readPayload(body, headers['content-type'], headers['content-encoding']);
  if (payload.kind === 'undecodable') {
    throw new Failure(`this event's body cannot be read, so there is nothing to redact: ${payload.reason}`);
  }
  const isJson = payload.kind === 'json';
  const json = isJson ? payload.text : JSON.stringify(payload.value);
  const redacted = redactOrRefuse(json, standIns, { known, paths: keep });
  const text = isJson ? `${redacted.json}\n` : asText(payload.kind, JSON.parse(redacted.json));

  const readHeaders = reads.flatMap(([top, header]) =>
    top === 'headers' && header !== undefined ? [header] : [],
  );
  const keptHeaders = Object.fromEntries(
    Object.entries(headers)
      .filter(([header]) => readHeaders.includes(header) || (header === 'content-type' && !isJson))
      .map(([header, value]) => [header, header === 'content-type' ? value : standIns.text(value, known)]),
  );
  const context = {
    type: input.event.type,
    now: new Date(now).toISOString(),
    ...(Object.keys(keptHeaders).length === 0 ? {} : { headers: keptHeaders }),
  };

  const base = `${route.name}/examples/${name}`;
  const file = `${base}.input.${isJson ? 'json' : 'txt'}`;
  const configuration = { ...routeConfiguration(route), events: route.events };
  const checkContract = createContractCheck();
  const made = transformExample(engine, checkContract, configuration, { body: text, file, context });
  const real = transform(engine, checkContract, configuration, input, now);
  const files = new Map([
    [file, isJson ? escaped(text) : text],
    [`${base}.context.yaml`, stringify(context)],
    expectationOf(base, made),
  ]);
  return {
    files,
    replaced: redacted.replaced,
    becomes: made.kind === 'body' ? 'output' : made.kind,
    ...(outcome(made) === outcome(real) ? {} : { unlike: outcome(real) }),
  };
}

function redactOrRefuse(...given: Parameters<typeof redactJson>): ReturnType<typeof redactJson> {
  try {
    return redactJson(...given);
  } catch (error) {
    if (error instanceof RangeError) throw new Failure('this payload is nested too deeply to be an example');
    throw error;
  }
}

function asText(kind: 'form' | 'text', value: unknown): string {
  if (kind === 'text') return String(value);
  const form = new URLSearchParams();
  for (const [field, one] of Object.entries(value as object)) {
    for (const item of Array.isArray(one) ? one : [one]) form.append(field, String(item));
  }
  return form.toString();
}

/** A sign that a provider sent is told from bytes that are no text, which `check` refuses, by the way it is written. */
const escaped = (json: string): string => json.replaceAll('\uFFFD', '\\ufffd');

function expectationOf(base: string, made: Transformed): [string, string] {
  switch (made.kind) {
    case 'body':
      return [`${base}.output.json`, escaped(`${JSON.stringify(JSON.parse(made.json), undefined, 2)}\n`)];
    case 'dropped':
      return [`${base}.dropped`, '`when` does not want it\n'];
    case 'error': {
      const { code, message } = made.error;
      return [`${base}.error.json`, `${JSON.stringify({ code, message }, undefined, 2)}\n`];
    }
    default:
      return made satisfies never;
  }
}

const outcome = (made: Transformed): string =>
  made.kind === 'error' ? `${made.error.code}: ${made.error.message}` : made.kind;
