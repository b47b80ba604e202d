/** What went wrong in a piece of JSONata, in words that an integrator can act on, and never with payload data. */
import type { SourceText } from '../configuration.ts';
import type { Fault } from '../jsonata/fault.ts';
import { literalsOf, namesOf } from '../jsonata/inspect.ts';
import type { Program } from '../jsonata/program.ts';
import type { Failure, InputPath } from '../jsonata/trace.ts';
import { FAULT_WORDS, SYNTAX_WORDS } from './faultWords.ts';
import { tokenStart } from './tokenStart.ts';

export interface MappingError {
  readonly code: MappingErrorCode;
  readonly message: string;
  readonly file: string;
  /** 1-indexed; absent where the error has no place in the text. */
  readonly line?: number;
  readonly column?: number;
  /** The line of the text in which it stands. */
  readonly excerpt?: string;
  /** jsonata's own code, for looking things up. */
  readonly jsonata?: string;
  /** What the expression was looking at, with array indices: `payload.lines[3].price`. */
  readonly path?: string;
}

/** How an event can fail on its way to a request. docs/codes/ explains each. */
export const MAPPING_ERROR_CODES = [
  'MAPPING_SYNTAX',
  'MAPPING_FAILED',
  'MAPPING_EMPTY',
  // The mapping does more, or makes more, than one event may cost.
  'MAPPING_BUDGET',
  // A contract's check took too long, in real time.
  'MAPPING_TIMEOUT',
  'FILTER_FAILED',
  'FILTER_NOT_BOOLEAN',
  'PAYLOAD_NOT_READABLE',
  'CONTRACT_INPUT',
  'CONTRACT_OUTPUT',
  // The output went wrong without failing, and the route's `guards:` say that this is a failure.
  'GUARD_UNDEFINED',
  'GUARD_SINGLETON',
  'GUARD_INTEGER',
  'GUARD_NUMBER',
  'GUARD_DATE',
  // An expression of `request:` failed.
  'REQUEST_FAILED',
  // What it gave is not allowed, or cannot stand in a request.
  'REQUEST_REFUSED',
] as const;

export type MappingErrorCode = (typeof MAPPING_ERROR_CODES)[number];

/** Codes of ours that say: this costs too much, for this payload and every time. */
const BUDGET_CODES: ReadonlySet<string> = new Set(['STEPS_EXCEEDED', 'MEMORY_EXCEEDED']);

/** What is said of a text that does not parse or compile. Shaped as what jsonata's parser throws. */
export interface TextFault {
  readonly code: string;
  readonly position?: number | undefined;
  readonly token?: string | undefined;
  /** What the parser wanted instead. */
  readonly expected?: string | undefined;
}

export function explainTextFault(
  source: SourceText,
  { code, position, token, expected }: TextFault,
): MappingError {
  return {
    code: 'MAPPING_SYNTAX',
    message: filledIn(SYNTAX_WORDS[code] ?? FAULT_WORDS[code], token, expected),
    ...placed(source, position),
    ...jsonataCode(code),
  };
}

/**
 * @param program - the program that failed, for the texts and names that may be shown.
 * @param failure - what it was looking at, where that is known.
 */
export function explainFault(
  source: SourceText,
  fault: Fault,
  program: Program,
  failure: Failure | undefined,
): MappingError {
  const { code } = fault;
  const isOwnText = fault.said !== undefined && literalsOf(program).has(fault.said);
  const words = isOwnText ? ownWords(code, fault.said ?? '') : filledIn(FAULT_WORDS[code], fault.token);
  const path = failure && pathSeen(failure, fault, program);
  const message = isOwnText ? words : `${words}${metWords(fault, path)}`;
  return {
    code: BUDGET_CODES.has(code) ? 'MAPPING_BUDGET' : 'MAPPING_FAILED',
    message,
    ...placed(source, fault.position),
    ...jsonataCode(code),
    ...(path === undefined ? {} : { path }),
  };
}

/** What the mapping says itself: a whole sentence, or the name of what it requires. */
const ownWords = (code: string, said: string): string =>
  code === 'REQUIRED_MISSING' ? `${said} is missing, and the mapping requires it` : said;

const jsonataCode = (code: string) => (/^[STD][0-9]{4}$/.test(code) ? { jsonata: code } : {});

function filledIn(words = 'cannot be evaluated', token?: string, expected?: string): string {
  // After a `$` the token is a function's name and stands bare; elsewhere it is quoted.
  const shown = token === undefined ? 'this' : words.includes('$%t') ? token : `"${token.slice(0, 60)}"`;
  return words.replaceAll('%t', () => shown).replaceAll('%e', () => `"${expected ?? 'more'}"`);
}

/** The types that were met, and where in the input. */
function metWords({ argument, met, expected }: Fault, path: string | undefined): string {
  const what = argument === undefined ? '' : `argument ${argument} is `;
  const type = met === undefined ? '' : `${what}${withArticle(met)}`;
  const wanted = met === undefined || expected === undefined ? '' : ` and must be ${withArticle(expected)}`;
  const where = path === undefined ? '' : `${type === '' ? '' : ', '}in ${path}`;
  const all = `${type}${wanted}${where}`;
  return all === '' ? '' : ` (${all})`;
}

const withArticle = (type: string): string =>
  /^(nothing|null|array of)/.test(type) ? type : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;

/**
 * The place of the value that did not fit: what was read last with the type that was met, or else the context item.
 * Keys that the mapping does not write itself are the payload's own, and are not shown.
 */
function pathSeen({ reads, context }: Failure, { met }: Fault, program: Program): string | undefined {
  const read = reads.findLast(({ type }) => met === undefined || type === met) ?? reads.at(-1);
  const path = read?.path ?? context;
  return path === undefined || path.length === 0 ? undefined : pathText(path, namesOf(program));
}

function pathText(path: InputPath, names: ReadonlySet<string>): string {
  return path
    .map(key => (typeof key === 'number' ? `[${key}]` : names.has(key) ? `.${key}` : '.*'))
    .join('')
    .replace(/^\./, '');
}

/** How long a line may be to be shown: what is longer was not written by hand. */
const LONGEST_EXCERPT = 200;

function placed(
  source: SourceText,
  position: number | undefined,
): Pick<MappingError, 'file' | 'line' | 'column' | 'excerpt'> {
  const { file } = source;
  if (position === undefined) return { file };
  const at = tokenStart(source.text, position);
  const start = source.text.lastIndexOf('\n', at - 1) + 1;
  const end = source.text.indexOf('\n', at);
  const line = source.text.slice(start, end === -1 ? undefined : end).trimEnd();
  const excerpt = line.length > LONGEST_EXCERPT || line.trim() === '' ? {} : { excerpt: line };
  return { file, ...placeOf(source, position), ...excerpt };
}

/** jsonata points behind a token; we point at its beginning, by line and column of the integrator's own file. */
export const placeOf = (source: SourceText, position: number): { line: number; column: number } =>
  placeAt(source, tokenStart(source.text, position));

/** @param at - the character, counted from 0. */
export function placeAt(source: SourceText, at: number): { line: number; column: number } {
  const run = source.runs?.findLast(candidate => candidate.at <= at);
  if (run !== undefined) return { line: run.line, column: run.column + at - run.at };
  const before = source.text.slice(0, at);
  const lastBreak = before.lastIndexOf('\n');
  return {
    line: source.line + (before.match(/\n/g)?.length ?? 0),
    column: before.length - lastBreak,
  };
}
