/** Writes one item, tells its parent, and waits to be killed. */
import { TableStore } from '../../local/tables/tableStore.ts';
import { claimsTable } from './claimsTable.ts';

const tables = new TableStore(process.argv[2] ?? '', Date.now);
tables.define([claimsTable]);
tables.write(claimsTable, 'a', { claimId: { S: 'a' }, n: { N: '1' } }, () => true);
process.send?.('written');
setInterval(() => undefined, 1_000);
