/**
 * A route's examples: `x.input.json` (or `.txt`), exactly one expectation beside it, and optionally `x.context.yaml`
 * with what the request said beside its body. `x.v2.output.json` is what version 2 of the mapping alone gives.
 */

import { z } from 'zod';
import type { ProblemCode } from './codes.ts';
import { jsonProblem, writtenJsonProblem } from './jsonText.ts';
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

/** An example with all that it expects, before it is known which version of the mapping runs. */
interface WrittenExample extends Omit<Example, 'expectation'> {
  /** What every version gives that has no expectation of its own. */
  readonly expectation?: Expectation;
  readonly ofVersion: ReadonlyMap<string, Expectation>;
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

/** Lambda takes no larger request. */
const MAX_EXAMPLE_CHARACTERS = 6_000_000;

const EXPECTATIONS = ['output.json', 'dropped', 'error.json'] as const;
const SUFFIXES = ['input.json', 'input.txt', ...EXPECTATIONS, 'context.yaml'] as const;
type Suffix = (typeof SUFFIXES)[number];

/** `opened.v2.output.json` → stem `opened`, version `v2`, suffix `output.json`. */
interface ExamplePart {
  readonly stem: string;
  readonly version?: string;
  readonly suffix: Suffix;
}

const VERSIONED = /^(.+)\.(v[1-9][0-9]*)$/;

/**
 * @param files - path → text of the files in the route's `examples` folder.
 * @param versions - the mapping's versions, the one in force first.
 * @returns for each version the examples that say something about it.
 */
export function readExamples(
  files: ReadonlyMap<string, string>,
  versions: readonly string[],
): { examples: ReadonlyMap<string, readonly Example[]>; problems: Problem[] } {
  const problems: Problem[] = [];
  const byStem = new Map<string, Map<string, string>>();
  for (const path of files.keys()) {
    const part = readPart(path, files);
    if (part === undefined) {
      const base = path.slice(path.lastIndexOf('/') + 1);
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
    const { stem, version, suffix } = part;
    if (version !== undefined && !versions.includes(version)) {
      problems.push({
        severity: 'error',
        code: 'example-of-no-version',
        file: path,
        message: `there is no ${version}.jsonata in this route`,
        hint:
          didYouMean(version, versions) ??
          'name a version that is there, or leave the version out of the name',
      });
      continue;
    }
    const key = version === undefined ? suffix : `${version}.${suffix}`;
    byStem.set(stem, (byStem.get(stem) ?? new Map<string, string>()).set(key, path));
  }
  const examples = new Map<string, Example[]>(versions.map(version => [version, []]));
  for (const [stem, paths] of [...byStem].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const read = readExample(stem.slice(stem.lastIndexOf('/') + 1), paths, files, versions);
    problems.push(...read.problems);
    if (read.example === undefined) continue;
    const { expectation: general, ofVersion, ...example } = read.example;
    for (const version of versions) {
      const expectation = ofVersion.get(version) ?? general;
      if (expectation !== undefined) examples.get(version)?.push({ ...example, expectation });
    }
  }
  return { examples, problems };
}

/** With its folder: examples of one name in two folders are two. */
function readPart(path: string, files: ReadonlyMap<string, string>): ExamplePart | undefined {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const suffix = SUFFIXES.find(candidate => base.endsWith(`.${candidate}`));
  if (suffix === undefined) return undefined;
  const stem = path.slice(0, -suffix.length - 1);
  const [, plain, version] = VERSIONED.exec(stem) ?? [];
  const isExpectation = (EXPECTATIONS as readonly string[]).includes(suffix);
  // An example may itself be called `x.v2`; then its input is.
  const isOwnName = files.has(`${stem}.input.json`) || files.has(`${stem}.input.txt`);
  return plain === undefined || version === undefined || !isExpectation || isOwnName
    ? { stem, suffix }
    : { stem: plain, version, suffix };
}

function readExample(
  name: string,
  paths: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, string>,
  versions: readonly string[],
): { example?: WrittenExample; problems: Problem[] } {
  const [anyPath = name] = [...paths.values()];
  const problem = (
    code: ProblemCode,
    file: string,
    message: string,
    hint?: string,
  ): { problems: Problem[] } => ({
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
  const expectations = new Map<string | undefined, Expectation>();
  for (const version of [undefined, ...versions]) {
    const prefix = version === undefined ? '' : `${version}.`;
    const expected = EXPECTATIONS.filter(suffix => paths.has(prefix + suffix));
    const [suffix] = expected;
    if (suffix === undefined) continue;
    if (expected.length > 1) {
      return problem(
        'example-with-two-expectations',
        input,
        `this example has ${expected.map(known => `${name}.${prefix}${known}`).join(' and ')}`,
        'keep one',
      );
    }
    const path = paths.get(prefix + suffix) ?? '';
    const expectation = readExpectation(suffix, path, files.get(path) ?? '');
    if ('problem' in expectation) return { problems: [expectation.problem] };
    expectations.set(version, expectation);
  }
  if (expectations.size === 0) {
    return problem(
      'example-without-expectation',
      input,
      'this example says nothing about what must come out',
      `add exactly one of ${EXPECTATIONS.map(known => `${name}.${known}`).join(', ')}; \`hookwright try\` prints the output`,
    );
  }
  const body = files.get(input) ?? '';
  if (body.length > MAX_EXAMPLE_CHARACTERS) {
    return problem(
      'example-too-large',
      input,
      `this example has ${body.length.toLocaleString('en')} characters; no front door lets a webhook of more than 6 MB through`,
      'cut it down to what makes the case',
    );
  }
  const inputProblem = paths.has('input.json') ? jsonProblem(input, body) : undefined;
  if (inputProblem !== undefined) return { problems: [inputProblem] };

  let context: ExampleContext = {};
  const contextPath = paths.get('context.yaml');
  if (contextPath !== undefined) {
    const read = readYaml(contextPath, files.get(contextPath) ?? '', exampleContext);
    if (read.value === undefined) return { problems: read.problems };
    context = read.value.value;
  }
  const general = expectations.get(undefined);
  const ofVersion = new Map(
    [...expectations].flatMap(([version, expectation]) =>
      version === undefined ? [] : [[version, expectation] as const],
    ),
  );
  return {
    example: {
      ...{ name, file: input, body, context, ofVersion },
      ...(general === undefined ? {} : { expectation: general }),
    },
    problems: [],
  };
}

function readExpectation(
  suffix: (typeof EXPECTATIONS)[number],
  file: string,
  text: string,
): Expectation | { problem: Problem } {
  if (suffix === 'dropped') return { kind: 'dropped', file };
  const problem = writtenJsonProblem(file, text);
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
