/**
 * Amazon SNS asks a new endpoint to visit an address before it sends anything. The message that asks is verified by then,
 * and the address is on the host of the topic's own region.
 */

import { readConfirmation } from '../../core/signatures/coded/awsSns.ts';
import { RequestValues } from '../../core/signatures/requestValues.ts';
import type { CodedScheme } from '../../core/signatures/scheme.ts';
import type { VerifiedWebhook } from '../../core/signatures/verification.ts';
import { askOnce } from './askOnce.ts';

/**
 * - `confirmed`: the address was visited; the topic sends from now on.
 * - `failed`: it could not be visited. SNS asks again.
 * - `ended`: the topic tells that it was unsubscribed. Visiting would subscribe again, so nobody does.
 *
 * Undefined for a message that asks nothing.
 */
export type ConfirmSubscription = (
  scheme: CodedScheme,
  webhook: VerifiedWebhook,
) => Promise<'confirmed' | 'failed' | 'ended' | undefined>;

export const confirmSubscriptionWith =
  (endpoint: string | undefined): ConfirmSubscription =>
  async (scheme, webhook) => {
    const confirmation = readConfirmation(scheme, new RequestValues(webhook));
    if (confirmation === undefined) return undefined;
    if (confirmation.kind === 'end-of-subscription') return 'ended';
    const answer = await askOnce({ url: confirmation.confirmUrl }, endpoint);
    return answer === undefined ? 'failed' : 'confirmed';
  };
