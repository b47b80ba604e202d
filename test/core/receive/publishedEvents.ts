/**
 * What vendors' pages and the code around their webhooks show of one event: the keys that identify it, and what Hookwright is
 * to read there. To add one: what is posted, the type as a route lists it, the id where the preset takes one.
 */
export interface PublishedEvent {
  readonly preset: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Posted as JSON; a text as a form. */
  readonly body: unknown;
  readonly type: string;
  readonly id?: string;
}

const posted = (
  preset: string,
  body: unknown,
  type: string,
  id?: string,
  headers: Readonly<Record<string, string>> = {},
): PublishedEvent => ({ preset, headers, body, type, ...(id === undefined ? {} : { id }) });

/** Told by headers; the body is the changed thing. */
const told = (preset: string, headers: Readonly<Record<string, string>>, type: string, id?: string) =>
  posted(preset, { id: 7 }, type, id, headers);

export const publishedEvents: readonly PublishedEvent[] = [
  posted('ably', { items: [{ webhookId: 'a', source: 'channel.message' }] }, 'channel.message'),
  posted('ably', { source: 'channel.presence', channel: 'c' }, 'channel.presence'),
  posted('acuity', 'action=scheduled&id=1&calendarID=2', 'scheduled'),
  posted('adobe-sign', { event: 'AGREEMENT_CREATED', webhookNotificationId: 'n' }, 'AGREEMENT_CREATED', 'n'),
  told(
    'adobe-io-events',
    { 'x-adobe-event-id': 'a0f3', 'x-adobe-event-code': 'aem.sites.contentFragment.modified' },
    'aem.sites.contentFragment.modified',
    'a0f3',
  ),
  posted('affirm', 'event=confirmed&checkout_token=JVIG', 'confirmed'),
  posted('akeneo', { events: [{ action: 'product.updated', event_id: 'e' }] }, 'product.updated', 'e'),
  posted(
    'akeneo',
    { events: [{ action: 'product.updated', event_id: 'e' }, { action: 'product.removed' }] },
    'mixed',
  ),
  posted(
    'alchemy',
    { webhookId: 'wh_1', id: 'whevt_1', type: 'ADDRESS_ACTIVITY' },
    'ADDRESS_ACTIVITY',
    'whevt_1',
  ),
  posted('ashby', { action: 'applicationSubmit', webhookActionId: 'a' }, 'applicationSubmit', 'a'),
  posted('attentive', { type: 'sms.subscribed', timestamp: 1 }, 'sms.subscribed'),
  posted('attio', { webhook_id: 'w', events: [{ event_type: 'record.created' }] }, 'record.created', 'k', {
    'idempotency-key': 'k',
  }),
  posted(
    'authorize-net',
    { notificationId: 'n', eventType: 'net.authorize.payment.authcapture.created', webhookId: 'w' },
    'net.authorize.payment.authcapture.created',
    'n',
  ),
  posted('autodesk', { hook: { hookId: 'h', event: 'dm.version.added' } }, 'dm.version.added'),
  posted('azure-devops', { id: 'e', notificationId: 7, eventType: 'git.push' }, 'git.push'),
  posted('bandwidth', [{ type: 'message-delivered', message: { id: 'm' } }], 'message-delivered'),
  posted('bandwidth', { eventType: 'answer', callId: 'c' }, 'answer'),
  posted('cal-com', { triggerEvent: 'BOOKING_CREATED', payload: {} }, 'BOOKING_CREATED'),
  posted('cashfree', { type: 'PAYMENT_SUCCESS_WEBHOOK', data: {} }, 'PAYMENT_SUCCESS_WEBHOOK'),
  posted('clio', { data: { id: 152 }, meta: { event: 'created', webhook_id: 1234 } }, 'created'),
  told('commercelayer', { 'x-commercelayer-topic': 'orders.place' }, 'orders.place'),
  posted('courier', { type: 'message:updated', data: {} }, 'message.updated'),
  told('cursor', { 'x-webhook-event': 'statusChange', 'x-webhook-id': 'msg_1' }, 'statusChange', 'msg_1'),
  posted('customerio', { event_id: '01E4', object_type: 'email', metric: 'opened' }, 'email.opened', '01E4'),
  posted('elevenlabs', { type: 'post_call_transcription', data: {} }, 'post_call_transcription'),
  posted('fastspring', { events: [{ id: 'e', type: 'order.completed' }] }, 'order.completed', 'e'),
  posted(
    'fireblocks-v1',
    { type: 'TRANSACTION_STATUS_UPDATED', data: { id: 't' } },
    'TRANSACTION_STATUS_UPDATED',
  ),
  posted('fireflies', { event: 'meeting.transcribed', meeting_id: 'm' }, 'meeting.transcribed'),
  posted(
    'flexport',
    { _object: '/event', id: 987654, type: '/shipment_leg#departed' },
    '/shipment_leg.departed',
    '987654',
  ),
  posted(
    'gocardless',
    {
      events: [{ id: 'EV123', resource_type: 'mandates', action: 'cancelled' }],
      meta: { webhook_id: 'WB1' },
    },
    'mandates.cancelled',
    'EV123',
  ),
  posted(
    'linkedin',
    { type: 'ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS' },
    'ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS',
  ),
  posted('mux', { id: 'e', type: 'video.asset.ready', object: { id: 'a' } }, 'video.asset.ready', 'e'),
  posted('oura', { event_type: 'update', data_type: 'sleep', object_id: 'o' }, 'sleep.update'),
  posted('picqer', { idhook: 12345, event: 'orders.completed' }, 'orders.completed'),
  posted('pusher', { time_ms: 1, events: [{ name: 'channel_occupied', channel: 'c' }] }, 'channel_occupied'),
  posted('google-pubsub', { message: { messageId: '136969346945', data: '' } }, 'unknown', '136969346945'),
  posted('paddle-classic', 'alert_id=1&alert_name=subscription_created', 'subscription_created', '1'),
  posted('revolut', { event: 'ORDER_COMPLETED', order_id: 'o' }, 'ORDER_COMPLETED'),
  posted('ringcentral', { uuid: 'u', event: '/restapi/v1.0/account/1/extension/2/presence' }, 'unknown', 'u'),
  posted('sendgrid', [{ event: 'delivered', sg_event_id: 'e' }], 'delivered', 'e'),
  posted(
    'sendgrid',
    [
      { event: 'open', sg_event_id: 'e' },
      { event: 'open', sg_event_id: 'f' },
    ],
    'open',
  ),
  posted(
    'sendgrid',
    [
      { event: 'open', sg_event_id: 'e' },
      { event: 'click', sg_event_id: 'f' },
    ],
    'mixed',
  ),
  posted('shiphero', { account_id: 63898, webhook_type: 'Inventory Update' }, 'Inventory.Update', 'm', {
    'x-shiphero-message-id': 'm',
  }),
  told(
    'shopline',
    { 'x-shopline-topic': 'orders/create', 'x-shopline-webhook-id': 'w' },
    'orders.create',
    'w',
  ),
  posted('smartcar', { eventId: 'e', eventType: 'VEHICLE_STATE', vehicleId: 'v' }, 'VEHICLE_STATE', 'e'),
  told(
    'solidgate',
    { 'solidgate-event-id': 'e', 'solidgate-event-type': 'card_gate.order.updated' },
    'card_gate.order.updated',
    'e',
  ),
  posted('statsig', { data: [{ eventName: 'statsig::config_change' }] }, 'statsig.config_change'),
  posted('statsig', [{ eventName: 'statsig::gate_exposure' }], 'statsig.gate_exposure'),
  posted(
    'tally',
    { eventId: 'e', eventType: 'FORM_RESPONSE', data: { responseId: 'r' } },
    'FORM_RESPONSE',
    'e',
  ),
  posted('tiktok-shop', { type: 1, tts_notification_id: '701', shop_id: '700' }, '1', '701'),
  posted('twilio', 'MessageSid=SM1&MessageStatus=sent', 'unknown', 't', {
    'i-twilio-idempotency-token': 't',
  }),
  posted('twilio', 'MessageSid=SM1&MessageStatus=delivered', 'unknown'),
  posted('usps', { subscriptionId: 's', subscriptionType: 'TRACKING', payload: '{}' }, 'TRACKING'),
  posted(
    'workos',
    { id: 'event_1', event: 'dsync.activated', data: { id: 'directory_1' } },
    'dsync.activated',
    'event_1',
  ),
  posted(
    'xero',
    { events: [{ resourceId: 'r', eventCategory: 'CONTACT', eventType: 'UPDATE' }], firstEventSequence: 1 },
    'CONTACT.UPDATE',
  ),
  told(
    'zerohash',
    { 'x-zh-hook-payload-type': 'trade_status_changed', 'x-zh-hook-notification-id': 'n' },
    'trade_status_changed',
    'n',
  ),
];
