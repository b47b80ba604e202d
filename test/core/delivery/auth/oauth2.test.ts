import { describe, expect, test } from 'vitest';
import {
  type OAuth2Auth,
  readTokenAnswer,
  tokenRefusal,
  tokenRequest,
} from '../../../../core/delivery/auth/oauth2.ts';

const AUTH: OAuth2Auth = {
  type: 'oauth2',
  secret: 's',
  tokenUrl: 'https://login.example.com/token',
  credentialsIn: 'header',
};
const client = (clientId: string, clientSecret: string): string => JSON.stringify({ clientId, clientSecret });

describe('the request for a token', () => {
  test('is that of RFC 6749, section 4.4.2', () => {
    // The section's own example: client s6BhdRkqt3, secret 7Fjfp0ZBr1KtDRbnfVdmIw.
    const request = tokenRequest(AUTH, client('s6BhdRkqt3', '7Fjfp0ZBr1KtDRbnfVdmIw'));
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://login.example.com/token',
      headers: {
        authorization: 'Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3',
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect(Buffer.from(request?.body ?? []).toString()).toBe('grant_type=client_credentials');
  });

  test('encodes what would end an id or a secret', () => {
    const headers = tokenRequest(AUTH, client('a:b', 'c d%'))?.headers ?? {};
    expect(Buffer.from(String(headers['authorization']).slice(6), 'base64').toString()).toBe('a%3Ab:c+d%25');
  });

  test('puts the client into the body where the server wants it there, and scope and audience with it', () => {
    const auth: OAuth2Auth = {
      ...AUTH,
      credentialsIn: 'body',
      scope: 'a b',
      audience: 'https://api.example.com',
    };
    const request = tokenRequest(auth, client('id', 's&cret'));
    expect(request?.headers).not.toHaveProperty('authorization');
    expect(Object.fromEntries(new URLSearchParams(Buffer.from(request?.body ?? []).toString()))).toEqual({
      grant_type: 'client_credentials',
      scope: 'a b',
      audience: 'https://api.example.com',
      client_id: 'id',
      client_secret: 's&cret',
    });
  });

  test.each(['', 'id:secret', '{}', '{"clientId":"a"}', '{"clientId":"a","clientSecret":1}'])(
    'cannot be made of %j',
    secret => expect(tokenRequest(AUTH, secret)).toBeUndefined(),
  );
});

describe('the answer', () => {
  test.each([
    [
      '{"access_token":"abc","token_type":"Bearer","expires_in":3600}',
      { token: 'abc', expiresInSeconds: 3600 },
    ],
    [
      '{"access_token":"abc","token_type":"bearer","expires_in":"60"}',
      { token: 'abc', expiresInSeconds: 60 },
    ],
    ['{"access_token":"abc"}', { token: 'abc', expiresInSeconds: 300 }],
    ['{"access_token":"abc","expires_in":-1}', { token: 'abc', expiresInSeconds: 300 }],
  ])('%s', (text, token) => expect(readTokenAnswer(text)).toEqual(token));

  test.each([
    '',
    'null',
    '[]',
    '{"access_token":1}',
    '{"access_token":""}',
    '{"access_token":"a\\r\\nx-evil: 1"}',
    '{"access_token":"abc","token_type":"mac"}',
  ])('%s holds no bearer token', text => expect(readTokenAnswer(text)).toBeUndefined());

  test('a refusal is named in the standard’s own words, and in no others', () => {
    expect(tokenRefusal(400, '{"error":"invalid_client"}')).toBe('oauth2-invalid-client');
    expect(tokenRefusal(400, '{"error":"your secret is hunter2"}')).toBe('oauth2-http-400');
    expect(tokenRefusal(503, 'down')).toBe('oauth2-http-503');
  });
});
