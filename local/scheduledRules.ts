/** EventBridge, as far as the template uses it: calls a function every few minutes. */
import type { RuleDescription } from './template/description.ts';

export interface ScheduledRulesOptions {
  readonly rules: () => readonly RuleDescription[];
  readonly call: (rule: RuleDescription) => Promise<void>;
}

const MINUTE_MS = 60_000;

/** Returns how to stop it. */
export function callEachMinute({ rules, call }: ScheduledRulesOptions): () => void {
  let minute = 0;
  const timer = setInterval(() => {
    minute += 1;
    for (const rule of rules()) {
      if (rule.trigger.kind === 'schedule' && minute % rule.trigger.everyMinutes === 0) void call(rule);
    }
  }, MINUTE_MS);
  // Nothing but the relay itself should keep the process alive.
  timer.unref();
  return () => clearInterval(timer);
}
