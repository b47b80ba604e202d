/** The engine that deploys, and short ways to ask it something. */

import type { Value } from '../core/jsonata/values.ts';
import { compileText } from '../core/mapping/compileText.ts';
import { createEngine, type Engine, type Evaluation } from '../core/mapping/engine.ts';
import type { MappingError } from '../core/mapping/mappingError.ts';
import { NOW } from './builders.ts';

export const newEngine = (): Engine => createEngine({ compile: compileText });

export const sourceText = (text: string, line = 1) => ({ file: 'mapping.jsonata', text, line });

/** @param payload - a value, or JSON text where it matters how it is written. */
export function evaluate(engine: Engine, text: string, payload: unknown = {}, now = NOW): Evaluation {
  const json = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return engine.evaluate(sourceText(text), { value: { payload: JSON.parse(json) as Value }, now });
}

/** The value that came out, parsed. */
export function resultOf(evaluation: Evaluation): unknown {
  if (evaluation.kind === 'error') throw new Error(`${evaluation.error.code}: ${evaluation.error.message}`);
  return evaluation.kind === 'undefined' ? undefined : JSON.parse(evaluation.json);
}

export function errorOf(evaluation: Evaluation): MappingError {
  if (evaluation.kind !== 'error') throw new Error(`no error: ${JSON.stringify(evaluation)}`);
  return evaluation.error;
}
