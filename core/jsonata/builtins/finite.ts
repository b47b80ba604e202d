/** What JSON can carry of the results of arithmetic. */
import { Fault } from '../fault.ts';

/** @throws Fault - with this code where the number is infinite or none. */
export function finite(value: number, code = 'D1001'): number {
  if (!Number.isFinite(value)) throw new Fault(code);
  return value;
}
