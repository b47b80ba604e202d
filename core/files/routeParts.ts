/** The files that a route.yaml names, its own and those of other routes: mappings, and the schemas of its contracts. */
import type { Contract, SharedParts, SourceText } from '../configuration.ts';
import { compileSchema } from '../mapping/contract.ts';
import type { Engine } from '../mapping/engine.ts';
import type { ProblemCode } from './codes.ts';
import { writtenJsonProblem } from './jsonText.ts';
import type { Problem, Report } from './problem.ts';
import type { RouteFile } from './routeFile.ts';
import { contractFileOf } from './routeVersions.ts';
import { didYouMean } from './suggest.ts';
import type { YamlFile } from './yamlFile.ts';

/** People write a hundredth of it. A larger text is generated, or a table that belongs elsewhere; parsing it takes seconds. */
const MAX_MAPPING_CHARACTERS = 200_000;

/** Schemas that were compiled before, and found to be right: finding that out takes longer than all else together. */
export interface GoodSchemas {
  has(text: string): boolean;
  add(text: string): void;
}

export interface RouteParts {
  /** With its program, or as it is after its problem was reported. */
  compileText(source: SourceText, code: ProblemCode): SourceText;
  /** @param named - as `mapping:` has it. */
  readMapping(named: string): SourceText;
  /** @param version - such as `v2`, which may have schemas of its own. */
  readContract(version: string): { readonly input?: Contract; readonly output?: Contract };
}

export interface RoutePlace {
  /** The route's folder. */
  readonly path: string;
  /** By their paths below it. */
  readonly files: ReadonlyMap<string, string>;
  /** Every route's files, by route. */
  readonly routes: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Its route.yaml. */
  readonly file: string;
  readonly written: RouteFile;
  readonly placeOf: YamlFile<RouteFile>['placeOf'];
}

export function routeParts(
  place: RoutePlace,
  engine: Engine,
  shared: SharedParts | undefined,
  schemas: GoodSchemas | undefined,
  report: Report,
): RouteParts {
  const { file, written, placeOf } = place;
  const compileText = (bare: SourceText, code: ProblemCode): SourceText => {
    const source = shared === undefined ? bare : { ...bare, shared };
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

  const readMapping = (named: string): SourceText => {
    const { file: mappingFile, text } = find(named, place);
    const mapping: SourceText = { file: mappingFile, text: text ?? '', line: 1 };
    if (text === undefined) {
      report({
        code: 'mapping-missing',
        file,
        ...placeOf(['mapping']),
        message: isBorrowed(named) ? `there is no file ${named}` : `there is no ${named} in this folder`,
        ...similarMapping(named, place),
      });
      return mapping;
    }
    if (text.length > MAX_MAPPING_CHARACTERS) {
      report({
        code: 'mapping-too-large',
        file: mappingFile,
        message: `the mapping has ${text.length.toLocaleString('en')} characters, and ${MAX_MAPPING_CHARACTERS.toLocaleString('en')} are the most`,
        hint: 'put tables of values into mappings/tables, and what several mappings share into mappings/lib',
      });
      return mapping;
    }
    if (text.trim() !== '') return compileText(mapping, 'mapping-syntax');
    report({
      code: 'mapping-syntax',
      file: mappingFile,
      line: 1,
      column: 1,
      message: 'the mapping is empty',
      hint: 'write payload to pass the body on as it is',
    });
    return mapping;
  };

  const readContract = (version: string): { input?: Contract; output?: Contract } => {
    const contract: { input?: Contract; output?: Contract } = {};
    for (const side of ['input', 'output'] as const) {
      const named = written.contract[side];
      if (named === undefined) continue;
      const own = find(contractFileOf(named, version), place);
      const schemaFile = own.text === undefined ? find(named, place) : own;
      if (schemaFile.text === undefined) {
        report({
          code: 'contract-missing',
          file,
          ...placeOf(['contract', side]),
          message: isBorrowed(named) ? `there is no file ${named}` : `there is no ${named} in this folder`,
        });
        continue;
      }
      const schema = readSchema(schemaFile.file, schemaFile.text, schemas);
      if ('problem' in schema) report(schema.problem);
      else contract[side] = schema.contract;
    }
    return contract;
  };
  return { compileText, readMapping, readContract };
}

/** Another route's, named with its folder. */
export const isBorrowed = (named: string): boolean => named.includes('/');

function find(
  named: string,
  { path, files, routes }: RoutePlace,
): { file: string; text: string | undefined } {
  const [first = '', second] = named.split('/');
  return second === undefined
    ? { file: `${path}/${named}`, text: files.get(named) }
    : { file: `${path.slice(0, path.lastIndexOf('/'))}/${named}`, text: routes.get(first)?.get(second) };
}

function similarMapping(named: string, { files, routes }: RoutePlace): { hint?: string } {
  const [other = '', own] = named.split('/');
  const there = own === undefined ? files : (routes.get(other) ?? new Map<string, string>());
  const hint = didYouMean(
    own ?? named,
    [...there.keys()].filter(candidate => candidate.endsWith('.jsonata')),
  );
  return hint === undefined ? {} : { hint };
}

function readSchema(
  file: string,
  text: string,
  good: GoodSchemas | undefined,
): { contract: Contract } | { problem: Problem } {
  const problem = writtenJsonProblem(file, text);
  if (problem !== undefined) return { problem };
  const schema: unknown = JSON.parse(text);
  try {
    if (good?.has(text) !== true) {
      compileSchema(schema);
      good?.add(text);
    }
    return { contract: { file, schema } };
  } catch (error) {
    const said = error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message;
    const message = `this is not JSON Schema 2020-12: ${said}`;
    const hint = /can't resolve reference/.test(said)
      ? { hint: 'nothing is fetched: put what it refers to under $defs of this file' }
      : {};
    return { problem: { severity: 'error', code: 'contract-invalid', file, message, ...hint } };
  }
}
