/** A paused destination stays paused, whoever enabled its event source mapping: a deploy, or the console. */
import { PAUSED_TAG, RESUMING_TAG } from '../names.ts';

/**
 * True when a mapping is tagged as paused, and nobody is just resuming it: a resume, and above all a ramp, enables it
 * before it is no longer paused, and says until when that is meant. A ramp that was killed is thereby paused again.
 *
 * @param now - milliseconds since the epoch.
 */
export function shouldBeDisabled(tags: Readonly<Record<string, string>>, now: number): boolean {
  if (tags[PAUSED_TAG] === undefined) return false;
  const resumingUntil = Date.parse(tags[RESUMING_TAG] ?? '');
  return Number.isNaN(resumingUntil) || resumingUntil <= now;
}

/** Seconds since it was paused; undefined when it is not, or the tag is no time. */
export function pausedSeconds(tags: Readonly<Record<string, string>>, now: number): number | undefined {
  const since = Date.parse(tags[PAUSED_TAG] ?? '');
  return Number.isNaN(since) ? undefined : Math.max(0, Math.round((now - since) / 1000));
}
