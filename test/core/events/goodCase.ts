/** The lines of a webhook in the good case, as they are written: ids as long as they are, names as the shipped files have them. */
import type { AttemptLine } from '../../../core/events/attemptLine.ts';
import { compactLine } from '../../../core/events/compactLine.ts';
import { withMetrics } from '../../../core/events/metrics.ts';
import type { WebhookLine } from '../../../core/events/webhookLine.ts';
import { deliveryId, eventIdFromProvider } from '../../../core/ids.ts';
import { NOW } from '../../builders.ts';

const REQUEST_ID = '6b1f2c9e-8f1d-4c55-9a57-0d9f3f1f7c11';
const PROVIDER_ID = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
const eventId = eventIdFromProvider('github', PROVIDER_ID);
export const at = new Date(NOW).toISOString();

export const ACCEPTED: WebhookLine = {
  ...{ line: 'webhook', at, state: 'accepted', status: 200, source: 'github', bodyBytes: 4096 },
  ...{ eventType: 'issues.opened', providerEventId: PROVIDER_ID, eventId },
  ...{ verification: 'verified', secretVersion: 'current' },
  deliveries: [
    {
      deliveryId: deliveryId(eventId, 'github-issue-to-ops-chat'),
      ...{ route: 'github-issue-to-ops-chat', destination: 'ops-chat' },
    },
  ],
  passedBy: [],
  ...{ durationMs: 8.42, requestId: REQUEST_ID, configuration: '0123456789ab' },
};

export const DELIVERED: AttemptLine = {
  ...{ line: 'attempt', at, state: 'delivered', outcome: 'delivered', status: 204 },
  ...{ deliveryId: deliveryId(eventId, 'github-issue-to-ops-chat'), eventId, providerEventId: PROVIDER_ID },
  ...{ eventType: 'issues.opened', source: 'github', route: 'github-issue-to-ops-chat' },
  ...{ destination: 'ops-chat', attempt: 1, attempts: 7, latencyMs: 203, ageSeconds: 0.04 },
  ...{ receiveCount: 1, redrives: 0, mappingDigest: 'abcdef012345' },
  ...{ requestId: REQUEST_ID, configuration: '0123456789ab' },
};

export const written = (line: WebhookLine | AttemptLine, values = {}): string =>
  JSON.stringify(compactLine(withMetrics(line, 'prod', values, NOW)));

/** The gateway's line, as `infra/httpApiDoor.ts` has it formatted. */
const ACCESS = 'JKJaXmPLvHcESHA= 200 200 - /github';

export const goodCaseLines = () => ({
  gateway: ACCESS,
  webhook: written(ACCEPTED),
  attempt: written(DELIVERED),
});
