/**
 * `node bench/forgeries.ts`: signs as every provider of the catalogue and forges what was signed in every way; none may be
 * accepted. Options: --rounds bodies of each entry, --bits of each body and signature, --seed.
 */
import { readCatalogue } from '../authoring/readCatalogue.ts';
import { table } from '../cli/terminal.ts';
import { type ForgeryRun, forgeEverything } from './forgeries/run.ts';
import { seededRandom } from './random.ts';
import { readOptions } from './readOptions.ts';

const { rounds, bits, seed } = readOptions({ rounds: 20, bits: 16, seed: 1 });
const catalogue = await readCatalogue();
const { next } = seededRandom(seed);
const run = await forgeEverything({
  providers: catalogue.names.flatMap(name => catalogue.provider(name) ?? []),
  rounds,
  bits,
  random: bound => Math.floor(next() * bound),
});
process.stdout.write(describe(run));
process.exitCode = run.faults.length === 0 ? 0 : 1;

function describe({ entries, genuine, mutations, faults }: ForgeryRun): string {
  const rows = [...mutations].map(([mutation, { entries: ofEntries, tried }]) => [
    mutation,
    ofEntries,
    tried,
  ]);
  const tried = [...mutations.values()].reduce((sum, mutation) => sum + mutation.tried, 0);
  return [
    `${entries} entries, ${genuine.toLocaleString('en')} webhooks as their providers sign them (seed ${seed})`,
    table([
      ['mutation', 'entries', 'tried'],
      ...rows.map(row => row.map(cell => cell?.toLocaleString('en') ?? '')),
    ]),
    `${tried.toLocaleString('en')} forgeries, ${faults.length} faults`,
    ...faults.slice(0, 50),
    '',
  ].join('\n');
}
