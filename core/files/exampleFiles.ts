/**
 * A route's examples: `x.input.json` (or `.txt`), exactly one expectation beside it, and optionally `x.context.yaml`
 * with what the request said beside its body.
 */
import { z } from 'zod';
import type { Problem } from './problem.ts';
import { didYouMean } from './suggest.ts';
import { readYaml } from './yamlFile.ts';

export interface Example {
  readonly name: string;
  /** The input's path. */
  readonly file: string;
  readonly body: string;
  readonly context: ExampleContext;
  readonly expectation: Expectation;
}

export type Expectation =
  | { readonly kind: 'output'; readonly file: string; readonly value: unknown }
  | { readonly kind: 'dropped'; readonly file: string }
  /** Every key given is compared with the error's. */
  | { readonly kind: 'error'; readonly file: string; readonly error: Readonly<Record<string, unknown>> };

export const exampleContext = z
  .strictObject({
    type: z.string().optional().meta({ description: "The event type; default: the first of the route's." }),
    headers: z.record(z.string().toLowerCase(), z.string()).optional(),
    now: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'What $now() says. Default 2026-01-01T00:00:00Z.' }),
  })
  .meta({ description: 'What came with an example beside its body.' });

export type ExampleContext = z.output<typeof exampleContext>;

const errorExpectation = z.strictObject({
  code: z.string(),
  message: z.string().optional(),
  jsonata: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
});

const EXPECTATIONS = ['output.json', 'dropped', 'error.json'] as const;
const SUFFIXES = ['input.json', 'input.txt', ...EXPECTATIONS, 'context.yaml'] as const;
type Suffix = (typeof SUFFIXES)[number];

/** @param files - path → text of the files in the route's `examples` folder. */
export function readExamples(files: ReadonlyMap<string, string>): {
  examples: Example[];
  problems: Problem[];
} {
  const problems: Problem[] = [];
  const byStem = new Map<string, Map<Suffix, string>>();
  for (const path of files.keys()) {
    const base = path.slice(path.lastIndexOf('/') + 1);
    const suffix = SUFFIXES.find(candidate => base.endsWith(`.${candidate}`));
    if (suffix === undefined) {
      const tail = base.slice(base.indexOf('.') + 1);
      problems.push({
        severity: 'error',
        code: 'unknown-file',
        file: path,
        message: 'this is no part of an example',
        hint:
          didYouMean(tail, SUFFIXES) ?? `files here end in ${SUFFIXES.map(known => `.${known}`).join(', ')}`,
      });
      continue;
    }
    // With its folder: examples of one name in two folders are two.
    const stem = path.slice(0, -suffix.length - 1);
    byStem.set(stem, (byStem.get(stem) ?? new Map<Suffix, string>()).set(suffix, path));
  }
  const examples: Example[] = [];
  for (const [stem, paths] of [...byStem].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const read = readExample(stem.slice(stem.lastIndexOf('/') + 1), paths, files);
    problems.push(...read.problems);
    if (read.example !== undefined) examples.push(read.example);
  }
  return { examples, problems };
}

function readExample(
  name: string,
  paths: ReadonlyMap<Suffix, string>,
  files: ReadonlyMap<string, string>,
): { example?: Example; problems: Problem[] } {
  const [anyPath = name] = [...paths.values()];
  const problem = (code: string, file: string, message: string, hint?: string): { problems: Problem[] } => ({
    problems: [{ severity: 'error', code, file, message, ...(hint === undefined ? {} : { hint }) }],
  });
  const input = paths.get('input.json') ?? paths.get('input.txt');
  if (input === undefined) {
    return problem('example-without-input', anyPath, `there is no ${name}.input.json beside it`);
  }
  if (paths.has('input.json') && paths.has('input.txt')) {
    const message = `this example has ${name}.input.json and ${name}.input.txt`;
    return problem('example-with-two-inputs', input, message, 'keep one');
  }
  const expected = EXPECTATIONS.filter(suffix => paths.has(suffix));
  const [suffix] = expected;
  if (suffix === undefined) {
    return problem(
      'example-without-expectation',
      input,
      'this example says nothing about what must come out',
      `add exactly one of ${EXPECTATIONS.map(known => `${name}.${known}`).join(', ')}; \`hookwright try\` prints the output`,
    );
  }
  if (expected.length > 1) {
    return problem(
      'example-with-two-expectations',
      input,
      `this example has ${expected.map(known => `${name}.${known}`).join(' and ')}`,
      'keep one',
    );
  }
  const body = files.get(input) ?? '';
  const inputProblem = paths.has('input.json') ? jsonProblem(input, body) : undefined;
  if (inputProblem !== undefined) return { problems: [inputProblem] };

  let context: ExampleContext = {};
  const contextPath = paths.get('context.yaml');
  if (contextPath !== undefined) {
    const read = readYaml(contextPath, files.get(contextPath) ?? '', exampleContext);
    if (read.value === undefined) return { problems: read.problems };
    context = read.value.value;
  }
  const expectationPath = paths.get(suffix) ?? '';
  const expectation = readExpectation(suffix, expectationPath, files.get(expectationPath) ?? '');
  return 'problem' in expectation
    ? { problems: [expectation.problem] }
    : { example: { name, file: input, body, context, expectation }, problems: [] };
}

function readExpectation(
  suffix: (typeof EXPECTATIONS)[number],
  file: string,
  text: string,
): Expectation | { problem: Problem } {
  if (suffix === 'dropped') return { kind: 'dropped', file };
  const problem = jsonProblem(file, text);
  if (problem !== undefined) return { problem };
  const value: unknown = JSON.parse(text);
  if (suffix === 'output.json') return { kind: 'output', file, value };
  const parsed = errorExpectation.safeParse(value);
  if (parsed.success) return { kind: 'error', file, error: parsed.data };
  return {
    problem: {
      severity: 'error',
      code: 'invalid-value',
      file,
      message:
        'an expected error is an object such as {"code": "MAPPING_FAILED", "message": "no line items"}',
    },
  };
}

/** Undefined when the text is JSON; otherwise where it stops being so. */
export function jsonProblem(file: string, text: string): Problem | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = (error as Error).message;
    const position = /position (\d+)/.exec(message)?.[1];
    const before = text.slice(0, position === undefined ? text.length : Number(position));
    return {
      severity: 'error',
      code: 'json-syntax',
      file,
      line: before.split('\n').length,
      column: before.length - before.lastIndexOf('\n'),
      message: 'this is not JSON',
      hint: 'look at this place for a missing comma, quote or bracket',
    };
  }
}
