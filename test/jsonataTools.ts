/** The compiled engine on a text: parsed by jsonata's own parser, compiled, sent through JSON as a configuration is, linked. */
import jsonata from 'jsonata';
import type { AstNode } from '../core/jsonata/ast.ts';
import type { Builtin } from '../core/jsonata/builtin.ts';
import { compile } from '../core/jsonata/compile.ts';
import { Fault } from '../core/jsonata/fault.ts';
import { type Linked, type LinkOptions, link } from '../core/jsonata/link.ts';
import type { Program } from '../core/jsonata/program.ts';
import type { Value } from '../core/jsonata/values.ts';
import { NOW } from './builders.ts';

export const compileText = (text: string, start?: { id: number; at: number }): Program =>
  JSON.parse(JSON.stringify(compile(jsonata(text).ast() as unknown as AstNode, start)));

export function linkText(text: string, options: Partial<LinkOptions> = {}): Linked {
  const pattern = () => {
    throw new Fault('NO_PATTERNS_HERE');
  };
  return link(compileText(text), { builtins: SOME_BUILTINS, pattern, ...options });
}

export const run = (text: string, input: Value = {}, options: Partial<LinkOptions> = {}): Value =>
  linkText(text, options).evaluate(input, { now: NOW, random: () => 0.5 });

export function faultOf(work: () => unknown): Fault {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('no fault');
}

const SOME_BUILTINS: readonly Builtin[] = [
  {
    name: 'sum',
    signature: '<a<n>:n>',
    run: (_host, numbers) => (numbers as number[] | undefined)?.reduce((all, one) => all + one, 0),
  },
  {
    name: 'uppercase',
    signature: '<s-:s>',
    run: (_host, text) => (text as string | undefined)?.toUpperCase(),
  },
];
