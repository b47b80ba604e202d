/**
 * The mappings of a batch in one go. A time limit costs more than most mappings do (`core/mapping/timeLimit.ts`), so the
 * records share one; whatever it cuts off, or leaves no time for, is left to be run again under a limit of its own.
 */
import type { RouteConfiguration } from '../../core/configuration.ts';
import type { Envelope } from '../../core/envelope.ts';
import { OutOfTime, withinTimeLimit } from '../../core/mapping/timeLimit.ts';
import { prepareRoute, type Transformed, transform } from '../../core/mapping/transform.ts';
import type { DeliverTools } from './tools.ts';

interface Transformable {
  readonly message: { readonly messageId: string };
  readonly route: RouteConfiguration;
  readonly envelope: Envelope;
  /** Is shown the payload. */
  readonly seen?: (payload: unknown) => void;
}

/** After this part of the limit no further record is begun, so that only a runaway is ever cut off. */
const SHARE_OF_LIMIT = 0.5;

/** By message id, what is ready. */
export function transformTogether(
  records: readonly Transformable[],
  { engine, checkContract, now }: DeliverTools,
): ReadonlyMap<string, Transformed> {
  const ready = new Map<string, Transformed>();
  if (records.length < 2) return ready;
  for (const { route } of records) prepareRoute(engine, checkContract, route);
  const until = now() + engine.limitMs * SHARE_OF_LIMIT;
  try {
    withinTimeLimit(
      engine.limitMs,
      () => ({ code: 'MAPPING_TIMEOUT', message: 'takes too long', file: '' }),
      () => {
        for (const { message, route, envelope, seen } of records) {
          if (now() > until) return;
          ready.set(message.messageId, transform(engine, checkContract, route, envelope, now(), seen));
        }
      },
    );
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
  }
  return ready;
}
