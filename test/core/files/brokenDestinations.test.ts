import { describe, expect, test } from 'vitest';
import { errorsAmong, inShort } from './problems.ts';
import { compileFolder } from './projectFiles.ts';

const GOOD = [
  'url: https://desk.example.com/hooks',
  'auth: { type: standard-webhooks, secret: destinations/desk }',
  'owner: sales',
  'runbook: docs/operations.md#desk',
];

/** The good file with the line of a key replaced, or with one more. */
const compileWith = (key: string, line: string) => {
  const at = GOOD.findIndex(good => good.startsWith(`${key}:`));
  const lines = at < 0 ? [...GOOD, line] : GOOD.with(at, line);
  return compileFolder({ 'destinations/desk.yaml': `${lines.join('\n')}\n` });
};
const errors = async (key: string, line: string) => errorsAmong((await compileWith(key, line)).problems);

describe('a destination with a mistake', () => {
  test.each([
    // In the good file url stands on line 1, auth on 2, owner on 3, runbook on 4; what is new on 5.
    ['url', 'url: http://desk.example.com/', '1:1 not-https', 'in the clear', 'write https://'],
    ['url', 'url: desk.example.com', '1:1 not-a-url', 'is not a URL', 'https://host/path'],
    [
      'url',
      'url: https://10.0.0.5/',
      '1:1 private-address',
      '10.0.0.5 is a private address',
      'allowPrivate: [10.0.0.5/32]',
    ],
    [
      'url',
      'url: https://[fd00::1]/',
      '1:1 private-address',
      'fd00::1 is a private address',
      'allowPrivate: [fd00::1/128]',
    ],
    ['url', 'url: https://localhost:9000/', '1:1 private-address', 'localhost', 'allowPrivate'],
    [
      'url',
      'url: https://user:hunter2@desk.example.com/',
      '1:1 url-holds-credentials',
      'may not hold',
      'type: basic',
    ],
    [
      'url',
      'url: { secrt: destinations/url }',
      '1:8 unknown-key',
      'unknown key "secrt"',
      'did you mean "secret"?',
    ],
    ['auth', 'auth: { type: hmac }', '2:1 missing-key', '"auth.secret" is missing', undefined],
    ['auth', 'auth: { type: kerberos }', '2:9 invalid-value', 'auth', undefined],
    ['auth', 'auth: { type: bearer }', '2:1 missing-key', '"auth.secret" is missing', undefined],
    [
      'auth',
      'auth: { type: bearer, secret: "a value!" }',
      '2:23 invalid-value',
      'never its value',
      undefined,
    ],
    ['auth', 'auth: { type: none, secret: a }', '2:21 unknown-key', 'unknown key "secret"', undefined],
    ['auth', 'auth: { type: api-key, secret: a }', '2:1 invalid-value', 'set header or query', undefined],
    [
      'auth',
      'auth: { type: api-key, secret: a, header: x-key, query: key }',
      '2:1 invalid-value',
      'set header or query',
      undefined,
    ],
    [
      'auth',
      'auth: { type: hmac, secret: a, header: x-sig, content: "{timestamp}.{body}" }',
      '2:47 invalid-value',
      'signed and not sent',
      undefined,
    ],
    [
      'auth',
      'auth: { type: hmac, secret: a, header: x-sig, timestampHeader: x-time }',
      '2:1 invalid-value',
      'sent and not signed',
      undefined,
    ],
    [
      'auth',
      'auth: { type: hmac, secret: a, header: x-sig, content: "{id}" }',
      '2:47 invalid-value',
      'leaves out {body}',
      undefined,
    ],
    [
      'auth',
      'auth: { type: hmac, secret: a, header: x-sig, content: "{body}{path}" }',
      '2:47 invalid-value',
      '"{path}" is not known here',
      undefined,
    ],
    [
      'auth',
      'auth: { type: hmac, secret: a, header: x-sig, value: "sha256=" }',
      '2:47 invalid-value',
      'leaves out {signature}',
      undefined,
    ],
    [
      'auth',
      'auth: { type: hmac, secret: a, header: x-sig, timestampHeader: x-sig, content: "{timestamp}{body}" }',
      '2:47 header-twice',
      '"x-sig" is written by auth already',
      undefined,
    ],
    [
      'auth',
      'auth: { type: oauth2, secret: a, tokenUrl: "http://login.example.com/token" }',
      '2:34 not-https',
      'in the clear',
      'write https://',
    ],
    [
      'auth',
      'auth: { type: oauth2, secret: a, tokenUrl: "https://169.254.169.254/token" }',
      '2:34 private-address',
      'private address',
      undefined,
    ],
    [
      'auth',
      'auth: { type: aws-sigv4, secret: a, region: Frankfurt, service: lambda }',
      '2:37 invalid-value',
      'eu-central-1',
      undefined,
    ],
    [
      'headers',
      'headers: { authorization: Bearer x }\nallow: { headers: [authorization] }',
      '6:20 header-twice',
      '"authorization" is written by headers already',
      undefined,
    ],
    ['allow', 'allow: { methods: [GET] }', '5:20 invalid-value', 'allow', undefined],
    ['allow', 'allow: { paths: [orders] }', '5:18 invalid-value', '/orders/*', undefined],
    ['allow', 'allow: { paths: ["/../admin/%2e"] }', '5:18 invalid-value', '/orders/*', undefined],
    ['allow', 'allow: { headers: [webhook-id] }', '5:20 header-is-ours', '"webhook-id"', undefined],
    ['deadline', 'deadline: 30s', '5:1 deadline-out-of-range', '1m at the least', undefined],
    ['deadline', 'deadline: 11d', '5:1 deadline-out-of-range', '10d at the most', undefined],
    ['idempotencyKey', 'idempotencyKey: webhook-id', '5:1 header-is-ours', '"webhook-id"', undefined],
    [
      'auth',
      'auth: { type: api-key, header: X-Key, secret: a }',
      '2:24 invalid-value',
      'lower case',
      undefined,
    ],
    [
      'auth',
      'auth: { type: api-key, header: content-type, secret: a }',
      '2:24 header-is-ours',
      '"content-type"',
      undefined,
    ],
    [
      'auth',
      'auth: { type: api-key, header: webhook-id, secret: a }',
      '2:24 header-is-ours',
      '"webhook-id"',
      undefined,
    ],
    ['headers', 'headers: { Accept: any }', '5:12 invalid-value', 'lower case', undefined],
    ['headers', 'headers: { x-a: "b\\nx-evil: 1" }', '5:12 invalid-value', 'printable ASCII', undefined],
    [
      'headers',
      'headers: { host: evil.example.com }',
      '5:12 header-is-ours',
      'writes "host" itself',
      undefined,
    ],
    [
      'headers',
      'headers: { webhook-signature: "v1,x" }',
      '5:12 header-is-ours',
      'writes "webhook-signature"',
      undefined,
    ],
    ['retry', 'retry: { schedule: hourly }', '5:10 invalid-value', 'schedule', undefined],
    ['retry', 'retry: { schedule: [] }', '5:10 invalid-value', 'schedule', undefined],
    ['retry', 'retry: { schedule: [5s, 5] }', '5:25 invalid-value', 'must be a duration such as', undefined],
    ['retry', 'retry: { schedule: [5s, 5x] }', '5:25 invalid-value', '"5x" is not a duration', undefined],
    ['retry', 'retry: { schedule: [5d, 5d] }', '5:10 schedule-too-long', 'given up after 10', 'shorten'],
    [
      'retry',
      'retry: { scheduel: day }',
      '5:10 unknown-key',
      'unknown key "scheduel"',
      'did you mean "schedule"?',
    ],
    [
      'retry',
      'retry: { on: [5x] }',
      '5:15 not-a-status',
      '"5x" is no status expression',
      'a status (409), a class (5xx) or a range (520-527)',
    ],
    ['retry', 'retry: { on: [409, four] }', '5:20 not-a-status', '"four" is no status', 'write a status'],
    ['retry', 'retry: { on: [4xx-5xx] }', '5:15 not-a-status', 'no status expression', 'write a status'],
    ['retry', 'retry: { on: ["4XX"] }', '5:15 not-a-status', 'no status expression', 'write a status'],
    ['retry', 'retry: { on: [" 409"] }', '5:15 not-a-status', 'no status expression', 'write a status'],
    ['retry', 'retry: { on: [4090] }', '5:15 not-a-status', 'no status expression', 'write a status'],
    ['retry', 'retry: { on: [527-520] }', '5:15 not-a-status', 'runs backwards', 'write a status'],
    ['retry', 'retry: { never: [200] }', '5:18 not-a-status', 'below 300', 'between 300 and 599'],
    ['retry', 'retry: { never: [2xx] }', '5:18 not-a-status', 'no failure', 'between 300 and 599'],
    ['retry', 'retry: { on: [299-301] }', '5:15 not-a-status', 'below 300', 'between 300 and 599'],
    ['retry', 'retry: { on: [600] }', '5:15 not-a-status', 'beyond 599', 'between 300 and 599'],
    ['retry', 'retry: { on: [9xx] }', '5:15 not-a-status', 'beyond 599', 'between 300 and 599'],
    [
      'retry',
      'retry: { on: [409], never: [409] }',
      '5:29 retry-contradiction',
      '"409" and "409" of "on" hold the same statuses',
      'the narrower one wins',
    ],
    [
      'retry',
      'retry: { on: [400-420], never: [501, 415-430] }',
      '5:38 retry-contradiction',
      '"415-430" and "400-420" of "on"',
      'the narrower one wins',
    ],
    ['retry', 'retry: { on: 409 }', '5:10 invalid-value', 'array', undefined],
    ['retry', 'retry: { on: [40.9] }', '5:15 invalid-value', 'retry.on.0', undefined],
    ['retry', 'retry: { onn: [409] }', '5:10 unknown-key', 'unknown key "onn"', 'did you mean "on"?'],
    ['concurrency', 'concurrency: 1', '5:1 invalid-value', '>=2', undefined],
    ['concurrency', 'concurrency: 101', '5:1 invalid-value', '<=100', undefined],
    ['concurrency', 'concurrency: 2.5', '5:1 invalid-value', 'int', undefined],
    ['concurrency', 'concurrency: "5"', '5:1 invalid-value', 'number', undefined],
    ['timeout', 'timeout: 26s', '5:1 timeout-too-long', 'at most 25s, and this is 26s', undefined],
    ['timeout', 'timeout: 0s', '5:1 invalid-value', 'not a duration', undefined],
    [
      'timeout',
      'timeout: 10',
      '5:1 invalid-value',
      'must be a duration such as 30s, 5m, 2h or 3d, and this is 10',
      undefined,
    ],
    ['allowPrivate', 'allowPrivate: [10.0.0.0]', '5:16 not-a-range', 'such as 10.1.0.0/16', undefined],
    [
      'allowPrivate',
      'allowPrivate: [0.0.0.0/0]',
      '5:16 not-a-range',
      'wider than any private network',
      undefined,
    ],
    [
      'allowPrivate',
      'allowPrivate: [169.254.169.254/32]',
      '5:16 not-a-range',
      "the machine's own services",
      undefined,
    ],
    ['url', 'url: "https://desk.example.com/a b"', '1:1 url-not-plain', 'visible ASCII', 'a%20b'],
    ['url', 'url: "https://desk.example.com/\\r\\nx: y"', '1:1 url-not-plain', 'visible ASCII', undefined],
    ['allowPrivate', 'allowPrivate: [10.0.0.0/33]', '5:16 not-a-range', 'such as 10.1.0.0/16', undefined],
    ['owner', 'owner: ""', '3:1 invalid-value', 'owner', undefined],
    ['runbok', 'runbok: docs/x.md', '5:1 unknown-key', 'unknown key "runbok"', 'did you mean "runbook"?'],
  ])('%s → %s', async (key, line, short, said, hint) => {
    const found = await errors(key, line);
    expect(found.map(inShort)).toContain(`destinations/desk.yaml:${short}`);
    const problem = found.find(each => inShort(each).endsWith(short));
    expect(problem?.message).toContain(said);
    if (hint === undefined) return;
    expect(problem?.hint).toContain(hint);
  });

  test.each(['url', 'owner', 'runbook'])('needs %s', async key => {
    const found = await errors(key, '# nothing');
    expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([
      `missing-key "${key}" is missing`,
    ]);
  });

  test('no message repeats a credential', async () => {
    const found = await errors('url', 'url: https://user:hunter2@desk.example.com/');
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});

describe('a status expression that changes nothing is a warning', () => {
  const warnings = async (line: string) =>
    (await compileWith('retry', line)).problems
      .filter(({ code }) => code === 'says-nothing')
      .map(problem => `${problem.line}:${problem.column} ${problem.severity} ${problem.message}`);

  test.each([
    [
      'retry: { on: [5xx] }',
      ['5:15 warning "5xx" says nothing: the same answers are tried again without it'],
    ],
    ['retry: { on: [409, 429, 503] }', ['5:20', '5:25']],
    [
      'retry: { never: [422, 501] }',
      ['5:18 warning "422" says nothing: no answer that it names would be tried again'],
    ],
    ['retry: { never: [410, 3xx] }', ['5:18', '5:23']],
    ['retry: { on: [409, 409] }', ['5:15']],
    ['retry: { on: [409, 4xx] }', ['5:15']],
    ['retry: { on: [409, 5xx, 520-527], never: [501, 422] }', ['5:20', '5:25', '5:48']],
  ])('%s', async (line, expected) => {
    const found = await warnings(line);
    expect(found).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) expect(found[index]).toContain(text);
    expect(await errors('retry', line)).toEqual([]);
  });

  test.each([
    'retry: { on: [409] }',
    'retry: { on: [4xx], never: [422] }',
    'retry: { never: [5xx], on: [503] }',
    'retry: { on: [410], never: [429] }',
    'retry: { on: [3xx], never: [500-599] }',
  ])('%s says something', async line => {
    expect(await warnings(line)).toEqual([]);
    expect(await errors('retry', line)).toEqual([]);
  });
});

describe('what a good destination becomes', () => {
  const compiled = async (key: string, line: string) =>
    (await compileWith(key, line)).project.destinations['desk'];

  test('defaults are written out', async () => {
    expect(await compiled('#', '#')).toMatchObject({
      schedule: 'day',
      concurrency: 5,
      timeoutMs: 10_000,
      headers: {},
      allowPrivate: [],
      secrets: ['destinations/desk'],
    });
  });

  test.each([
    [
      'retry',
      'retry: { schedule: [5s, 2m, 1h, 1d] }',
      { schedule: 'custom', retryDelaysSeconds: [5, 120, 3_600, 86_400] },
    ],
    ['retry', 'retry: { on: [5xx] }', { retryRules: { on: [{ from: 500, to: 599 }], never: [] } }],
    ['retry', 'retry: { schedule: fast }', { schedule: 'fast', retryRules: { on: [], never: [] } }],
    [
      'retry',
      'retry: { on: [409, 520-527, 3xx], never: [501] }',
      {
        schedule: 'day',
        retryRules: {
          on: [
            { from: 409, to: 409 },
            { from: 520, to: 527 },
            { from: 300, to: 399 },
          ],
          never: [{ from: 501, to: 501 }],
        },
      },
    ],
    ['timeout', 'timeout: 25s', { timeoutMs: 25_000 }],
    ['concurrency', 'concurrency: 100', { concurrency: 100 }],
    ['auth', 'auth: { type: none }', { auth: { type: 'none' }, secrets: [] }],
    [
      'url',
      'url: { secret: destinations/url }',
      { url: { secret: 'destinations/url' }, secrets: ['destinations/url', 'destinations/desk'] },
    ],
    ['url', 'url: { secret: destinations/desk }', { secrets: ['destinations/desk'] }],
    ['headers', 'headers: { accept: application/json }', { headers: { accept: 'application/json' } }],
  ])('%s → %s', async (key, line, expected) => {
    expect(await compiled(key, line)).toMatchObject(expected);
  });

  test('a private address is one’s own decision, with its range', async () => {
    const url = 'url: https://10.1.2.3/\nallowPrivate: [10.1.0.0/16]';
    expect(await errors('url', url)).toEqual([]);
    expect((await errors('url', url.replace('10.1.0.0/16', '10.2.0.0/16'))).map(({ code }) => code)).toEqual([
      'private-address',
    ]);
  });
});
