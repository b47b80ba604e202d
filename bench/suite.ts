/**
 * `node bench/suite.ts [--suite DIR]`: JSONata's official test suite through our engine, as the table that
 * docs/jsonata.md holds. Fails when a case that is no known exception does not pass.
 */
import { parseArgs } from 'node:util';
import { runSuite, suiteTable } from '../test/core/jsonata/suite/runSuite.ts';
import { suiteFolder } from '../test/core/jsonata/suite/suiteCases.ts';

const { values } = parseArgs({ options: { suite: { type: 'string' } } });
const folder = suiteFolder(values.suite);
if (folder === undefined) {
  process.stdout.write(
    'The suite is not here: say where with --suite DIR. It is data of the jsonata project.\n',
  );
  process.exitCode = 2;
} else {
  const result = runSuite(folder);
  process.stdout.write(`${suiteTable(result)}\n`);
  for (const line of [...result.failed, ...result.needless]) process.stdout.write(`${line}\n`);
  process.exitCode = result.failed.length + result.needless.length === 0 ? 0 : 1;
}
