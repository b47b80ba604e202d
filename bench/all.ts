/** Every bench in a shorter form, one after the other. The figures are coarser; the limits are the same. */
import { measureAck } from './ack.ts';
import { measureBulkheads } from './bulkheads.ts';
import { measureCheck } from './check.ts';
import { measureColdStart } from './coldStart.ts';
import { measureCostUnits } from './costUnits.ts';
import { measureDeliveries } from './deliveries.ts';
import { measureDeliverWork } from './deliverWork.ts';
import { measureEndToEnd } from './endToEnd.ts';
import { type BenchResult, printResult } from './figures.ts';
import { measureMemory } from './memory.ts';
import { measureReceiveWork } from './receiveWork.ts';
import { measureRedrive } from './redrive.ts';
import { measureReload } from './reload.ts';
import { measureSynth } from './synth.ts';

const benches: readonly (() => Promise<BenchResult>)[] = [
  () => measureReceiveWork({ batches: 40, calls: 200 }),
  () => measureDeliverWork({ batches: 20, calls: 50 }),
  () => measureCostUnits({ batches: 10, calls: 50 }),
  () => measureColdStart({ runs: 10 }),
  () => measureCheck({ routes: 50, examples: 4 }),
  () => measureSynth({ destinations: 120 }),
  () => measureReload({ rounds: 2 }),
  () => measureAck({ rounds: 8, requests: 400 }),
  () => measureEndToEnd({ seconds: 10 }),
  () => measureDeliveries({ count: 2_000 }),
  () => measureBulkheads({ rounds: 1, seconds: 5 }),
  () => measureRedrive({ count: 2_000 }),
  () => measureMemory({ count: 5_000 }),
  () => measureRedrive({ count: 3_000 }),
];
for (const bench of benches) printResult(await bench());
