import { describe, expect, test } from 'vitest';
import { errorsAmong, inShort } from './problems.ts';
import { compileFolder } from './projectFiles.ts';

const EVERY_EVENT = { 'order-to-desk/route.yaml': 'from: shop\nevents: ["*"]\nto: desk\n' };
const source = async (text: string) =>
  errorsAmong((await compileFolder({ ...EVERY_EVENT, 'sources/shop.yaml': text })).problems);
const OWNED = 'owner: platform-team\n';

describe('a source with a mistake', () => {
  test.each([
    // what is written, where and what, what is said, the hint
    ['provider: [a\n', 'sources/shop.yaml:2:1 yaml-syntax', 'this is not YAML', undefined],
    [
      'provider: github\nprovider: stripe\n',
      'sources/shop.yaml:2:1 yaml-syntax',
      'twice',
      'keep one of them',
    ],
    ['\tprovider: github\n', 'sources/shop.yaml:1:1 yaml-syntax', 'a tab', 'put two spaces in its place'],
    ['a: 1\n---\nb: 2\n', 'sources/shop.yaml:2:1 yaml-syntax', 'second document', 'delete this line of ---'],
    ['owner: *nobody\n', 'sources/shop.yaml:1:1 yaml-syntax', 'alias', undefined],
    ['', 'sources/shop.yaml:1:1 invalid-value', 'the file is empty', undefined],
    ['- github\n', 'sources/shop.yaml:1:1 invalid-value', 'the file is a list', undefined],
    ['just text\n', 'sources/shop.yaml:1:1 invalid-value', 'the file', undefined],
  ])('%j', async (text, short, said, hint) => {
    const [problem] = await source(text);
    expect(problem && inShort(problem)).toBe(short);
    expect(problem?.message).toContain(said);
    expect(problem?.hint).toBe(hint);
  });

  test.each([
    ['provder: github\n', '1:1 unknown-key', 'unknown key "provder"', 'did you mean "provider"?'],
    [
      'verification: none\n',
      '1:1 unknown-key',
      'unknown key "verification"',
      'the keys allowed here are: provider',
    ],
    ['SECRET: sources/github\n', '1:1 unknown-key', 'unknown key "SECRET"', 'did you mean "secret"?'],
    ['provider: 5\n', '1:1 invalid-value', '"provider"', undefined],
    ...['0d', '366d', '999d', '30', '30 d', '2w', '12h', '30D', '-1d', '1.5d', '""', '030d'].map(
      days =>
        [
          `provider: github\nsecret: a\narchive: ${days}\n`,
          '3:1 invalid-value',
          '"archive": whole days from 1d to 365d, such as 30d',
          undefined,
        ] as [string, string, string, undefined],
    ),
    ['provider: github\nsecret: Sources/GitHub\n', '2:1 invalid-value', 'never its value', undefined],
    [
      'provider: github\nsecret: ghp_16C7e42F292c6912E7710c838347Ae178B4a\n',
      '2:1 invalid-value',
      'never its value',
      undefined,
    ],
    ['provider: github\nheaders: [X-Upper]\nsecret: a\n', '2:11 invalid-value', 'lower case', undefined],
    [
      'provider: github\nsecret: a\neventId: payload.id\n',
      '3:1 invalid-value',
      'body.path.to.field',
      undefined,
    ],
    [
      'provider: githup\nsecret: a\n',
      '1:1 unknown-provider',
      'no provider "githup"',
      'did you mean "github"?',
    ],
    ['provider: acme\nsecret: a\n', '1:1 unknown-provider', 'no provider "acme"', 'spell out scheme:'],
    [
      'provider: constructor\nsecret: a\n',
      '1:1 unknown-provider',
      'no provider "constructor"',
      'spell out scheme:',
    ],
    ['provider: github\n', '1:1 missing-key', '"secret" is missing', 'secret: sources/shop'],
    ['secret: a\n', '1:1 verification-unclear', 'nothing says how webhooks are verified', 'exactly one of'],
    ['unverified: yes\n', '1:1 invalid-value', 'i-accept-anyone-can-post', undefined],
    ['unverified: true\n', '1:1 invalid-value', 'i-accept-anyone-can-post', undefined],
    ['unverified: I-accept-anyone-can-post\n', '1:1 invalid-value', 'i-accept-anyone-can-post', undefined],
    [
      'unverified: i-accept-anyone-can-post\nsecret: a\n',
      '2:1 secret-unused',
      'uses no secret',
      'delete this line',
    ],
    [
      'provider: github\nunverified: i-accept-anyone-can-post\n',
      '2:1 verification-unclear',
      'provider and unverified exclude each other',
      'exactly one of',
    ],
    [
      'provider: github\nsecret: a\nheaders: [x-ok, authorization]\n',
      '3:17 header-holds-secrets',
      '"authorization"',
      undefined,
    ],
    ['provider: github\nsecret: a\nheaders: [cookie]\n', '3:11 header-holds-secrets', '"cookie"', undefined],
    [
      'provider: github\nsecret: a\nheaders: [x-api-key]\n',
      '3:11 header-holds-secrets',
      '"x-api-key"',
      undefined,
    ],
  ])('%j', async (text, short, said, hint) => {
    const found = await source(text + OWNED);
    const problem = found.find(each => inShort(each) === `sources/shop.yaml:${short}`);
    expect(found.map(inShort)).toContain(`sources/shop.yaml:${short}`);
    expect(problem?.message).toContain(said);
    if (hint === undefined) expect(problem?.hint).toBeUndefined();
    else expect(problem?.hint).toContain(hint);
  });

  test('a source needs an owner', async () => {
    expect((await source('provider: github\nsecret: a\n')).map(inShort)).toEqual([
      'sources/shop.yaml:1:1 missing-key',
    ]);
  });

  test('a bomb of aliases is a mistake like any other', async () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...['b', 'c', 'd', 'e', 'f', 'g'].map((name, index) => {
        const before = `*${String.fromCharCode(97 + index)}`;
        return `${name}: &${name} [${Array(9).fill(before).join(', ')}]`;
      }),
    ].join('\n');
    expect((await source(bomb)).map(inShort)).toEqual(['sources/shop.yaml:1:1 yaml-syntax']);
  });
});

describe('a scheme that is spelled out', () => {
  const scheme = (...lines: string[]) =>
    source(['secret: a', 'owner: b', 'scheme:', ...lines.map(line => `  ${line}`), ''].join('\n'));
  const GOOD_LINES = ['algorithm: hmac-sha256', 'signature: { header: x-sig }'];

  test('with all that it needs is fine', async () => {
    expect(await scheme(...GOOD_LINES)).toEqual([]);
    expect(await scheme(...GOOD_LINES, 'content: "v0:{header.x-time|x-old-time}:{body}"')).toEqual([]);
    expect(
      await scheme(
        'algorithm: hmac-sha512',
        'signature: { header: x-sig, encoding: base64, list: { key: v1 } }',
        'content: "{signature.t}.{body}"',
        'timestamp: { from: signature.t, tolerance: 5m }',
      ),
    ).toEqual([]);
  });

  test.each([
    [['algorithm: md2', GOOD_LINES[1] ?? ''], '4:3 invalid-value', 'hmac-sha256'],
    [[GOOD_LINES[0] ?? ''], '3:1 missing-key', '"scheme.signature" is missing'],
    [[...GOOD_LINES, 'content: "{header.x-time}"'], '6:3 invalid-value', 'leaves out {body}'],
    [[...GOOD_LINES, 'content: "{body"'], '6:3 invalid-value', 'unpaired brace'],
    [[...GOOD_LINES, 'content: "{host}{body}"'], '6:3 invalid-value', 'not a part of a request'],
    [[...GOOD_LINES, 'content: "{header.X-Time}{body}"'], '6:3 invalid-value', 'not a part of a request'],
    [
      [...GOOD_LINES, 'timestamp: { from: header.x-time, tolerance: 5 minutes }'],
      '6:37 invalid-value',
      'not a duration',
    ],
    [
      [...GOOD_LINES, 'timestamp: { from: header.x-time, tolerance: 300 }'],
      '6:37 invalid-value',
      'must be a duration such as 30s, 5m, 2h or 3d, and this is 300',
    ],
    [
      [...GOOD_LINES, 'timestamp: { from: body, tolerance: 5m }'],
      '6:16 invalid-value',
      'is not a place of a text',
    ],
    [[...GOOD_LINES, 'encoding: hex'], '6:3 unknown-key', 'unknown key "encoding"'],
    [['algorithm: hmac-sha256', 'signature: { headr: x-sig }'], '5:16 unknown-key', 'unknown key "headr"'],
  ])('%j', async (lines, short, said) => {
    const found = await scheme(...lines);
    expect(found.map(inShort)).toContain(`sources/shop.yaml:${short}`);
    expect(found.map(({ message }) => message).join('\n')).toContain(said);
  });

  test('an item of a signature header that is no list is a mistake, and not a refusal of every webhook', async () => {
    const found = await scheme(...GOOD_LINES, 'content: "{signature.t}.{body}"');
    expect(found.map(inShort)).toEqual(['sources/shop.yaml:6:3 invalid-value']);
    expect(found[0]?.message).toContain('signature.list');
  });

  test('a time that is not among what is signed defends nothing, and is refused', async () => {
    const unsigned = [...GOOD_LINES, 'timestamp: { from: header.x-time, tolerance: 5m }'];
    expect((await scheme(...unsigned)).map(inShort)).toEqual(['sources/shop.yaml:6:3 invalid-value']);
    expect((await scheme(...unsigned))[0]?.message).toContain('is not signed');
    expect(await scheme(...unsigned, 'content: "{header.x-time}.{body}"')).toEqual([]);
  });
});

describe('dedupe', () => {
  const GITHUB = 'provider: github\nsecret: a\n';

  test.each([
    ['24', 'invalid-value', 'not a duration', undefined],
    ['1w', 'invalid-value', 'not a duration', undefined],
    ['0h', 'invalid-value', 'not a duration', undefined],
    ['59s', 'dedupe-out-of-range', '59 s is not between 1 min and 14 d', 'such as 24h'],
    ['15d', 'dedupe-out-of-range', '15 d is not between 1 min and 14 d', 'such as 24h'],
  ])('%s is refused', async (text, code, said, hint) => {
    const found = await source(`${GITHUB}dedupe: "${text}"\n${OWNED}`);
    expect(found.map(inShort)).toEqual([`sources/shop.yaml:3:1 ${code}`]);
    expect(found[0]?.message).toContain(said);
    if (hint !== undefined) expect(found[0]?.hint).toContain(hint);
  });

  test.each(['1m', '60s', '24h', '14d', '336h'])('%s is fine', async text => {
    expect(await source(`${GITHUB}dedupe: ${text}\n${OWNED}`)).toEqual([]);
  });

  test('without an id to recognise a repeat by is refused, with what to add', async () => {
    const scheme = 'scheme: { algorithm: hmac-sha256, signature: { header: x-sig } }\nsecret: a\n';
    const found = await source(`${scheme}dedupe: 24h\n${OWNED}`);
    expect(found.map(inShort)).toEqual(['sources/shop.yaml:3:1 dedupe-without-id']);
    expect(found[0]?.hint).toContain('add eventId:');
    expect(await source(`${scheme}dedupe: 24h\neventId: body.id\n${OWNED}`)).toEqual([]);
    const open = 'unverified: i-accept-anyone-can-post\ndedupe: 24h\n';
    expect((await source(open + OWNED)).map(inShort)).toEqual(['sources/shop.yaml:2:1 dedupe-without-id']);
  });
});

describe('what a good source becomes', () => {
  const compiled = async (text: string) => {
    const { project, problems } = await compileFolder({ 'sources/shop.yaml': text });
    return { source: project.sources['shop'], problems };
  };

  test('a preset with its own headers and those that identify an event', async () => {
    const { source: shop } = await compiled(`provider: github\nsecret: a\nheaders: [x-mine]\n${OWNED}`);
    expect(shop).toMatchObject({
      name: 'shop',
      provider: 'github',
      secret: 'a',
      secrets: ['a'],
      headers: [
        ...['content-type', 'content-encoding', 'user-agent'],
        ...['x-github-delivery', 'x-github-event', 'x-github-hook-id', 'x-mine'],
      ],
    });
  });

  test('an id and a type of its own replace those of the preset', async () => {
    const own = `provider: shopify\nsecret: a\neventId: header.x-id\neventType: [body.a, body.b.c]\n${OWNED}`;
    const { source: shop, problems } = await compiled(own);
    expect(problems).toEqual([]);
    expect(shop?.scheme).toMatchObject({
      kind: 'hmac',
      eventId: [{ kind: 'header', name: 'x-id' }],
      eventType: [
        { kind: 'body', path: ['a'] },
        { kind: 'body', path: ['b', 'c'] },
      ],
    });
    // The preset's separator belongs to the preset's type.
    expect(shop?.scheme).not.toHaveProperty('eventTypeSeparator');
  });

  test.each([
    ['provider: stripe\nsecret: a\n', 'id'],
    ['provider: standard-webhooks\nsecret: a\n', 'id'],
    ['provider: github\nsecret: a\n', 'id-and-body'],
    ['provider: github\nsecret: a\neventId: body.issue.id\n', 'id'],
    ['unverified: i-accept-anyone-can-post\neventId: body.id\n', 'id-and-body'],
  ])('%j that dedupes recognises a repeat by its %s', async (text, by) => {
    const { source: shop } = await compiled(`${text}dedupe: 24h\n${OWNED}`);
    expect(shop?.dedupe).toEqual({ seconds: 86_400, by });
  });

  test('one that says nothing of it does not dedupe', async () => {
    const { source: shop } = await compiled(`provider: stripe\nsecret: a\n${OWNED}`);
    expect(shop).not.toHaveProperty('dedupe');
  });

  test('an unverified one has no secret', async () => {
    const { source: shop } = await compiled(`unverified: i-accept-anyone-can-post\n${OWNED}`);
    expect(shop).toMatchObject({ provider: 'unverified', secrets: [], scheme: { kind: 'unverified' } });
  });
});

describe('what a source is expected to send', () => {
  const GITHUB = 'provider: github\nsecret: sources/shop\n';

  test.each([
    ['expectEvery: 299s', 'expect-every-out-of-range'],
    ['expectEvery: 8d', 'expect-every-out-of-range'],
    ['expectEvery: 1w', 'invalid-value'],
    ['expectAtMost: 0', 'invalid-value'],
    ['expectAtMost: 1.5', 'invalid-value'],
    ['expectAtMost: 600 in 25h', 'invalid-value'],
    ['expectAtMost: 600 in 1441m', 'invalid-value'],
    ['expectAtMost: 600 in 90s', 'invalid-value'],
    ['shard: 100', 'invalid-value'],
    ['unmatched: ignored', 'invalid-value'],
  ])('%s is refused at its line', async (text, code) => {
    const found = await source(`${GITHUB}${text}\n${OWNED}`);
    expect(found.map(inShort)).toEqual([`sources/shop.yaml:3:1 ${code}`]);
  });

  test('a silence that an alarm cannot look back on is told with the bounds', async () => {
    const [found] = await source(`${GITHUB}expectEvery: 8d\n${OWNED}`);
    expect(found?.message).toBe('8 d is not between 5 min and 7 d, which is what an alarm can look back');
  });

  test('what is ordinary is a number in five minutes, or in a time of its own', async () => {
    const expected = async (text: string) =>
      (await compileFolder({ 'sources/shop.yaml': `${GITHUB}expectAtMost: ${text}\n${OWNED}` })).project
        .sources['shop']?.expectAtMost;
    expect(await expected('600')).toEqual({ webhooks: 600, seconds: 300 });
    expect(await expected('5000 in 24h')).toEqual({ webhooks: 5000, seconds: 86_400 });
    const [found] = await source(`${GITHUB}expectAtMost: 600 per 1h\n${OWNED}`);
    expect(found?.message).toContain(
      'webhooks in five minutes such as 600, or in 1m to 24h such as "5000 in 1h"',
    );
  });

  test.each(['expectEvery: 5m', 'expectEvery: 7d', 'expectAtMost: 600', 'unmatched: expected'])(
    '%s is fine',
    async text => {
      expect(await source(`${GITHUB}${text}\n${OWNED}`)).toEqual([]);
    },
  );
});
