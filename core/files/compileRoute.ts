/** One route's folder: its YAML, its mapping and filter, its contracts and its examples, checked together. */
import type { Contract, SourceText } from '../configuration.ts';
import type { RequestAllowance } from '../delivery/allowance.ts';
import { compileSchema } from '../mapping/contract.ts';
import type { Engine } from '../mapping/engine.ts';
import { NAME_PATTERN } from '../names.ts';
import { compileRequest } from './compileRequest.ts';
import { jsonProblem, readExamples } from './exampleFiles.ts';
import type { Problem } from './problem.ts';
import { type Route, routeFile } from './routeFile.ts';
import { didYouMean } from './suggest.ts';
import { readYaml } from './yamlFile.ts';

/** What a route may refer to. */
export interface KnownParts {
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  /** By destination, as far as its file has no errors. */
  readonly allowances: Readonly<Record<string, RequestAllowance>>;
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
  const compileText = (source: SourceText, code: string) => {
    const error = engine.compile(source);
    if (error === undefined) return;
    const { line, column, message } = error;
    report({
      code,
      file: source.file,
      ...(line === undefined ? {} : { line, column: column ?? 1 }),
      message,
    });
  };
  const mappingText = files.get(written.mapping);
  const mapping: SourceText = { file: `${path}/${written.mapping}`, text: mappingText ?? '', line: 1 };
  if (mappingText === undefined) {
    report({
      code: 'mapping-missing',
      file,
      ...placeOf(['mapping']),
      message: `there is no ${written.mapping} in this folder`,
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
  } else compileText(mapping, 'mapping-syntax');
  const when: SourceText | undefined =
    written.when === undefined ? undefined : { file, text: written.when, ...placesOfText(['when']) };
  if (when !== undefined) compileText(when, 'filter-syntax');
  const allowance = Object.hasOwn(known.allowances, written.to) ? known.allowances[written.to] : undefined;
  const request =
    allowance && compileRequest({ file, written, placeOf, placesOfText, allowance, compileText, report });

  const contract: { input?: Contract; output?: Contract } = {};
  for (const side of ['input', 'output'] as const) {
    const schemaName = written.contract[side];
    if (schemaName === undefined) continue;
    const schemaText = files.get(schemaName);
    const schema = readSchema(`${path}/${schemaName}`, schemaText);
    if (schemaText === undefined) {
      report({
        code: 'contract-missing',
        file,
        ...placeOf(['contract', side]),
        message: `there is no ${schemaName} in this folder`,
      });
    } else if ('problem' in schema) problems.push(schema.problem);
    else contract[side] = schema.contract;
  }
  const examples = readExamples(
    new Map(
      [...files]
        .filter(([key]) => key.startsWith('examples/'))
        .map(([key, value]) => [`${path}/${key}`, value]),
    ),
  );
  problems.push(...examples.problems);
  if (examples.examples.length === 0 && examples.problems.length === 0) {
    problems.push({
      severity: 'warning',
      code: 'route-without-example',
      file,
      message: 'no example shows that this mapping works',
      hint: 'add examples/typical.input.json and examples/typical.output.json',
    });
  }
  if (problems.slice(before).some(problem => problem.severity === 'error')) return undefined;
  return {
    name,
    file,
    from: written.from,
    to: written.to,
    events: written.events,
    mapping,
    contract,
    examples: examples.examples,
    ...(when === undefined ? {} : { when }),
    ...(request === undefined ? {} : { request }),
  };
}

function readSchema(file: string, text: string | undefined): { contract: Contract } | { problem: Problem } {
  const problem = jsonProblem(file, text ?? '');
  if (problem !== undefined) return { problem };
  const schema: unknown = JSON.parse(text ?? '');
  try {
    compileSchema(schema);
    return { contract: { file, schema } };
  } catch (error) {
    const message = `this is not JSON Schema 2020-12: ${(error as Error).message}`;
    return { problem: { severity: 'error', code: 'contract-invalid', file, message } };
  }
}
