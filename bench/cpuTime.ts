/** The processor time that a piece of work takes in this process, without waiting. */
import { median } from './percentiles.ts';

export interface CpuOptions {
  /** Batches that are measured; the figure is the median over them. */
  readonly batches: number;
  /** Calls in a batch: enough of them for the clock, which counts in steps. */
  readonly calls: number;
}

const WARM_UP_BATCHES = 10;

/** Microseconds of CPU for one call, garbage collection and compilation included. */
export async function cpuMicroseconds(
  { batches, calls }: CpuOptions,
  work: (index: number) => Promise<unknown> | unknown,
): Promise<number> {
  const measured: number[] = [];
  for (let batch = 0; batch < WARM_UP_BATCHES + batches; batch += 1) {
    const before = process.cpuUsage();
    for (let index = 0; index < calls; index += 1) await work(index);
    const { user, system } = process.cpuUsage(before);
    if (batch >= WARM_UP_BATCHES) measured.push((user + system) / calls);
  }
  return median(measured);
}
