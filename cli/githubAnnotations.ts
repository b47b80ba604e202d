/** Problems as GitHub's workflow commands: a pull request then shows each where it is. */
import type { Problem } from '../core/files/problem.ts';

/**
 * `::error file=mappings/x/route.yaml,line=3,col=5,title=unknown-source::there is no source "shp"%0A→ did you mean "shop"?`
 *
 * @param prefix - what stands between the repository's root and the mappings folder, such as `integrations/`.
 */
export function githubAnnotation(problem: Problem, prefix: string): string {
  const { severity, code, file, line, column, message, hint, excerpt } = problem;
  const properties = [
    `file=${property(prefix + file)}`,
    ...(line === undefined ? [] : [`line=${line}`, `col=${column ?? 1}`]),
    `title=${property(code)}`,
  ];
  const text = [message, excerpt, hint && `→ ${hint}`].filter(part => part !== undefined).join('\n');
  return `::${severity} ${properties.join(',')}::${data(text)}`;
}

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
