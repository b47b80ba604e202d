/** The pages of the codes are held to the code: each code has one, and each example on them does what it says. */
import { describe, expect, it } from 'vitest';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { type CodeExample, readCodePages } from '../../authoring/codePages.ts';
import { proveProject } from '../../authoring/proveProject.ts';
import { proveRoute } from '../../authoring/proveRoute.ts';
import { PROBLEM_CODES } from '../../core/files/codes.ts';
import { hasErrors, type Problem } from '../../core/files/problem.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import { MAPPING_ERROR_CODES } from '../../core/mapping/mappingError.ts';
import { compileFolder } from '../core/files/projectFiles.ts';

const sections = await readCodePages();

async function problemsOf(example: CodeExample): Promise<readonly Problem[]> {
  const engine = await authoringEngine();
  const check = createContractCheck();
  return proveProject(await compileFolder(example), route => proveRoute(engine, check, route));
}

/** As a problem's own code, or as that of the error at which an example fails. */
const codesIn = (problems: readonly Problem[]): Set<string> =>
  new Set(
    problems.flatMap(({ code, message, hint = '' }) => [
      code,
      ...(`${message} ${hint}`.match(/\b[A-Z]+_[A-Z_]+\b/g) ?? []),
    ]),
  );

it('explains every code, each once, and none that there is not', () => {
  const known = [...PROBLEM_CODES, ...MAPPING_ERROR_CODES].sort();
  expect(sections.map(({ code }) => code).sort()).toEqual(known);
});

describe.each(sections.map(section => [section.code, section] as const))(
  '%s',
  (code, { text, fails, mended }) => {
    it('is explained, and shown by an example and by the same mended', async () => {
      expect(text.length).toBeGreaterThan(20);
      // A syntax error is found before anything runs; its code at run time is that of the same mistake.
      const shown = code === 'MAPPING_SYNTAX' ? 'mapping-syntax' : code;
      expect([...codesIn(await problemsOf(fails))]).toContain(shown);
      const after = await problemsOf(mended);
      expect([...codesIn(after)]).not.toContain(shown);
      expect(hasErrors(after), JSON.stringify(after)).toBe(false);
    });
  },
);
