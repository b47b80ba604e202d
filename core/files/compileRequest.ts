/** A route's `request:`, held against what its destination allows before anything is sent. */

import type { RequestExpressions, SourceText } from '../configuration.ts';
import { METHODS, type RequestAllowance } from '../delivery/allowance.ts';
import type { ProblemCode } from './codes.ts';
import type { Report } from './problem.ts';
import type { RouteFile } from './routeFile.ts';
import { didYouMean } from './suggest.ts';
import type { YamlFile } from './yamlFile.ts';

export interface RequestContext {
  readonly file: string;
  readonly written: RouteFile;
  readonly placeOf: YamlFile<RouteFile>['placeOf'];
  readonly placesOfText: YamlFile<RouteFile>['placesOfText'];
  readonly allowance: RequestAllowance;
  /** With its program, or as it is after its problem was reported. */
  readonly compileText: (source: SourceText, code: ProblemCode) => SourceText;
  readonly report: Report;
}

/** Undefined for the plain request: POST, the URL as it is, JSON. */
export function compileRequest(context: RequestContext): RequestExpressions | undefined {
  const { file, written, placeOf, placesOfText, allowance, compileText, report } = context;
  const { request, to } = written;
  const { methods } = allowance;
  if (request?.method === undefined && methods.length > 1 && !methods.includes('POST')) {
    report({
      code: 'method-open',
      file,
      ...placeOf(['request']),
      message: `"${to}" allows ${methods.join(' and ')}, and this route does not say which it uses`,
      hint: `write request: { method: ${methods[0]} }`,
    });
  }
  if (request === undefined && (methods.includes('POST') || methods.length > 1)) return undefined;

  const expression = (path: readonly string[], text: string): SourceText =>
    compileText({ file, text, ...placesOfText(path) }, 'request-syntax');
  const refuse = (path: readonly string[], what: string, name: string, allowed: readonly string[]): void => {
    report({
      code: 'request-not-allowed',
      file,
      ...placeOf(path),
      message: `"${to}" does not let its routes set the ${what} "${name}"`,
      hint:
        didYouMean(name, allowed) ??
        `add it to allow.${what === 'header' ? 'headers' : what} in destinations/${to}.yaml`,
    });
  };

  const method = request?.method;
  const constant = METHODS.find(known => known === method);
  if (constant !== undefined && !methods.includes(constant)) {
    report({
      code: 'request-not-allowed',
      file,
      ...placeOf(['request', 'method']),
      message: `"${to}" does not take ${constant}; it allows ${methods.join(', ')}`,
      hint: `add it to allow.methods in destinations/${to}.yaml`,
    });
  }
  if (request?.path !== undefined && allowance.paths.length === 0) {
    report({
      code: 'request-not-allowed',
      file,
      ...placeOf(['request', 'path']),
      message: `"${to}" does not let its routes add to the path of its URL`,
      hint: `say which paths in destinations/${to}.yaml, such as allow: { paths: [/orders/*] }`,
    });
  }
  const each = (
    key: 'query' | 'headers',
    what: 'query' | 'header',
    allowed: readonly string[],
  ): Record<string, SourceText> =>
    Object.fromEntries(
      Object.entries(request?.[key] ?? {}).map(([name, text]) => {
        if (!allowed.includes(name)) refuse(['request', key, name], what, name, allowed);
        return [name, expression(['request', key, name], text)];
      }),
    );
  return {
    allow: allowance,
    content: request?.content ?? 'json',
    contentPlace: { file, line: placeOf(['request', 'content']).line },
    ...(method === undefined
      ? {}
      : { method: expression(['request', 'method'], constant === undefined ? method : `"${constant}"`) }),
    ...(request?.path === undefined ? {} : { path: expression(['request', 'path'], request.path) }),
    query: each('query', 'query', allowance.query),
    headers: each('headers', 'header', allowance.headers),
  };
}
