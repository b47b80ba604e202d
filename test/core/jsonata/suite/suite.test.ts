/** JSONata's official test suite: each case passes, or stands in the list of exceptions with its reason. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runSuite, suiteTable } from './runSuite.ts';
import { suiteFolder } from './suiteCases.ts';

const folder = suiteFolder();

if (folder === undefined) {
  it('the official suite is not beside this clone: the differential test against jsonata stands in for it', () => {
    expect(suiteFolder('/nowhere')).toBe(undefined);
  });
} else {
  it('every case of the official suite passes, or is an exception with a reason', () => {
    const result = runSuite(folder);
    expect(result.failed).toEqual([]);
    expect(result.needless).toEqual([]);
    expect(result.cases).toBeGreaterThan(1_600);
    // The table in the docs is what `node bench/suite.ts` prints.
    const docs = readFileSync(join(import.meta.dirname, '../../../../docs/jsonata.md'), 'utf8');
    expect(docs).toContain(suiteTable(result));
  }, 60_000);
}
