import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { loadProject } from '../../authoring/loadProject.ts';
import { routeConfiguration } from '../../core/files/configure.ts';
import { transformExample } from '../../core/files/runExample.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import type { ShapedRequest } from '../../core/mapping/shapeRequest.ts';
import { defineCommand, type ExitCode, Failure, Misuse, textOption } from '../command.ts';
import { mappingsOption } from '../options.ts';
import { routeNamed } from '../routeNamed.ts';

const error = z.object({
  code: z.string(),
  message: z.string(),
  file: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
  jsonata: z.string().optional(),
});

const result = z.discriminatedUnion('result', [
  z.object({
    result: z.literal('body'),
    body: z.unknown(),
    request: z
      .object({
        method: z.string(),
        path: z.string().describe("below the destination's URL, with its query"),
        headers: z.record(z.string(), z.string()),
        contentType: z.string(),
      })
      .describe('as route.yaml shapes it'),
  }),
  z.object({ result: z.literal('dropped') }),
  z.object({ result: z.literal('error'), error }),
]);
type Result = z.output<typeof result>;

const ended = (exitCode: ExitCode, output: Result): { exitCode: ExitCode; output: Result } => ({
  exitCode,
  output,
});

function shapeOf({ method, path, query, headers, contentType }: ShapedRequest) {
  const parameters = new URLSearchParams(query as [string, string][]).toString();
  const below = `${path === '' ? '' : '/'}${path}${parameters === '' ? '' : '?'}${parameters}`;
  return { method, path: below, headers, contentType };
}

export const tryRoute = defineCommand({
  details:
    "Nothing is sent. The input is a body as the provider posts it; an example's own context is used when the input is one.",
  arguments: [
    { name: 'ROUTE', description: "a route's name" },
    { name: 'INPUT', description: 'a file with the body' },
  ],
  options: [
    mappingsOption,
    { flags: '--event <type>', description: "the event type; default: the first of the route's" },
  ],
  examples: ['try github-issue-to-ops-chat mappings/github-issue-to-ops-chat/examples/01-typical.input.json'],
  output: result,
  async run({ arguments: [routeName = '', inputFile = ''], options }) {
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    const engine = await authoringEngine();
    const compiled = await loadProject(mappings, engine).catch((cause: Error) => {
      throw new Failure(cause.message);
    });
    const route = routeNamed(compiled, routeName);
    const body = await readFile(inputFile, 'utf8').catch(() => {
      throw new Misuse(`cannot read ${inputFile}`);
    });
    const asExample = route.examples.find(
      example => basename(example.file) === basename(inputFile) && example.body === body,
    );
    const type = textOption(options, 'event');
    const transformed = transformExample(
      engine,
      createContractCheck(),
      { ...routeConfiguration(route), events: route.events },
      {
        body,
        file: inputFile,
        context: { ...asExample?.context, ...(type === undefined ? {} : { type }) },
      },
    );
    switch (transformed.kind) {
      case 'body':
        return ended(0, {
          result: 'body',
          body: JSON.parse(transformed.json),
          request: shapeOf(transformed.request),
        });
      case 'dropped':
        return ended(0, { result: 'dropped' });
      case 'error':
        return ended(1, { result: 'error', error: transformed.error });
      default:
        return transformed satisfies never;
    }
  },
  print(output) {
    if (output.result === 'body') {
      const { method, path, headers, contentType } = output.request;
      const isPlain = method === 'POST' && path === '' && contentType === 'application/json';
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      const shape =
        isPlain && lines.length === 0 ? [] : [`${method} …${path} (${contentType})`, ...lines, ''];
      return [...shape, JSON.stringify(output.body, undefined, 2)].join('\n');
    }
    if (output.result === 'dropped') return 'dropped: `when` gives false for this event';
    const { file, line, column, code, message } = output.error;
    return `${file}${line === undefined ? '' : `:${line}:${column ?? 1}`} ${code}: ${message}`;
  },
});
