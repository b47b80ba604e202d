/** Runs one example through its route and compares what came out with what was expected. */
import { isDeepStrictEqual } from 'node:util';
import type { RouteConfiguration } from '../configuration.ts';
import type { ContractCheck } from '../mapping/contract.ts';
import type { Engine } from '../mapping/engine.ts';
import {
  MAPPING_TIMEOUT_ATTEMPTS,
  type MappingInput,
  type Transformed,
  transform,
} from '../mapping/transform.ts';
import { differences } from './difference.ts';
import type { Example } from './exampleFiles.ts';
import type { Problem } from './problem.ts';

/** What an example's `$now()` says unless it says so itself. */
export const EXAMPLE_NOW = '2026-01-01T00:00:00.000Z';

export function transformExample(
  engine: Engine,
  checkContract: ContractCheck,
  route: RouteConfiguration & { readonly events: readonly string[] },
  example: Pick<Example, 'body' | 'context' | 'file'>,
): Transformed {
  const { input, now } = exampleInput(route, example);
  const run = (): Transformed => transform(engine, checkContract, route, input, now);
  let transformed = run();
  for (let attempt = 1; isTimeout(transformed) && attempt < MAPPING_TIMEOUT_ATTEMPTS; attempt += 1) {
    transformed = run();
  }
  return transformed;
}

/** What the mapping sees of an example, and what time it is then. */
export function exampleInput(
  route: { readonly from: string; readonly events: readonly string[] },
  { body, context, file }: Pick<Example, 'body' | 'context' | 'file'>,
): { input: MappingInput; now: number } {
  const receivedAt = context.now ?? EXAMPLE_NOW;
  return {
    now: Date.parse(receivedAt),
    input: {
      body: Buffer.from(body, 'utf8'),
      headers: {
        'content-type': file.endsWith('.json') ? 'application/json' : 'text/plain',
        ...context.headers,
      },
      event: {
        id: 'evt_example',
        type: context.type ?? exampleType(route.events),
        source: route.from,
        receivedAt,
      },
    },
  };
}

const isTimeout = (transformed: Transformed): boolean =>
  transformed.kind === 'error' && transformed.error.code === 'MAPPING_TIMEOUT';

/** The first event type of a route; a pattern is made concrete. */
export const exampleType = (events: readonly string[]): string =>
  (events[0] ?? '*').replaceAll('*', 'example');

/**
 * Undefined when the example holds.
 * @param version - the mapping's, where it is not the one in force.
 */
export function judgeExample(
  example: Example,
  transformed: Transformed,
  version?: string,
): Problem | undefined {
  const { expectation } = example;
  const cause = transformed.kind === 'error' ? transformed.error : undefined;
  const failed = (message: string, hint?: string): Problem => ({
    severity: 'error',
    code: 'example-failed',
    file: expectation.file,
    message: version === undefined ? message : `with ${version}.jsonata: ${message}`,
    ...(hint === undefined ? {} : { hint }),
    ...(cause?.line === undefined
      ? {}
      : { cause: { file: cause.file, line: cause.line, column: cause.column ?? 1 } }),
  });
  if (transformed.kind === 'error') {
    const { error } = transformed;
    const place = error.line === undefined ? error.file : `${error.file}:${error.line}:${error.column ?? 1}`;
    if (expectation.kind !== 'error') {
      return failed(`the mapping failed: ${error.code} at ${place}: ${error.message}`);
    }
    const different = Object.entries(expectation.error).filter(
      ([key, value]) => (error as unknown as Record<string, unknown>)[key] !== value,
    );
    return different.length === 0
      ? undefined
      : failed(
          `another error was expected: ${different.map(([key, value]) => `${key} ${JSON.stringify(value)}`).join(', ')}`,
          `it was ${error.code} at ${place}: ${error.message}`,
        );
  }
  if (transformed.kind === 'dropped') {
    return expectation.kind === 'dropped'
      ? undefined
      : failed('`when` dropped this event, and that was not expected');
  }
  if (expectation.kind !== 'output') {
    return failed(
      expectation.kind === 'dropped'
        ? '`when` let this event through, and it was expected to be dropped'
        : 'the mapping gave a result, and it was expected to fail',
    );
  }
  const actual: unknown = JSON.parse(transformed.json);
  if (isDeepStrictEqual(actual, expectation.value)) return undefined;
  return failed(
    'the result differs from what was expected',
    [
      ...differences(expectation.value, actual),
      ...aboutTheTime(example, expectation.value, transformed.json),
    ].join('\n      '),
  );
}

/** An expectation that was copied from a real run holds the time of that run, which comes never again. */
function aboutTheTime({ name, context }: Example, expected: unknown, json: string): string[] {
  const now = new Date(context.now ?? EXAMPLE_NOW).toISOString();
  if (!json.includes(now) || JSON.stringify(expected).includes(now)) return [];
  return [
    `$now() is ${now} in this example: expect that, or say another time in ${name}.context.yaml (now: …)`,
  ];
}
