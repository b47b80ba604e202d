/** Fixed offsets from UTC. A zone's name is none: what it means depends on the date and on tables that change. */
import { Fault } from '../fault.ts';

/**
 * Minutes east of UTC. Takes `+0200`, `-0530`, `0200`, `+02:00` and `Z`; zero also as `0` and `00`.
 * @throws Fault OFFSET_NOT_FIXED where jsonata would take the leading digits of whatever it is, or give NaN.
 */
export function readOffset(text: string): number {
  if (text === 'Z' || /^[+-]?0{1,2}$/.test(text)) return 0;
  const [, sign, hours, minutes] = /^([+-]?)([0-9]{1,2}):?([0-9]{2})$/.exec(text) ?? [];
  const offset = hours === undefined ? undefined : offsetOf(sign === '-', Number(hours), Number(minutes));
  if (offset === undefined) throw new Fault('OFFSET_NOT_FIXED');
  return offset;
}

/** Minutes east of UTC, or undefined where there is no such offset. */
export const offsetOf = (west: boolean, hours: number, minutes: number): number | undefined => {
  if (hours > 23 || minutes > 59) return undefined;
  const offset = hours * 60 + minutes;
  return west && offset !== 0 ? -offset : offset;
};
