import { describe, expect, test, vi } from 'vitest';
import { eventIdFromBytes, eventIdFromProvider } from '../../../core/ids.ts';
import { readPayload } from '../../../core/payload.ts';
import { identifyEvent } from '../../../core/receive/identifyEvent.ts';
import type { EventIdentityRules } from '../../../core/signatures/scheme.ts';
import { NOW, webhook } from '../../builders.ts';
import { schemeOf } from '../../catalogue.ts';

const identify = (
  rules: EventIdentityRules,
  body: string | Uint8Array,
  headers: Record<string, string | string[]> = {},
  signedAt?: number,
) => {
  const posted = webhook(body, headers);
  const payload = () => readPayload(posted.body, headers['content-type']?.toString());
  return identifyEvent('crm', rules, posted, payload, signedAt);
};

const header = (name: string) => ({ kind: 'header', name }) as const;
const inBody = (...path: string[]) => ({ kind: 'body', path }) as const;

describe("the providers' own events", () => {
  test.each([
    [
      'github',
      '{"action":"opened"}',
      { 'x-github-event': 'issues', 'x-github-delivery': 'd1' },
      'issues.opened',
      'd1',
    ],
    ['github', '{"ref":"x"}', { 'x-github-event': 'push', 'x-github-delivery': 'd2' }, 'push', 'd2'],
    ['stripe', '{"id":"evt_9","type":"invoice.paid"}', {}, 'invoice.paid', 'evt_9'],
    [
      'shopify',
      '{"id":7}',
      { 'x-shopify-topic': 'orders/create', 'x-shopify-webhook-id': 'w1' },
      'orders.create',
      'w1',
    ],
    [
      'slack',
      '{"type":"event_callback","event_id":"Ev1","event":{"type":"message"}}',
      {},
      'event_callback.message',
      'Ev1',
    ],
    ['pagerduty', '{"event":{"id":"01","event_type":"incident.triggered"}}', {}, 'incident.triggered', '01'],
    ['pagerduty', '{"event":{"event_type":"pagey.ping"}}', { 'x-webhook-id': 'h1' }, 'pagey.ping', 'h1'],
    ['standard-webhooks', '{"type":"user.created"}', { 'webhook-id': 'msg_1' }, 'user.created', 'msg_1'],
  ])('%s %s', (id, body, headers, eventType, providerEventId) => {
    expect(identify(schemeOf(id), body, headers)).toEqual({
      eventType,
      providerEventId,
      eventId: eventIdFromProvider('crm', providerEventId),
    });
  });
});

describe('the event type', () => {
  test.each([
    ['nothing names it', { eventType: [] }, 'unknown'],
    ['its place is empty', { eventType: [inBody('absent')] }, 'unknown'],
    ['parts are joined with a full stop', { eventType: [inBody('a'), inBody('b')] }, 'x/1.y/2'],
    ['a part that is absent is left out', { eventType: [inBody('absent'), inBody('b')] }, 'y/2'],
    [
      "the provider's separator becomes a full stop",
      { eventType: [inBody('a'), inBody('b')], eventTypeSeparator: '/' },
      'x.1.y.2',
    ],
    ['a number is its digits', { eventType: [inBody('n')] }, '5'],
    ['an object is no type', { eventType: [inBody('o')] }, 'unknown'],
    ['null is no type', { eventType: [inBody('nothing')] }, 'unknown'],
    ['a truth is no type', { eventType: [inBody('yes')] }, 'unknown'],
  ])('when %s', (_, rules, expected) => {
    const body = '{"a":"x/1","b":"y/2","n":5,"o":{"x":1},"nothing":null,"yes":true}';
    expect(identify({ eventId: [], ...rules }, body).eventType).toBe(expected);
  });
});

describe('a field for each kind of event', () => {
  const rules = {
    eventId: [],
    eventType: [inBody('of'), { kind: 'name', path: ['items', '*'], among: ['made', 'gone'] } as const],
  };
  const listed = (...items: unknown[]) => JSON.stringify({ of: 'deal', items });

  test.each([
    ['its name is the type, whatever it holds', listed({ gone: null }), 'deal.gone'],
    ['the first of those that are there', listed({ gone: 1, made: 2 }), 'deal.made'],
    ['the same for each item', listed({ made: 1 }, { made: 2 }), 'deal.made'],
    ['different ones', listed({ made: 1 }, { gone: 2 }), 'mixed'],
    ['none of them', listed({ toString: 1 }), 'deal'],
    ['an item that is a text', listed('made'), 'deal'],
  ])('%s', (_, body, expected) => {
    expect(identify(rules, body).eventType).toBe(expected);
  });
});

describe('a list of events', () => {
  const each = (...path: string[]) => inBody('items', '*', ...path);
  const listed = (...items: unknown[]) => JSON.stringify({ items });

  test.each([
    ['one', listed({ of: 'deal', kind: 'made' }), 'deal.made'],
    ['all of one type', listed({ of: 'deal', kind: 'made' }, { of: 'deal', kind: 'made' }), 'deal.made'],
    ['of several types', listed({ of: 'deal', kind: 'made' }, { of: 'deal', kind: 'gone' }), 'mixed'],
    [
      'which agree in half of it',
      listed({ of: 'deal', kind: 'made' }, { of: 'bill', kind: 'made' }),
      'mixed',
    ],
    ['of which one lacks it', listed({ of: 'deal', kind: 'made' }, { of: 'deal' }), 'mixed'],
    ['which all lack a part', listed({ of: 'deal' }, { of: 'deal' }), 'deal'],
    ['which all lack it', listed({}, {}), 'unknown'],
    ['none', listed(), 'unknown'],
    ['and no list', '{"items":{"of":"deal","kind":"made"}}', 'unknown'],
  ])('%s', (_, body, expected) => {
    const rules = { eventId: [], eventType: [each('of'), each('kind')] };
    expect(identify(rules, body).eventType).toBe(expected);
  });

  test("an index is that of the only item: two lists may begin alike, and one's id is not the other's", () => {
    const rules = { eventId: [inBody('items', '0', 'id')], eventType: [] };
    expect(identify(rules, listed({ id: 'a' })).providerEventId).toBe('a');
    expect(identify(rules, listed({ id: 'a' }, { id: 'b' })).providerEventId).toBeUndefined();
  });

  test('an id that its items share is one, and ids that differ are none', () => {
    const rules = { eventId: [each('id')], eventType: [] };
    expect(identify(rules, listed({ id: 'a' }, { id: 'a' })).providerEventId).toBe('a');
    expect(identify(rules, listed({ id: 'a' }, { id: 'b' })).providerEventId).toBeUndefined();
  });

  test('a field may have a name that is a number', () => {
    expect(identify({ eventId: [inBody('0')], eventType: [] }, '{"0":"a"}').providerEventId).toBe('a');
  });
});

describe('the event id', () => {
  const rules = { eventId: [inBody('id')], eventType: [] };

  test('is the first that is there, of those that are tried in order', () => {
    const both = { eventId: [header('x-id'), inBody('id')], eventType: [] };
    expect(identify(both, '{"id":"b"}', { 'x-id': 'a' }).providerEventId).toBe('a');
    expect(identify(both, '{"id":"b"}').providerEventId).toBe('b');
  });

  test('may be a whole number', () => {
    expect(identify(rules, '{"id":450789469}').providerEventId).toBe('450789469');
    expect(identify(rules, '{"id":0}').providerEventId).toBe('0');
  });

  test('is not read from a number that JSON rounds: two events would become one', () => {
    for (const id of ['9007199254740992', '9007199254740993', '1e21', '0.5', '-1e400']) {
      expect(identify(rules, `{"id":${id}}`).providerEventId, id).toBeUndefined();
    }
    expect(identify(rules, '{"id":9007199254740992}').eventId).not.toBe(
      identify(rules, '{"id":9007199254740993}').eventId,
    );
  });

  test('comes from the bytes and the signed time where there is none', () => {
    const { providerEventId, eventId } = identify({ eventId: [], eventType: [] }, '{}', {}, 5_000);
    expect(providerEventId).toBeUndefined();
    expect(eventId).toBe(eventIdFromBytes('crm', Buffer.from('{}'), '5000'));
  });

  test('comes from the bytes and the time of receipt where no time is signed', () => {
    const { eventId } = identify({ eventId: [], eventType: [] }, '{}');
    expect(eventId).toBe(eventIdFromBytes('crm', Buffer.from('{}'), String(NOW)));
  });

  test('is found in forms as well, and not in texts, compressed garbage or arrays', () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(identify(rules, 'id=7', form).providerEventId).toBe('7');
    expect(identify(rules, 'id=7&id=8', form).providerEventId).toBeUndefined();
    expect(identify(rules, 'id: 7').providerEventId).toBeUndefined();
    expect(identify(rules, Buffer.from([0xff])).providerEventId).toBeUndefined();
    expect(identify(rules, '[{"id":"7"}]').providerEventId).toBeUndefined();
    expect(identify(rules, 'null').providerEventId).toBeUndefined();
  });
});

describe('hostile values are no ids and no types', () => {
  test.each([
    ['a line break', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['an escape', '\u001b[31mred'],
    ['a zero byte', 'a\u0000b'],
    ['a delete', 'a\u007f'],
    ['a text direction', 'a\u202eb'],
    ['another alphabet', 'évt'],
    ['a blank in front', ' a'],
    ['nothing', ''],
    ['256 characters', 'x'.repeat(256)],
  ])('%s', (_, value) => {
    const found = identify(
      { eventId: [inBody('v')], eventType: [inBody('v')] },
      JSON.stringify({ v: value }),
    );
    expect(found.providerEventId).toBeUndefined();
    expect(found.eventType).toBe('unknown');
  });

  test('255 printable characters are one', () => {
    const id = 'x'.repeat(255);
    expect(
      identify({ eventId: [inBody('v')], eventType: [] }, JSON.stringify({ v: id })).providerEventId,
    ).toBe(id);
  });

  test("what objects inherit is not in anyone's body", () => {
    for (const path of [['constructor', 'name'], ['__proto__'], ['toString'], ['length']]) {
      expect(identify({ eventId: [inBody(...path)], eventType: [] }, '{}').providerEventId).toBeUndefined();
    }
    expect(
      identify({ eventId: [inBody('constructor')], eventType: [] }, '{"constructor":"c"}').providerEventId,
    ).toBe('c');
  });
});

test('a body is not parsed when only headers are asked for', () => {
  const payload = vi.fn();
  const rules = { eventId: [header('x-id')], eventType: [header('x-type')] };
  const posted = webhook('{}', { 'x-id': 'a', 'x-type': 'b' });
  identifyEvent('crm', rules, posted, payload, undefined);
  expect(payload).not.toHaveBeenCalled();
});
