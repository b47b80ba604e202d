/** From a text to a program, with jsonata's own parser: at authoring time. Deliver carries programs, and no parser. */
import jsonata from 'jsonata';
import type { SourceText } from '../configuration.ts';
import { didYouMean } from '../files/suggest.ts';
import type { AstNode } from '../jsonata/ast.ts';
import { BUILTINS } from '../jsonata/builtins/table.ts';
import { type CompileStart, compile } from '../jsonata/compile.ts';
import { Fault } from '../jsonata/fault.ts';
import { nodesOfProgram, unknownFunctions } from '../jsonata/inspect.ts';
import type { Program } from '../jsonata/program.ts';
import { judgePattern } from '../jsonata/regex/pattern.ts';
import { explainTextFault, type MappingError, type TextFault } from './mappingError.ts';

export type Compiled =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; readonly error: MappingError };

/**
 * @param shared - names that the integrators' functions and tables bind, without `$`.
 * @param start - of a text that is linked together with others: where its ids and places begin.
 */
export function compileText(
  source: SourceText,
  shared: readonly string[] = [],
  start?: CompileStart,
): Compiled {
  try {
    const program = compile(jsonata(source.text).ast() as unknown as AstNode, start);
    const error = problemOf(program, source, shared);
    return error === undefined ? { ok: true, program } : { ok: false, error };
  } catch (error) {
    return { ok: false, error: explainTextFault(source, textFaultOf(error)) };
  }
}

function problemOf(
  program: Program,
  source: SourceText,
  shared: readonly string[],
): MappingError | undefined {
  for (const node of nodesOfProgram(program)) {
    if (node.op !== 'regex') continue;
    const judged = judgePattern(node.source, node.flags);
    if (judged.ok) continue;
    const at = { ...explainTextFault(source, { code: 'S0302', position: node.at }) };
    const { jsonata: _code, ...place } = at;
    return { ...place, message: `this regular expression is refused: ${judged.problem}` };
  }
  const known = [...BUILTINS.map(({ name }) => name), ...shared];
  const [unknown] = unknownFunctions(program, new Set(known));
  if (unknown === undefined) return undefined;
  const near = didYouMean(unknown.name, known);
  const { jsonata: _code, ...place } = explainTextFault(source, { code: 'T1006', position: unknown.at });
  return {
    ...place,
    message: `there is no function $${unknown.name}${near === undefined ? '' : `; ${near.replace('"', '"$')}`}`,
  };
}

/** jsonata throws plain objects. Their `value` is a token that was expected, and of the mapping's own text. */
function textFaultOf(error: unknown): TextFault {
  if (error instanceof Fault) return { code: error.code, position: error.position, token: error.token };
  if (error instanceof RangeError) return { code: 'NESTED_TOO_DEEP' };
  const { code, position, token, value } = error as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string') throw error;
  return {
    code,
    position: typeof position === 'number' ? position : undefined,
    token: typeof token === 'string' || typeof token === 'number' ? String(token) : undefined,
    expected: typeof value === 'string' ? value : undefined,
  };
}
