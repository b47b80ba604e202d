import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import type { FileMarks } from '../../authoring/folderMarks.ts';
import { ProjectLoader } from '../../authoring/loadProject.ts';
import { placeSeen, whatItSaw } from '../../authoring/whatItSaw.ts';
import { type OutputPath, readOutputPath } from '../../core/authoring/explain/outputPath.ts';
import { routeConfiguration } from '../../core/files/configure.ts';
import type { Example } from '../../core/files/exampleFiles.ts';
import { excerptOf } from '../../core/files/excerpt.ts';
import { jsonProblem } from '../../core/files/jsonText.ts';
import { formatProblem } from '../../core/files/problem.ts';
import { judgeExample, transformExample } from '../../core/files/runExample.ts';
import { GUARD_WORDS, GUARDS } from '../../core/guards/guard.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import type { ShapedRequest } from '../../core/mapping/shapeRequest.ts';
import type { Transformed } from '../../core/mapping/transform.ts';
import { defineCommand, type ExitCode, Failure, Misuse, textOption } from '../command.ts';
import { explain, explained, explainedText } from '../explain.ts';
import { mappingsOption } from '../options.ts';
import { routeNamed } from '../routeNamed.ts';
import { watchOption, whileWatching } from '../whileWatching.ts';

const error = z.object({
  code: z.string(),
  message: z.string(),
  file: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
  jsonata: z.string().optional(),
  excerpt: z.string().optional().describe('the line, with a caret below the place'),
});

const expected = z
  .object({
    file: z.string(),
    holds: z.boolean(),
    message: z.string().optional(),
    differences: z.string().optional().describe('a line for each path'),
  })
  .optional()
  .describe('when the input is an example: whether what it expects came out');

const findings = z
  .array(z.object({ guard: z.enum(GUARDS), path: z.string() }))
  .describe("what the route's guards warn of");

const missing = z
  .array(
    z.object({
      path: z.string(),
      file: z.string().optional().describe('of a shared function; default: the mapping'),
      line: z.int(),
      column: z.int(),
      nearest: z.string().optional().describe('the name beside it that looks most like it'),
    }),
  )
  .describe('what the mapping looked for and is not in this payload');

const found = z
  .array(z.object({ path: z.string(), type: z.string() }))
  .describe('what the expression that failed had read, and its type');

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
    findings,
    missing,
    expected,
    explained,
  }),
  z.object({ result: z.literal('dropped'), expected }),
  z.object({ result: z.literal('error'), error, found, missing, expected }),
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

interface Asked {
  readonly routeName: string;
  readonly inputFile: string;
  readonly type: string | undefined;
  /** The place of the output that is to be explained. */
  readonly explain: OutputPath | undefined;
}

const WHY_UNREAD: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};

/** One answer, from the files as they are now. */
async function answer(
  loader: ProjectLoader,
  { routeName, inputFile, type, explain: place }: Asked,
  files?: FileMarks,
): Promise<{ exitCode: ExitCode; output: Result }> {
  const compiled = await loader.load(files, routeName).catch((cause: Error) => {
    throw new Failure(cause.message);
  });
  const route = routeNamed(compiled, routeName);
  const body = await readFile(inputFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Misuse(`cannot read ${inputFile}: ${WHY_UNREAD[error.code ?? ''] ?? error.message}`);
  });
  const syntax = inputFile.endsWith('.json') ? jsonProblem(inputFile, body) : undefined;
  if (syntax !== undefined) {
    const excerpt = excerptOf(body, syntax.line ?? 1, syntax.column ?? 1);
    throw new Failure(
      formatProblem({ ...syntax, ...(excerpt === undefined ? {} : { excerpt }) }),
      'a body that is no JSON is tried from a file that ends in .txt',
    );
  }
  const asExample = route.examples.find(
    example => basename(example.file) === basename(inputFile) && example.body === body,
  );
  const tried = {
    body,
    file: inputFile,
    context: { ...asExample?.context, ...(type === undefined ? {} : { type }) },
  };
  const engine = await authoringEngine();
  const transformed = transformExample(
    engine,
    createContractCheck(),
    { ...routeConfiguration(route), events: route.events },
    tried,
  );
  const explanation = place === undefined ? undefined : explain(engine, route, tried, place, compiled.files);
  const held =
    asExample === undefined || type !== undefined ? {} : { expected: expectedOf(asExample, transformed) };
  switch (transformed.kind) {
    case 'body':
      return ended(0, {
        result: 'body',
        body: JSON.parse(transformed.json),
        request: shapeOf(transformed.request),
        findings: [...(transformed.findings ?? [])],
        missing: [...whatItSaw(engine, route, tried).missing],
        ...held,
        ...(explanation === undefined ? {} : { explained: explanation }),
      });
    case 'dropped':
      return ended(0, { result: 'dropped', ...held });
    case 'error': {
      const { file, line, column } = transformed.error;
      const text = compiled.files.get(file);
      const excerpt =
        text === undefined || line === undefined ? undefined : excerptOf(text, line, column ?? 1);
      const sight = whatItSaw(engine, route, tried);
      return ended(1, {
        result: 'error',
        found: [...sight.found],
        missing: [...sight.missing],
        error: { ...transformed.error, ...(excerpt === undefined ? {} : { excerpt }) },
        ...held,
      });
    }
    default:
      return transformed satisfies never;
  }
}

function expectedOf(example: Example, transformed: Transformed): z.output<typeof expected> {
  const problem = judgeExample(example, transformed);
  return {
    file: example.expectation.file,
    holds: problem === undefined,
    ...(problem === undefined ? {} : { message: problem.message }),
    ...(problem?.hint === undefined ? {} : { differences: problem.hint.replace(/\n\s+/g, '\n') }),
  };
}

const typeWords = (type: string): string =>
  type === 'null' ? 'null' : `${/^[aeo]/.test(type) ? 'an' : 'a'} ${type}`;

const missingLines = (missed: z.output<typeof missing>): string[] =>
  missed.map(
    each =>
      `${placeSeen(each)}: not in this payload${each.nearest === undefined ? '' : `; did you mean "${each.nearest}"?`}`,
  );

function printed(output: Result): string {
  const lines: string[] = [];
  if (output.result === 'body' && output.explained !== undefined) return explainedText(output.explained);
  if (output.result === 'body') {
    const { method, path, headers, contentType } = output.request;
    const isPlain = method === 'POST' && path === '' && contentType === 'application/json';
    const extra = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    if (!isPlain || extra.length > 0) lines.push(`${method} …${path} (${contentType})`, ...extra, '');
    lines.push(JSON.stringify(output.body, undefined, 2));
    lines.push(
      ...output.findings.map(({ guard, path: at }) => `guard ${guard}: ${at} ${GUARD_WORDS[guard]}`),
    );
  } else if (output.result === 'dropped') lines.push('dropped: `when` gives false for this event');
  else {
    const { file, line, column, code, message, excerpt } = output.error;
    lines.push(
      `${file}${line === undefined ? '' : `:${line}:${column ?? 1}`} ${code}: ${message}`,
      ...(excerpt === undefined ? [] : [excerpt.replace(/^/gm, '    ')]),
      ...output.found.map(
        ({ path, type }) => `    ${path} is ${type === 'nothing' ? 'not there' : typeWords(type)}`,
      ),
    );
  }
  if (output.result !== 'dropped') lines.push(...missingLines(output.missing));
  const { expected: held } = output;
  if (held?.holds === false) {
    lines.push('', `not as ${held.file} expects: ${held.message ?? ''}`);
    if (held.differences !== undefined) lines.push(held.differences.replace(/^/gm, '  '));
  } else if (held !== undefined) lines.push('', `as ${held.file} expects`);
  return lines.join('\n');
}

export const tryRoute = defineCommand({
  details:
    "Nothing is sent. The input is a body as the provider posts it; an example's own context is used when the input is one,\n" +
    'and what came out is then held against what the example expects, path by path.',
  arguments: [
    { name: 'ROUTE', description: "a route's name" },
    { name: 'INPUT', description: 'a file with the body' },
  ],
  options: [
    mappingsOption,
    { flags: '--event <type>', description: "the event type; default: the first of the route's" },
    {
      flags: '--explain <path>',
      description: 'where a value of the output comes from, such as blocks[0].text, or why it is missing',
    },
    watchOption,
  ],
  examples: [
    'try github-issue-to-ops-chat mappings/github-issue-to-ops-chat/examples/01-typical.input.json',
    'try github-issue-to-ops-chat mappings/github-issue-to-ops-chat/examples/01-typical.input.json --watch',
    'try github-issue-to-ops-chat mappings/github-issue-to-ops-chat/examples/01-typical.input.json --explain blocks[0].text.text',
  ],
  output: result,
  async run({ arguments: [routeName = '', inputFile = ''], options, terminal }) {
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    const place = textOption(options, 'explain');
    const path = place === undefined ? undefined : readOutputPath(place);
    if (place !== undefined && path === undefined) {
      throw new Misuse(`"${place}" is no place in an output`, 'write blocks[0].text, or /blocks/0/text');
    }
    const asked = { routeName, inputFile, type: textOption(options, 'event'), explain: path };
    const loader = new ProjectLoader(mappings);
    if (options['watch'] !== true) return answer(loader, asked);
    let last: { exitCode: ExitCode; output: Result } | undefined;
    await whileWatching(mappings, [inputFile], terminal, async files => {
      last = await answer(loader, asked, files);
      terminal.write(terminal.isJson ? JSON.stringify(last.output) : printed(last.output));
    });
    return { ...(last ?? ended(1, { result: 'dropped' })), isShown: true };
  },
  print: printed,
});
