/** Questions of providers: each is answered as its page says, to whom its page says, and none becomes an event. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyTokenOf } from '../../../core/receive/handshake.ts';
import { NOW } from '../../builders.ts';
import { type FrontDoor, frontDoor, SECRET, signedEvent } from './frontDoor.ts';

type Event = Parameters<FrontDoor['post']>[0];

const get = (path: string, query: Record<string, string>, headers: Record<string, string> = {}): Event => ({
  httpMethod: 'GET',
  path,
  headers,
  multiValueQueryStringParameters: Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, [value]]),
  ),
});

const hmac = (text: string, encoding: 'hex' | 'base64', secret = SECRET): string =>
  createHmac('sha256', secret).update(text).digest(encoding);

async function answered(event: Event, door = frontDoor()) {
  const answer = await door.post(event);
  expect(door.queues.sent).toEqual([]);
  expect(answer.line).toMatchObject({ state: 'handshake' });
  expect(answer.line).not.toHaveProperty('_aws');
  return answer;
}

async function refused(event: Event, status: number, cause: string, door = frontDoor()) {
  const answer = await door.post(event);
  expect(door.queues.sent).toEqual([]);
  expect(answer).toMatchObject({ status, line: { state: 'refused', cause } });
  return answer;
}

describe('a field of the body comes back (Slack)', () => {
  const question = '{"type":"url_verification","challenge":"3eZbrw1aBm2rZgRNFdxV"}';

  test('as plain text that no browser takes for anything else, once its signature was verified', async () => {
    expect(await answered(signedEvent('slack', question))).toMatchObject({
      status: 200,
      body: '3eZbrw1aBm2rZgRNFdxV',
      contentType: 'text/plain; charset=utf-8',
      headers: { 'x-content-type-options': 'nosniff' },
      line: { asked: 'signed', secretVersion: 'current' },
    });
  });

  test('not to a stranger', async () => {
    const { body } = await refused(
      signedEvent('slack', question, { secret: 'guessed' }),
      401,
      'signature-mismatch',
    );
    expect(body).not.toContain('3eZbrw1aBm2rZgRNFdxV');
  });

  test.each([
    ['without a challenge', '{"type":"url_verification"}'],
    ['with one that could end a header', '{"type":"url_verification","challenge":"a\\r\\nb"}'],
    ['with one of 1,025 characters', `{"type":"url_verification","challenge":"${'x'.repeat(1025)}"}`],
    ['with one that is no text', '{"type":"url_verification","challenge":["x"]}'],
  ])('a question %s is refused as malformed', async (_, body) => {
    await refused(signedEvent('slack', body), 400, 'question-incomplete');
  });

  test.each([
    ['an event', '{"type":"event_callback","challenge":"x"}'],
    ['a type in an array', '{"type":["url_verification"],"challenge":"x"}'],
    ['no JSON', 'type=url_verification&challenge=x'],
  ])('%s is no question', async (_, body) => {
    expect((await frontDoor().post(signedEvent('slack', body))).line).toMatchObject({ state: 'accepted' });
  });
});

describe('a query value comes back (Dropbox)', () => {
  test('to anyone: it says nothing that the asker did not know', async () => {
    expect(await answered(get('/dropbox', { challenge: 'abc 123' }))).toMatchObject({
      status: 200,
      body: 'abc 123',
      line: { asked: 'anyone' },
    });
  });

  test('even before there is a secret', async () => {
    const door = frontDoor({ 'hookwright/test/sources/dropbox': undefined as never });
    await answered(get('/dropbox', { challenge: 'abc' }), door);
  });

  test.each([
    ['without it', {}],
    ['with an empty one', { challenge: '' }],
    ['with one that is markup over two lines', { challenge: '<script>\n' }],
  ])('a GET %s is no question, and needs a signature like everything else', async (_, query) => {
    await refused(get('/dropbox', query as Record<string, string>), 401, 'signature-missing');
  });

  test('a signed GET that asks nothing is malformed, not an event', async () => {
    await refused({ ...signedEvent('dropbox', ''), httpMethod: 'GET' }, 400, 'not-a-question');
  });

  test('twice the same parameter is no question', async () => {
    const event = { ...get('/dropbox', {}), multiValueQueryStringParameters: { challenge: ['a', 'b'] } };
    await refused(event, 401, 'signature-missing');
  });
});

describe('a header comes back', () => {
  test('as a field of JSON (Okta)', async () => {
    expect(
      await answered(get('/okta', {}, { 'X-Okta-Verification-Challenge': 'challenge-1' })),
    ).toMatchObject({ status: 200, contentType: 'application/json', body: '{"verification":"challenge-1"}' });
  });

  test('as a header (RingCentral)', async () => {
    expect(
      await answered({ path: '/ringcentral', headers: { 'validation-token': 'token-1' } }),
    ).toMatchObject({ status: 200, body: '', headers: { 'validation-token': 'token-1' } });
  });
});

describe('a keyed hash of the challenge comes back', () => {
  test('to whoever signed the question (Zoom)', async () => {
    const body = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken: 'qgg8vlvZ' } });
    const { body: said } = await answered(signedEvent('zoom', body));
    expect(JSON.parse(said)).toEqual({
      plainToken: 'qgg8vlvZ',
      encryptedToken: hmac('qgg8vlvZ', 'hex'),
    });
  });

  test('keyed with the secret that the question was signed with, so that a rotation breaks none', async () => {
    const door = frontDoor({ 'hookwright/test/sources/zoom': { current: 'new', previous: SECRET } });
    const body = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken: 'a' } });
    const { body: said, line } = await answered(signedEvent('zoom', body), door);
    expect(JSON.parse(said)).toMatchObject({ encryptedToken: hmac('a', 'hex') });
    expect(line).toMatchObject({ secretVersion: 'previous' });
  });

  test('to anyone (X asks every hour)', async () => {
    const { body } = await answered(get('/x', { crc_token: 'MWQ5ODI0+/=' }));
    expect(JSON.parse(body)).toEqual({ response_token: `sha256=${hmac('MWQ5ODI0+/=', 'base64')}` });
  });

  test('our own missing secret is our fault', async () => {
    const door = frontDoor({ 'hookwright/test/sources/x': undefined as never });
    await refused(get('/x', { crc_token: 'a' }), 503, 'secret-missing', door);
  });

  describe('whoever may have words keyed cannot have a webhook signed', () => {
    test.each(['{"a":1}', '[]', '"text"', 'a b', 'a=1&b=2', '<a/>'])('%j is not keyed', async challenge => {
      await refused(get('/x', { crc_token: challenge }), 400, 'question-incomplete');
    });

    test.each(['abc', '12', 'null', 'a=1', ''])(
      'what is keyed, posted back as a body (%j), is refused',
      async body => {
        // The forger has no secret: only our own answer.
        const forged = body === '' ? hmac('', 'base64') : '';
        const token =
          forged === ''
            ? (JSON.parse((await answered(get('/x', { crc_token: body }))).body).response_token as string)
            : `sha256=${forged}`;
        const event = { path: '/x', body, headers: { 'x-twitter-webhooks-signature': token } };
        await refused(event, 401, 'body-is-a-challenge');
      },
    );

    test('a real event is accepted', async () => {
      const { status } = await frontDoor().post(signedEvent('x', '{"for_user_id":"1"}'));
      expect(status).toBe(200);
    });
  });
});

describe('a plain 200', () => {
  test('to a HEAD (Intercom)', async () => {
    expect(await answered({ path: '/intercom', httpMethod: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
    });
  });

  test('to whoever signs, and an empty 401 to whoever does not (Xero)', async () => {
    const intent = '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4nd0m"}';
    expect(await answered(signedEvent('xero', intent))).toMatchObject({ status: 200, body: '' });
    const { body } = await refused(signedEvent('xero', intent, { secret: 'x' }), 401, 'signature-mismatch');
    expect(body).toBe('');
    const event = '{"events":[{"a":1}],"firstEventSequence":1,"lastEventSequence":1,"entropy":"x"}';
    expect(await frontDoor().post(signedEvent('xero', event))).toMatchObject({
      status: 200,
      body: '',
      line: { state: 'unmatched' },
    });
  });
});

describe('the token that a provider was told (Meta)', () => {
  const token = verifyTokenOf('meta', SECRET);
  const question = (said: string): Event =>
    get('/meta', { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': said });

  test('lets it have its answer', async () => {
    expect(await answered(question(token))).toMatchObject({
      status: 200,
      body: '1158201444',
      line: { asked: 'verify-token' },
    });
  });

  test('of the previous secret is good, too', async () => {
    const door = frontDoor({ 'hookwright/test/sources/meta': { current: 'new', previous: SECRET } });
    await answered(question(token), door);
  });

  test.each([
    ['another', 'x'],
    ['that of another source', verifyTokenOf('other', SECRET)],
    ['the secret itself', SECRET],
    ['none', ''],
  ])('%s: 401', async (_, said) => {
    await refused(question(said), 401, 'verify-token-mismatch');
  });

  test('says nothing of the secret', () => {
    expect(token).toMatch(/^[0-9a-f]{40}$/);
    expect(token).not.toBe(verifyTokenOf('meta', `${SECRET}x`));
  });
});

describe('a question that brings the secret (Asana)', () => {
  const question = { path: '/asana', headers: { 'x-hook-secret': 'b537207f20cbfa02357cf448134da559' } };

  test('is refused while nobody is pairing the source', async () => {
    const { headers } = await refused(question, 401, 'not-pairing');
    expect(headers).toBeUndefined();
  });

  test('whatever it is signed with', async () => {
    const signed = signedEvent('asana', '{}', { headers: question.headers });
    await refused(signed, 401, 'not-pairing');
  });
});

test('a question is in no line and no metric: neither its challenge nor its answer', async () => {
  const { line } = await answered(get('/x', { crc_token: 'CHALLENGE-MARKER' }));
  expect(JSON.stringify(line)).not.toContain('CHALLENGE-MARKER');
  expect(JSON.stringify(line)).not.toContain(hmac('CHALLENGE-MARKER', 'base64'));
  expect(line).toMatchObject({ at: new Date(NOW).toISOString(), status: 200 });
});
