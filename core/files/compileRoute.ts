/** One route's folder: its YAML, its mapping and filter, its contracts and its examples, checked together. */

import type { Contract, SharedParts, SourceText } from '../configuration.ts';
import type { RequestAllowance } from '../delivery/allowance.ts';
import { compileSchema } from '../mapping/contract.ts';
import type { Engine } from '../mapping/engine.ts';
import { NAME_PATTERN } from '../names.ts';
import { BASELINE_FILE, readBaseline } from './baselineFile.ts';
import type { ProblemCode } from './codes.ts';
import { compileRequest } from './compileRequest.ts';
import { jsonProblem, readExamples } from './exampleFiles.ts';
import type { Problem } from './problem.ts';
import { type Route, routeFile } from './routeFile.ts';
import { contractFileOf, type RouteVersion, versionNameOf, versionsIn } from './routeVersions.ts';
import { didYouMean } from './suggest.ts';
import { readYaml } from './yamlFile.ts';

/** People write a hundredth of it. A larger text is generated, or a table that belongs elsewhere; parsing it takes seconds. */
const MAX_MAPPING_CHARACTERS = 200_000;

/** What a route may refer to. */
export interface KnownParts {
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  /** By destination, as far as its file has no errors. */
  readonly allowances: Readonly<Record<string, RequestAllowance>>;
  readonly schemas?: GoodSchemas | undefined;
  /** Functions and tables that every text may use by name. */
  readonly shared?: SharedParts;
  /** Every route's files, by route and by path below its folder. */
  readonly routes: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** @returns the route, or undefined after its problems were added. */
export function compileRoute(
  path: string,
  name: string,
  files: ReadonlyMap<string, string>,
  known: KnownParts,
  engine: Engine,
  problems: Problem[],
): Route | undefined {
  const before = problems.length;
  const report = (problem: Omit<Problem, 'severity'>) => problems.push({ severity: 'error', ...problem });
  if (!NAME_PATTERN.test(name)) {
    report({
      code: 'invalid-name',
      file: path,
      message: `"${name}" cannot be a route's name`,
      hint: 'lower-case letters, digits and hyphens, at most 40',
    });
    return undefined;
  }
  const text = files.get('route.yaml');
  if (files.has('route.yml')) {
    const message =
      text === undefined ? 'the file is called route.yaml' : `there are two routes named "${name}"`;
    report({
      code: text === undefined ? 'unknown-file' : 'duplicate-name',
      file: `${path}/route.yml`,
      message,
      hint: text === undefined ? 'rename it' : 'keep route.yaml',
    });
    return undefined;
  }
  if (text === undefined) {
    const nested = [...files.keys()].find(file => file.endsWith('/route.yaml'));
    report({
      code: nested === undefined ? 'route-without-file' : 'route-nested',
      file: path,
      message:
        nested === undefined
          ? 'this folder has no route.yaml'
          : "a route's folder stands directly under the mappings folder",
      hint:
        nested === undefined
          ? `\`hookwright new ${name}\` makes a complete one`
          : `move ${path}/${nested.slice(0, -'/route.yaml'.length)} up`,
    });
    return undefined;
  }
  const file = `${path}/route.yaml`;
  const yaml = readYaml(file, text, routeFile);
  problems.push(...yaml.problems);
  if (yaml.value === undefined) return undefined;
  const { value: written, placeOf, placesOfText } = yaml.value;

  for (const [key, names, kind] of [
    ['from', known.sources, 'source'],
    ['to', known.destinations, 'destination'],
  ] as const) {
    if (names.includes(written[key])) continue;
    report({
      code: `unknown-${kind}`,
      file,
      ...placeOf([key]),
      message: `there is no ${kind} "${written[key]}"`,
      hint:
        didYouMean(written[key], names) ??
        `add ${path.slice(0, path.lastIndexOf('/'))}/${kind}s/${written[key]}.yaml`,
    });
  }
  const compileText = (bare: SourceText, code: ProblemCode): SourceText => {
    const source = known.shared === undefined ? bare : { ...bare, shared: known.shared };
    const program = engine.programOf(source);
    if (program !== undefined) return { ...source, program };
    const error = engine.compile(source);
    if (error === undefined) return source;
    const { line, column, message } = error;
    report({
      code,
      file: source.file,
      ...(line === undefined ? {} : { line, column: column ?? 1 }),
      message,
    });
    return source;
  };
  /** A file of this folder or, named with its folder, of another route's. */
  const find = (named: string): { file: string; text: string | undefined } => {
    const [first = '', second] = named.split('/');
    return second === undefined
      ? { file: `${path}/${named}`, text: files.get(named) }
      : {
          file: `${path.slice(0, path.lastIndexOf('/'))}/${named}`,
          text: known.routes.get(first)?.get(second),
        };
  };
  const readMapping = (named: string): SourceText => {
    const { file: mappingFile, text: mappingText } = find(named);
    const mapping: SourceText = { file: mappingFile, text: mappingText ?? '', line: 1 };
    if (mappingText === undefined) {
      const [other, own] = named.split('/');
      const there =
        own === undefined ? [...files.keys()] : [...(known.routes.get(other ?? '')?.keys() ?? [])];
      const hint = didYouMean(
        own ?? named,
        there.filter(candidate => candidate.endsWith('.jsonata')),
      );
      report({
        code: 'mapping-missing',
        file,
        ...placeOf(['mapping']),
        message: own === undefined ? `there is no ${named} in this folder` : `there is no file ${named}`,
        ...(hint === undefined ? {} : { hint }),
      });
    } else if (mappingText.length > MAX_MAPPING_CHARACTERS) {
      report({
        code: 'mapping-too-large',
        file: mapping.file,
        message: `the mapping has ${mappingText.length.toLocaleString('en')} characters, and ${MAX_MAPPING_CHARACTERS.toLocaleString('en')} are the most`,
        hint: 'put tables of values into mappings/tables, and what several mappings share into mappings/lib',
      });
    } else if (mappingText.trim() === '') {
      report({
        code: 'mapping-syntax',
        file: mapping.file,
        line: 1,
        column: 1,
        message: 'the mapping is empty',
        hint: 'write payload to pass the body on as it is',
      });
    } else return compileText(mapping, 'mapping-syntax');
    return mapping;
  };
  const mapping = readMapping(written.mapping);
  const when: SourceText | undefined =
    written.when === undefined
      ? undefined
      : compileText({ file, text: written.when, ...placesOfText(['when']) }, 'filter-syntax');
  const allowance = Object.hasOwn(known.allowances, written.to) ? known.allowances[written.to] : undefined;
  const request =
    allowance && compileRequest({ file, written, placeOf, placesOfText, allowance, compileText, report });

  const readContract = (version: string): { input?: Contract; output?: Contract } => {
    const contract: { input?: Contract; output?: Contract } = {};
    for (const side of ['input', 'output'] as const) {
      const named = written.contract[side];
      if (named === undefined) continue;
      const own = find(contractFileOf(named, version));
      const schemaFile = own.text === undefined ? find(named) : own;
      const schema = readSchema(schemaFile.file, schemaFile.text, known.schemas);
      if (schemaFile.text === undefined) {
        report({
          code: 'contract-missing',
          file,
          ...placeOf(['contract', side]),
          message: named.includes('/') ? `there is no file ${named}` : `there is no ${named} in this folder`,
        });
      } else if ('problem' in schema) problems.push(schema.problem);
      else contract[side] = schema.contract;
    }
    return contract;
  };
  const inForce = versionNameOf(written.mapping);
  const contract = readContract(inForce);
  const isBorrowed = written.mapping.includes('/');
  const others = versionsIn(files.keys()).filter(version => isBorrowed || version !== inForce);
  const { examples, problems: exampleProblems } = readExamples(
    new Map(
      [...files]
        .filter(([key]) => key.startsWith('examples/'))
        .map(([key, value]) => [`${path}/${key}`, value]),
    ),
    [...new Set([inForce, ...others])],
  );
  problems.push(...exampleProblems);
  const ownExamples = examples.get(inForce) ?? [];
  // A borrowed mapping is proven where it lies.
  if (ownExamples.length === 0 && exampleProblems.length === 0 && !isBorrowed) {
    problems.push({
      severity: 'warning',
      code: 'route-without-example',
      file,
      message: 'no example shows that this mapping works',
      hint: 'add examples/typical.input.json and examples/typical.output.json',
    });
  }
  const baselineText = files.get(BASELINE_FILE);
  const read =
    baselineText === undefined ? undefined : readBaseline(`${path}/${BASELINE_FILE}`, baselineText);
  if (read !== undefined && 'problem' in read) problems.push(read.problem);
  const baseline = read !== undefined && 'baseline' in read ? read.baseline : new Map();
  const versions = others.map(
    (version): RouteVersion => ({
      name: version,
      mapping: readMapping(`${version}.jsonata`),
      contract: readContract(version),
      examples: examples.get(version) ?? [],
    }),
  );
  // A mistake in an example is an error of the project, and yet no reason not to try the route with it.
  const ofExamples = new Set(exampleProblems);
  const isBroken = problems
    .slice(before)
    .some(problem => problem.severity === 'error' && !ofExamples.has(problem));
  if (isBroken) return undefined;
  return {
    name,
    file,
    from: written.from,
    to: written.to,
    events: written.events,
    mapping,
    contract,
    examples: ownExamples,
    baseline,
    versions,
    numbers: written.numbers,
    guards: written.guards,
    accept: written.accept.map((acceptance, index) => ({
      ...acceptance,
      file,
      ...placeOf(['accept', index]),
    })),
    ...(when === undefined ? {} : { when }),
    ...(request === undefined ? {} : { request }),
  };
}

/** Schemas that were compiled before, and found to be right: finding that out takes longer than all else together. */
export interface GoodSchemas {
  has(text: string): boolean;
  add(text: string): void;
}

function readSchema(
  file: string,
  text: string | undefined,
  good: GoodSchemas | undefined,
): { contract: Contract } | { problem: Problem } {
  const problem = jsonProblem(file, text ?? '');
  if (problem !== undefined) return { problem };
  const schema: unknown = JSON.parse(text ?? '');
  try {
    if (good?.has(text ?? '') !== true) {
      compileSchema(schema);
      good?.add(text ?? '');
    }
    return { contract: { file, schema } };
  } catch (error) {
    const message = `this is not JSON Schema 2020-12: ${(error as Error).message}`;
    return { problem: { severity: 'error', code: 'contract-invalid', file, message } };
  }
}
