/**
 * `mappings/lib/*.jsonata` and `mappings/tables/*.csv|yaml`: functions and data that every mapping may use by name. They are
 * put in the order in which they use each other; a circle, a chain that is too deep, a name that is taken and a file that is
 * too large are refused with what they are.
 */
import { z } from 'zod';
import type { SharedFunction, SharedParts, SourceText } from '../../configuration.ts';
import { BUILTINS } from '../../jsonata/builtins/table.ts';
import { variablesOf } from '../../jsonata/inspect.ts';
import type { Program } from '../../jsonata/program.ts';
import { compileText } from '../../mapping/compileText.ts';
import type { ProblemCode } from '../codes.ts';
import type { MappingFiles } from '../compileProject.ts';
import type { Problem } from '../problem.ts';
import { readYaml } from '../yamlFile.ts';
import { parseCsv } from './csvTable.ts';

/** A library is read by people; what is larger is data, and belongs into a table. */
const MAX_FUNCTION_CHARACTERS = 64 * 1024;
/** Tables travel with the function that delivers, and are in its memory. */
const MAX_TABLE_CHARACTERS = 256 * 1024;
/** A chain of functions that is longer can no longer be followed. */
const MAX_DEPTH = 10;
/** Ids and places of each text begin where no other's are, so that a fault tells which it is of. */
const FIRST_ID = 100_000;
const PLACES = 1_000_000;

export interface Shared {
  /** Undefined where there is neither a function nor a table. One that is broken is in it as a table that is null. */
  readonly parts?: SharedParts;
  /** By name: the file that it stands in. */
  readonly files: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
  /** Names that a mapping may use and nobody can run: what is wrong with them is among the problems. */
  readonly broken: ReadonlySet<string>;
}

interface SharedFile {
  readonly file: string;
  /** The variable's name, without `$`. */
  readonly name: string;
  readonly text: string;
}

const KINDS = {
  lib: { pattern: /^([a-z][a-z0-9-]{0,39})\.jsonata$/, most: MAX_FUNCTION_CHARACTERS, ends: '.jsonata' },
  tables: {
    pattern: /^([a-z][a-z0-9-]{0,39})\.(?:csv|ya?ml)$/,
    most: MAX_TABLE_CHARACTERS,
    ends: '.csv or .yaml',
  },
} as const;

const isShared = (folder: string, file: string): boolean =>
  file.startsWith(`${folder}/lib/`) || file.startsWith(`${folder}/tables/`);

/** Names and texts of all shared files: what they are made from. */
export const sharedTexts = (folder: string, files: MappingFiles): string[] =>
  [...files].filter(([file]) => isShared(folder, file)).flat();

export const namesOf = (parts: SharedParts | undefined): string[] =>
  parts === undefined ? [] : [...parts.functions.map(({ name }) => name), ...Object.keys(parts.tables)];

/** `country-names` → `countryNames`. */
const variableOf = (name: string): string =>
  name.replace(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

export function compileShared(folder: string, files: MappingFiles): Shared {
  const problems: Problem[] = [];
  const report: Report = (code, file, message, hint, place = {}) =>
    problems.push({
      severity: 'error',
      code,
      file,
      ...place,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  const taken = new Map<string, string>(BUILTINS.map(({ name }) => [name, 'a function of JSONata or ours']));
  const functions = filesOf(folder, 'lib', files, taken, report);
  const tableFiles = filesOf(folder, 'tables', files, taken, report);
  const tables = Object.fromEntries(
    tableFiles.flatMap(({ name, file, text }) => {
      const value = readTable(file, text, problems, report);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const named = new Set(
    [...files.keys()].filter(file => isShared(folder, file) && !file.endsWith('.md')).map(nameMeant),
  );
  const names = [...new Set([...named, ...functions.map(({ name }) => name), ...Object.keys(tables)])];
  const ordered = inOrderOfUse(functions, names, report);
  const places = Object.fromEntries([...functions, ...tableFiles].map(({ name, file }) => [name, file]));
  if (names.length === 0) return { files: {}, problems, broken: new Set() };
  if (problems.length === 0)
    return { parts: { functions: ordered, tables }, files: places, problems, broken: new Set() };
  const broken = brokenAmong(names, ordered, tables, new Set(problems.map(({ file }) => file)));
  const whole = ordered.filter(({ name }) => !broken.has(name));
  const absent = Object.fromEntries([...broken].map(name => [name, null]));
  return { parts: { functions: whole, tables: { ...tables, ...absent } }, files: places, problems, broken };
}

/** The name that a file was to have, whether or not it may be called so. */
const nameMeant = (file: string): string =>
  variableOf(
    file
      .slice(file.lastIndexOf('/') + 1)
      .replace(/\.[^.]*$/, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-'),
  );

/** What is not there as it was meant, and the functions that use such. */
function brokenAmong(
  names: readonly string[],
  ordered: readonly SharedFunction[],
  tables: Readonly<Record<string, unknown>>,
  refused: ReadonlySet<string>,
): ReadonlySet<string> {
  const whole = new Set([...Object.keys(tables), ...BUILTINS.map(({ name }) => name)]);
  const meant = new Set(names);
  // Each comes after those that it uses.
  for (const { name, source } of ordered) {
    const uses = source.program === undefined ? [] : [...variablesOf(source.program)];
    if (!refused.has(source.file) && uses.every(used => !meant.has(used) || whole.has(used))) whole.add(name);
  }
  return new Set(names.filter(name => !whole.has(name)));
}

type Report = (
  code: ProblemCode,
  file: string,
  message: string,
  hint?: string,
  place?: { line?: number; column?: number },
) => void;

function filesOf(
  folder: string,
  kind: keyof typeof KINDS,
  files: MappingFiles,
  taken: Map<string, string>,
  report: Report,
): SharedFile[] {
  const prefix = `${folder}/${kind}/`;
  const { pattern, most, ends } = KINDS[kind];
  return [...files].flatMap(([file, text]) => {
    if (!file.startsWith(prefix) || file.endsWith('.md')) return [];
    const name = pattern.exec(file.slice(prefix.length))?.[1];
    if (name === undefined) {
      const hint = `lower-case letters, digits and hyphens, ending in ${ends}`;
      report('unknown-file', file, `this is no ${kind === 'lib' ? 'shared function' : 'table'}`, hint);
      return [];
    }
    const variable = variableOf(name);
    const holder = taken.get(variable);
    if (holder !== undefined) {
      report('shared-name-taken', file, `$${variable} is ${holder} already`, 'rename the file');
      return [];
    }
    taken.set(variable, file);
    if (text.length > most) {
      const said = `this file has ${text.length.toLocaleString('en')} characters, and ${most.toLocaleString('en')} are the most`;
      report('shared-too-large', file, said, 'split it, or keep only what mappings look up');
      return [];
    }
    return [{ file, name: variable, text }];
  });
}

const yamlTable = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);

function readTable(file: string, text: string, problems: Problem[], report: Report): unknown {
  if (file.endsWith('.csv')) {
    const parsed = parseCsv(text);
    if (parsed.ok) return parsed.value;
    for (const { code, message, hint, line } of parsed.problems)
      report(code, file, message, hint, { line, column: 1 });
    return undefined;
  }
  const yaml = readYaml(file, text, yamlTable);
  problems.push(...yaml.problems);
  return yaml.value?.value;
}

interface Compiled extends SharedFile {
  readonly source: SourceText;
  readonly program: Program;
  /** Names of the shared functions that it names. */
  readonly uses: readonly string[];
}

/** Each after those that it uses; with ids and places that no other has. */
function inOrderOfUse(
  files: readonly SharedFile[],
  names: readonly string[],
  report: Report,
): SharedFunction[] {
  const compiled = new Map<string, Compiled>();
  for (const file of files) {
    const source: SourceText = { file: file.file, text: file.text, line: 1 };
    const made = compileText(source, names);
    if (made.ok) {
      const variables = variablesOf(made.program);
      const uses = files.map(({ name }) => name).filter(name => variables.has(name));
      compiled.set(file.name, { ...file, source, program: made.program, uses });
    } else report('mapping-syntax', file.file, made.error.message, undefined, placeOf(made.error));
  }
  const order: Compiled[] = [];
  const depths = new Map<string, number>();
  const visit = (part: Compiled, chain: readonly Compiled[]): number => {
    const known = depths.get(part.name);
    if (known !== undefined) return known;
    const path = [...chain, part];
    const shown = (...more: Compiled[]) => [...path, ...more].map(({ name }) => `$${name}`).join(' → ');
    const again = chain.indexOf(part);
    if (again >= 0) {
      const circle = path
        .slice(again)
        .map(({ name }) => `$${name}`)
        .join(' → ');
      report(
        'shared-circle',
        part.file,
        `these functions use each other in a circle: ${circle}`,
        CIRCLE_HINT,
      );
      return 0;
    }
    if (path.length > MAX_DEPTH) {
      report(
        'shared-too-deep',
        chain[0]?.file ?? part.file,
        `this chain is longer than ${MAX_DEPTH}: ${shown()}`,
        DEEP_HINT,
      );
      return 0;
    }
    let deepest = 0;
    for (const name of part.uses) {
      const used = compiled.get(name);
      if (used !== undefined) deepest = Math.max(deepest, visit(used, path));
    }
    depths.set(part.name, deepest + 1);
    order.push(part);
    return deepest + 1;
  };
  for (const part of compiled.values()) visit(part, []);
  let start = { id: FIRST_ID, at: PLACES };
  return order.flatMap(({ name, source }): SharedFunction[] => {
    const made = compileText(source, names, start);
    if (!made.ok) return [];
    const from = start.at;
    start = { id: made.program.nodes, at: start.at + PLACES };
    return [{ name, from, source: { ...source, program: made.program } }];
  });
}

const CIRCLE_HINT = 'put them into one file: ($f := function(…) { … $f(…) … }; $f)';
const DEEP_HINT = 'put some of them into one file';

const placeOf = ({ line, column }: { readonly line?: number; readonly column?: number }) =>
  line === undefined ? {} : { line, column: column ?? 1 };
