/** What is posted: orders of a made-up shop, each for one destination or for two, with ids that are known beforehand. */
import type { Source } from '../../core/files/sourceFile.ts';
import { type DeliveryId, deliveryId, eventIdFromProvider } from '../../core/ids.ts';
import type { WebhookToPost } from '../proof/provider.ts';
import {
  DESTINATIONS,
  type DestinationName,
  PAIR,
  PAIR_TYPE,
  routeTo,
  typeFor,
  type Wish,
} from './destinations.ts';
import type { FaultScript } from './faultScript.ts';

export interface Order extends WebhookToPost {
  readonly deliveries: readonly OwedDelivery[];
}

export interface OwedDelivery {
  readonly deliveryId: DeliveryId;
  readonly destination: DestinationName;
  readonly wish: Wish;
}

const PAIR_SHARE = 0.1;

export function makeOrders(source: Source, count: number, script: FaultScript): Order[] {
  return Array.from({ length: count }, (_, index) => {
    const [single = 'steady'] = DESTINATIONS.slice(index % DESTINATIONS.length);
    const isPair = script.draw('pair', index) < PAIR_SHARE;
    const wish = isPair ? 'deliver' : wishOf(single, script.draw('wish', index));
    const eventType = isPair ? PAIR_TYPE : typeFor(single);
    const providerEventId = `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`;
    const eventId = eventIdFromProvider(source.name, providerEventId);
    const payload = {
      // GitHub's way: the event type is a header and, after the full stop, the body's action.
      action: eventType.slice(eventType.indexOf('.') + 1),
      order: String(index + 1),
      customer: `customer-${Math.floor(script.draw('customer', index) * 1000)}`,
      wish,
    };
    return {
      source,
      eventType,
      providerEventId,
      body: Buffer.from(JSON.stringify(payload)),
      deliveries: (isPair ? PAIR : [single]).map(destination => ({
        deliveryId: deliveryId(eventId, routeTo(destination)),
        destination,
        wish,
      })),
    };
  });
}

function wishOf(destination: DestinationName, draw: number): Wish {
  if (destination !== 'filtered') return 'deliver';
  if (draw < 0.25) return 'drop';
  return draw < 0.35 ? 'fail' : 'deliver';
}
