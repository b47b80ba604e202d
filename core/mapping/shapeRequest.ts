/**
 * The request around a mapping's output: method, path, query and headers by a route's expressions, within what the
 * destination allows, and the output as JSON, form or text. Whatever comes out of a payload is encoded or refused here,
 * so that no payload can reach another path, add a header or end one.
 */
import type { RequestExpressions, SourceText } from '../configuration.ts';
import { allowsPath, METHODS, type Method } from '../delivery/allowance.ts';
import { HEADER_VALUE } from '../delivery/auth/proof.ts';
import type { DataObject, Value } from '../jsonata/values.ts';
import type { Engine, EngineInput } from './engine.ts';
import type { MappingError } from './mappingError.ts';

export interface ShapedRequest {
  readonly method: Method;
  /** Percent-encoded, below the path of the destination's URL; empty for that URL itself. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: string;
}

type Shaped =
  | { readonly ok: true; readonly request: ShapedRequest }
  | { readonly ok: false; readonly error: MappingError };

/**
 * @param output - what the mapping gave, which the expressions see as `output`.
 * @param json - the same as text.
 */
export function shapeRequest(
  engine: Engine,
  expressions: RequestExpressions | undefined,
  input: EngineInput,
  output: Value,
  json: string,
): Shaped {
  if (expressions === undefined) return { ok: true, request: plainRequest(json) };
  const withOutput = { ...input, value: { output, ...(input.value as DataObject) } };
  try {
    const evaluate = (text: SourceText): unknown => evaluateOrThrow(engine, text, withOutput);
    const { body, contentType } = contentOf(expressions, json);
    return {
      ok: true,
      request: {
        method: methodOf(expressions, evaluate),
        path: pathOf(expressions, evaluate),
        query: queryOf(expressions, evaluate),
        headers: headersOf(expressions, evaluate),
        contentType,
        body,
      },
    };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.reason };
    throw error;
  }
}

export const plainRequest = (json: string): ShapedRequest => ({
  method: 'POST',
  path: '',
  query: [],
  headers: {},
  contentType: 'application/json',
  body: json,
});

/** Unwinds the shaping of one request; never leaves this file. */
class Refusal extends Error {
  readonly reason: MappingError;

  constructor(reason: MappingError) {
    super(reason.message);
    this.reason = reason;
  }
}

function refuse(text: Pick<SourceText, 'file' | 'line'>, message: string): never {
  throw new Refusal({ code: 'REQUEST_REFUSED', message, file: text.file, line: text.line });
}

/** The value, or undefined when the expression gives nothing. */
function evaluateOrThrow(engine: Engine, text: SourceText, input: EngineInput): unknown {
  const evaluated = engine.evaluate(text, input);
  if (evaluated.kind === 'error') {
    const { error } = evaluated;
    throw new Refusal(error.code === 'MAPPING_FAILED' ? { ...error, code: 'REQUEST_FAILED' } : error);
  }
  return evaluated.kind === 'undefined' ? undefined : evaluated.value;
}

type Evaluate = (text: SourceText) => unknown;

function methodOf({ method, allow }: RequestExpressions, evaluate: Evaluate): Method {
  if (method === undefined)
    return allow.methods.find(known => known === 'POST') ?? allow.methods[0] ?? 'POST';
  const value = evaluate(method);
  const found = METHODS.find(known => known === value);
  if (found !== undefined && allow.methods.includes(found)) return found;
  return refuse(
    method,
    `\`request.method\` must give one of the methods that the destination allows: ${allow.methods.join(', ')}`,
  );
}

function pathOf({ path, allow }: RequestExpressions, evaluate: Evaluate): string {
  if (path === undefined) return '';
  const value = evaluate(path);
  const parts = typeof value === 'string' ? value.replace(/^\//, '').split('/') : value;
  if (!Array.isArray(parts) || parts.length === 0) {
    return refuse(path, '`request.path` must give a text such as "orders/42", or a list of its parts');
  }
  const segments = parts.map(part => scalarText(part) ?? '');
  if (segments.some(segment => segment === '' || segment === '.' || segment === '..')) {
    return refuse(
      path,
      '`request.path` has a part that is empty, `.` or `..`, or is neither text nor number',
    );
  }
  if (!allowsPath(allow, segments)) {
    return refuse(
      path,
      '`request.path` gives a path that the destination does not allow; see `allow.paths` in its file',
    );
  }
  return segments
    .map(segment => encode(segment) ?? refuse(path, '`request.path` gives text that is no Unicode'))
    .join('/');
}

function queryOf({ query }: RequestExpressions, evaluate: Evaluate): [string, string][] {
  return Object.entries(query).flatMap(([name, text]) => {
    const value = evaluate(text);
    return (Array.isArray(value) ? value : [value]).flatMap((item): [string, string][] => {
      if (item === undefined || item === null) return [];
      const written = scalarText(item);
      return written === undefined
        ? refuse(
            text,
            `\`request.query.${name}\` must give text, a number, true or false, or a list of those`,
          )
        : [[name, written]];
    });
  });
}

function headersOf({ headers }: RequestExpressions, evaluate: Evaluate): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, text]) => {
      const value = evaluate(text);
      if (value === undefined || value === null) return [];
      const written = scalarText(value);
      return written !== undefined && HEADER_VALUE.test(written)
        ? [[name, written]]
        : refuse(text, `\`request.headers.${name}\` must give one line of visible ASCII characters`);
    }),
  );
}

function contentOf(
  { content, contentPlace }: RequestExpressions,
  json: string,
): { body: string; contentType: string } {
  switch (content) {
    case 'json':
      return { body: json, contentType: 'application/json' };
    case 'text': {
      const value: unknown = JSON.parse(json);
      if (typeof value !== 'string')
        return refuse(contentPlace, 'with `content: text` the mapping must give a text');
      return { body: value, contentType: 'text/plain; charset=utf-8' };
    }
    case 'form': {
      const form = new URLSearchParams();
      const value: unknown = JSON.parse(json);
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      for (const [name, item] of isObject ? Object.entries(value) : refuse(contentPlace, NOT_A_FORM)) {
        for (const one of Array.isArray(item) ? item : [item]) {
          form.append(name, scalarText(one) ?? refuse(contentPlace, NOT_A_FORM));
        }
      }
      return { body: form.toString(), contentType: 'application/x-www-form-urlencoded' };
    }
    default:
      return content satisfies never;
  }
}

const NOT_A_FORM =
  'with `content: form` the mapping must give an object whose values are texts, numbers, true or false, or lists of those';

const scalarText = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

/** Undefined for half of a surrogate pair, which is no character. */
function encode(text: string): string | undefined {
  return text.isWellFormed() ? encodeURIComponent(text) : undefined;
}
