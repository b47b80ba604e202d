/** Amazon SNS asks for a visit before it sends: to its own region's host, and only for the topic that the source names. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { confirmSubscriptionWith } from '../../../functions/receive/confirmSubscription.ts';
import { fetchKeyWith } from '../../../functions/receive/fetchKey.ts';
import { NOW } from '../../builders.ts';
import { frontDoor, TOPIC_ARN } from './frontDoor.ts';

const HOST = 'sns.eu-central-1.amazonaws.com';
const CONFIRM = `https://${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC_ARN}&Token=2336`;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Plays SNS: its certificate, and the address that confirms. */
async function playSns(confirmStatus = 200) {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    if (url.endsWith('.pem')) {
      response.end(publicKey.export({ format: 'pem', type: 'spki' }));
      return;
    }
    visits.push(`${request.method} ${url}`);
    response.writeHead(confirmStatus, { location: 'https://elsewhere.example.com/' }).end('<Confirmed/>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const door = frontDoor(
    {},
    {
      fetchKey: fetchKeyWith({ endpoint, now: Date.now }),
      confirmSubscription: confirmSubscriptionWith(endpoint),
    },
  );
  return { visits, door };
}

/** As SNS writes and signs it: chosen fields by name, each in two lines. */
function message(fields: Record<string, string>, key = privateKey) {
  const whole: Record<string, string> = {
    MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
    Message: 'You have chosen to subscribe to the topic.',
    Timestamp: new Date(NOW).toISOString(),
    TopicArn: TOPIC_ARN,
    SignatureVersion: '2',
    SigningCertURL: `https://${HOST}/SimpleNotificationService-0123.pem`,
    ...fields,
  };
  const names =
    whole['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const signed = names
    .flatMap(name => (whole[name] === undefined ? [] : `${name}\n${whole[name]}\n`))
    .join('');
  const Signature = sign('sha256', Buffer.from(signed), key).toString('base64');
  return { path: '/topic', body: JSON.stringify({ ...whole, Signature }) };
}

const confirmation = { Type: 'SubscriptionConfirmation', Token: '2336', SubscribeURL: CONFIRM };

test('a verified question is answered by one visit, and is no event', async () => {
  const { door, visits } = await playSns();
  const answer = await door.post(message(confirmation));
  expect(answer).toMatchObject({ status: 200, line: { state: 'handshake', detail: 'confirmed' } });
  expect(visits).toEqual([`GET /${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC_ARN}&Token=2336`]);
  expect(door.queues.sent).toEqual([]);
  expect(JSON.stringify(answer.line)).not.toContain('2336');
});

test('a notification is an event', async () => {
  const { door, visits } = await playSns();
  const answer = await door.post(message({ Type: 'Notification' }));
  expect(answer).toMatchObject({ status: 200, line: { state: 'unmatched', eventType: 'Notification' } });
  expect(visits).toEqual([]);
});

test('the end of a subscription is noted and not undone', async () => {
  const { door, visits } = await playSns();
  const ended = { ...confirmation, Type: 'UnsubscribeConfirmation' };
  expect(await door.post(message(ended))).toMatchObject({ status: 200, line: { detail: 'ended' } });
  expect(visits).toEqual([]);
});

test.each([302, 500])('an answer of %i is no confirmation: SNS is asked to come again', async status => {
  const { door, visits } = await playSns(status);
  expect(await door.post(message(confirmation))).toMatchObject({
    status: 503,
    line: { cause: 'confirmation-failed', Fault: 1 },
  });
  expect(visits).toHaveLength(1);
});

describe('nothing is visited', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

  test.each([
    ['that another key signed', message(confirmation, other), 401, 'signature-mismatch'],
    [
      'of another topic',
      message({ ...confirmation, TopicArn: `${TOPIC_ARN}-of-a-stranger` }),
      401,
      'claim-mismatch',
    ],
    [
      'whose certificate is elsewhere',
      message({ ...confirmation, SigningCertURL: 'https://sns.example.com/SimpleNotificationService-1.pem' }),
      401,
      'key-elsewhere',
    ],
  ])('%s', async (_, event, status, cause) => {
    const { door, visits } = await playSns();
    expect(await door.post(event)).toMatchObject({ status, line: { cause } });
    expect(visits).toEqual([]);
  });

  test.each([
    'https://attacker.example.com/',
    `http://${HOST}/`,
    `https://${HOST}.example.com/`,
    `https://${HOST}@example.com/`,
    'https://sns.us-east-1.amazonaws.com/',
    'https://169.254.169.254/latest/meta-data',
  ])('at %s, although SNS signed it', async SubscribeURL => {
    const { door, visits } = await playSns();
    await door.post(message({ ...confirmation, SubscribeURL }));
    expect(visits).toEqual([]);
    expect(door.queues.sent).toEqual([]);
  });
});
