/** The whole suite, judged against the list of exceptions. */
import { exceptionOf, SUITE_EXCEPTIONS } from './exceptions.ts';
import { judgeCase } from './judgeCase.ts';
import { readSuite } from './suiteCases.ts';

export interface SuiteResult {
  readonly cases: number;
  readonly passed: number;
  /** Names of cases that stand in the list and do not pass, by kind. */
  readonly refused: readonly string[];
  readonly differing: readonly string[];
  /** What should pass and does not, with what came out. */
  readonly failed: readonly string[];
  /** What stands in the list and passes all the same. */
  readonly needless: readonly string[];
}

export function runSuite(folder: string): SuiteResult {
  const cases = readSuite(folder);
  const judged = cases.map(suiteCase => ({
    name: suiteCase.name,
    got: judgeCase(suiteCase),
    exception: exceptionOf(suiteCase.name),
  }));
  const names = (keep: (one: (typeof judged)[number]) => boolean) =>
    judged.filter(keep).map(({ name }) => name);
  return {
    cases: cases.length,
    passed: judged.filter(({ got }) => got === undefined).length,
    refused: names(({ got, exception }) => got !== undefined && exception?.kind === 'refused'),
    differing: names(({ got, exception }) => got !== undefined && exception?.kind === 'differing'),
    failed: judged
      .filter(({ got, exception }) => got !== undefined && exception === undefined)
      .map(({ name, got }) => `${name}: ${(got ?? '').slice(0, 200)}`),
    needless: names(({ got, exception }) => got === undefined && exception !== undefined),
  };
}

/** As Markdown, for docs/jsonata.md. */
export function suiteTable(result: SuiteResult): string {
  const rows = SUITE_EXCEPTIONS.map(({ cases, kind, reason }) => `| \`${cases}\` | ${kind} | ${reason} |`);
  return [
    `| cases | passed | refused | differing | failed |`,
    `| ---: | ---: | ---: | ---: | ---: |`,
    `| ${result.cases} | ${result.passed} | ${result.refused.length} | ${result.differing.length} | ${result.failed.length} |`,
    '',
    '| case | is | because |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}
