/** Whether a folder is a route's, and if so the text of its route.yaml. */
import { NAME_PATTERN } from '../names.ts';
import type { Report } from './problem.ts';

/** @returns undefined after the problem was reported. */
export function routeText(
  path: string,
  name: string,
  files: ReadonlyMap<string, string>,
  report: Report,
): string | undefined {
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
    const file = `${path}/route.yml`;
    if (text === undefined) {
      report({ code: 'unknown-file', file, message: 'the file is called route.yaml', hint: 'rename it' });
    } else {
      const message = `there are two routes named "${name}"`;
      report({ code: 'duplicate-name', file, message, hint: 'keep route.yaml' });
    }
    return undefined;
  }
  if (text !== undefined) return text;
  const nested = [...files.keys()].find(file => file.endsWith('/route.yaml'));
  if (nested === undefined) {
    report({
      code: 'route-without-file',
      file: path,
      message: 'this folder has no route.yaml',
      hint: `\`hookwright new ${name}\` makes a complete one`,
    });
  } else {
    report({
      code: 'route-nested',
      file: path,
      message: "a route's folder stands directly under the mappings folder",
      hint: `move ${path}/${nested.slice(0, -'/route.yaml'.length)} up`,
    });
  }
  return undefined;
}
