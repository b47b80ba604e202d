import { describe, expect, it } from 'vitest';
import { compileFolder } from './projectFiles.ts';

const source = (...lines: string[]) => ({ 'sources/shop.yaml': `${lines.join('\n')}\n` });
const destination = (...lines: string[]) => ({
  'destinations/desk.yaml': `${['owner: sales', 'runbook: docs/operations.md#desk', ...lines].join('\n')}\n`,
});
const route = (...lines: string[]) => ({ 'order-to-desk/route.yaml': `${lines.join('\n')}\n` });
const RIGHT_ROUTE = ['from: shop', 'events: [orders.create]', 'to: desk'];

describe('a right folder', () => {
  it('compiles without a word', async () => {
    const { project, problems } = await compileFolder();
    expect(problems).toEqual([]);
    expect(project.routes.map(({ name }) => name)).toEqual(['order-to-desk']);
    expect(project.destinations['desk']).toMatchObject({
      concurrency: 5,
      timeoutMs: 10_000,
      schedule: 'day',
    });
  });

  it('keeps the headers that identify an event and those a source lists, in lower case', async () => {
    const { project } = await compileFolder(
      source('provider: shopify', 'secret: sources/shop', 'owner: sales', 'headers: [x-extra]'),
    );
    expect(project.sources['shop']?.headers).toEqual(
      expect.arrayContaining(['content-type', 'x-shopify-topic', 'x-shopify-webhook-id', 'x-extra']),
    );
    expect(project.sources['shop']?.headers).not.toContain('x-shopify-hmac-sha256');
  });
});

type Row = readonly [
  fact: string,
  changes: Record<string, string | undefined>,
  code: string,
  place: string,
  said: RegExp,
];

const TABLE: readonly Row[] = [
  ['broken YAML', source('provider: [shopify'), 'yaml-syntax', 'sources/shop.yaml:2', /not YAML/],
  [
    'an unknown key, with what was meant',
    source('provider: shopify', 'secret: sources/shop', 'ownr: sales'),
    'unknown-key',
    'sources/shop.yaml:3:1',
    /did you mean "owner"/,
  ],
  [
    'an unknown key further down',
    destination('url: https://desk.example.com', 'retry: { shedule: day }'),
    'unknown-key',
    'destinations/desk.yaml:4:10',
    /did you mean "schedule"/,
  ],
  [
    'a missing key',
    source('provider: shopify', 'secret: sources/shop'),
    'missing-key',
    'sources/shop.yaml:1:1',
    /"owner"/,
  ],
  [
    'a value of the wrong type',
    route('from: shop', 'events: orders.create', 'to: desk'),
    'invalid-value',
    'order-to-desk/route.yaml:2:1',
    /array/,
  ],
  [
    'a provider that nobody knows',
    source('provider: shopfy', 'secret: a/b', 'owner: sales'),
    'unknown-provider',
    'sources/shop.yaml:1:1',
    /did you mean "shopify"/,
  ],
  [
    'a source without a way to verify',
    source('secret: a/b', 'owner: sales'),
    'verification-unclear',
    'sources/shop.yaml:1:1',
    /exactly one of provider/,
  ],
  [
    'two ways to verify',
    source('provider: shopify', 'unverified: i-accept-anyone-can-post', 'owner: sales'),
    'verification-unclear',
    'sources/shop.yaml',
    /exclude each other/,
  ],
  [
    'an acceptance that is not spelled out',
    source('unverified: yes', 'owner: sales'),
    'invalid-value',
    'sources/shop.yaml:1:1',
    /i-accept-anyone-can-post/,
  ],
  [
    'a provider without a secret',
    source('provider: shopify', 'owner: sales'),
    'missing-key',
    'sources/shop.yaml:1:1',
    /secret: sources\/shop/,
  ],
  [
    'a header that holds credentials',
    source('provider: shopify', 'secret: a/b', 'owner: x', 'headers: [authorization]'),
    'header-holds-secrets',
    'sources/shop.yaml:4',
    /never kept/,
  ],
  [
    'a scheme that does not sign the body',
    source(
      'scheme: { algorithm: hmac-sha256, signature: { header: x-s }, content: "{header.x-t}" }',
      'secret: a/b',
      'owner: x',
    ),
    'invalid-value',
    'sources/shop.yaml:1',
    /leaves out \{body\}/,
  ],
  [
    'an http URL',
    destination('url: http://desk.example.com/hooks'),
    'not-https',
    'destinations/desk.yaml:3:1',
    /in the clear/,
  ],
  [
    'a private address',
    destination('url: https://10.0.0.7/hooks'),
    'private-address',
    'destinations/desk.yaml:3:1',
    /10\.0\.0\.7/,
  ],
  [
    'credentials in a URL',
    destination('url: https://me:pass@desk.example.com/'),
    'url-holds-credentials',
    'destinations/desk.yaml:3:1',
    /type: basic/,
  ],
  ['no URL at all', destination('url: desk'), 'not-a-url', 'destinations/desk.yaml:3:1', /https:\/\/host/],
  [
    'a range that is none',
    destination('url: https://desk.example.com', 'allowPrivate: [10.0.0.0]'),
    'not-a-range',
    'destinations/desk.yaml:4',
    /CIDR/,
  ],
  [
    'a schedule beyond ten days',
    destination('url: https://desk.example.com', 'retry: { schedule: [5d, 6d] }'),
    'schedule-too-long',
    'destinations/desk.yaml:4',
    /after 10/,
  ],
  [
    'a delay that is no duration',
    destination('url: https://desk.example.com', 'retry: { schedule: [5 minutes] }'),
    'invalid-value',
    'destinations/desk.yaml:4',
    /write 30s, 5m/,
  ],
  [
    'a concurrency of one',
    destination('url: https://desk.example.com', 'concurrency: 1'),
    'invalid-value',
    'destinations/desk.yaml:4:1',
    /2/,
  ],
  [
    'a timeout that does not fit',
    destination('url: https://desk.example.com', 'timeout: 1m'),
    'timeout-too-long',
    'destinations/desk.yaml:4:1',
    /at most 25s/,
  ],
  [
    'a header that the relay writes',
    destination('url: https://desk.example.com', 'headers: { webhook-id: x }'),
    'header-is-ours',
    'destinations/desk.yaml:4',
    /itself/,
  ],
  [
    'a name that SQS would not take',
    { 'destinations/Desk_1.yaml': 'x: 1' },
    'invalid-name',
    'destinations/Desk_1.yaml',
    /lower-case/,
  ],
  [
    'a name that is another queue',
    { 'destinations/desk-dlq.yaml': 'x: 1' },
    'reserved-name',
    'destinations/desk-dlq.yaml',
    /dead-letter/,
  ],
  [
    'two files of one name',
    { 'sources/shop.yml': 'x: 1' },
    'duplicate-name',
    'sources/shop.yml',
    /two files/,
  ],
  [
    'a source and a destination of one name',
    { 'destinations/shop.yaml': 'x: 1' },
    'duplicate-name',
    'destinations/shop.yaml',
    /source of the same name/,
  ],
  ['a file that belongs nowhere', { 'notes.txt': 'x' }, 'unknown-file', 'notes.txt', /route is a folder/],
  [
    'a route to an unknown destination',
    route('from: shop', 'events: [a]', 'to: dsk'),
    'unknown-destination',
    'order-to-desk/route.yaml:3:1',
    /did you mean "desk"/,
  ],
  [
    'a route from an unknown source',
    route('from: store', 'events: [a]', 'to: desk'),
    'unknown-source',
    'order-to-desk/route.yaml:1:1',
    /sources\/store\.yaml/,
  ],
  [
    'a route that waits for a type which its source never names',
    {
      'sources/shop.yaml':
        'scheme: { algorithm: hmac-sha256, signature: { header: x-shop } }\nsecret: sources/shop\nowner: sales\n',
      ...route('from: shop', 'events: ["*", unknown, orders.create]', 'to: desk'),
    },
    'events-never-come',
    'order-to-desk/route.yaml:2:24',
    /none is ever "orders\.create".*eventType: in sources\/shop\.yaml/,
  ],
  [
    'two routes of one name',
    { 'order-to-desk/route.yml': 'x: 1' },
    'duplicate-name',
    'order-to-desk/route.yml',
    /two routes/,
  ],
  [
    'a folder without a route',
    { 'stray/mapping.jsonata': '1' },
    'route-without-file',
    'stray',
    /hookwright new stray/,
  ],
  ['a route in a folder below', { 'team/a-to-b/route.yaml': 'x: 1' }, 'route-nested', 'team', /move/],
  [
    'a JSONata syntax error',
    { 'order-to-desk/mapping.jsonata': '{\n  "a": 1\n  "b": 2\n}' },
    'mapping-syntax',
    'order-to-desk/mapping.jsonata:3:',
    /expected/,
  ],
  [
    'a mapping that uses $eval',
    { 'order-to-desk/mapping.jsonata': '$eval("1")' },
    'mapping-syntax',
    'order-to-desk/mapping.jsonata:1:',
    /\$eval is not available/,
  ],
  [
    'an empty mapping',
    { 'order-to-desk/mapping.jsonata': ' \n' },
    'mapping-syntax',
    'order-to-desk/mapping.jsonata:1:1',
    /empty/,
  ],
  [
    'a mapping that is not there',
    { 'order-to-desk/mapping.jsonata': undefined },
    'mapping-missing',
    'order-to-desk/route.yaml:',
    /no mapping\.jsonata/,
  ],
  [
    'a filter with a syntax error',
    route(...RIGHT_ROUTE, 'when: "payload.a ="'),
    'filter-syntax',
    'order-to-desk/route.yaml:4',
    /ends/,
  ],
  [
    'a contract that is not there',
    route(...RIGHT_ROUTE, 'contract: { input: in.json }'),
    'contract-missing',
    'order-to-desk/route.yaml:4',
    /no in\.json/,
  ],
  [
    'a contract that is no schema',
    {
      ...route(...RIGHT_ROUTE, 'contract: { input: in.json }'),
      'order-to-desk/in.json': '{"type": "objekt"}',
    },
    'contract-invalid',
    'order-to-desk/in.json',
    /JSON Schema/,
  ],
  [
    'an example without expectation',
    { 'order-to-desk/examples/typical.output.json': undefined },
    'example-without-expectation',
    'order-to-desk/examples/typical.input.json',
    /exactly one of/,
  ],
  [
    'an example with two expectations',
    { 'order-to-desk/examples/typical.dropped': '' },
    'example-with-two-expectations',
    'order-to-desk/examples/typical.input.json',
    /keep one/,
  ],
  [
    'an expectation without input',
    { 'order-to-desk/examples/other.dropped': '' },
    'example-without-input',
    'order-to-desk/examples/other.dropped',
    /other\.input\.json/,
  ],
  [
    'an example that is not JSON',
    { 'order-to-desk/examples/typical.input.json': '{\n "id": 1,\n}' },
    'json-syntax',
    'order-to-desk/examples/typical.input.json:',
    /not JSON/,
  ],
  [
    'a file that is no part of an example',
    { 'order-to-desk/examples/typical.outptu.json': '1' },
    'unknown-file',
    'order-to-desk/examples/typical.outptu.json',
    /did you mean "output\.json"/,
  ],
];

describe('a mistake is an error with a place and a next step', () => {
  it.each(TABLE)('%s', async (_fact, changes, code, place, said) => {
    const { problems } = await compileFolder(changes);
    const found = problems.find(problem => problem.code === code);
    expect(found, JSON.stringify(problems, undefined, 1)).toBeDefined();
    const at = [found?.file, found?.line, found?.column].filter(part => part !== undefined).join(':');
    expect(at).toContain(`mappings/${place}`);
    expect(`${found?.message} ${found?.hint ?? ''}`).toMatch(said);
    expect(found?.severity).toBe('error');
  });

  it('and all of them come together', async () => {
    const { problems } = await compileFolder({
      ...source('provider: shopfy', 'secret: a/b', 'owner: sales'),
      ...destination('url: http://desk.example.com'),
      'order-to-desk/mapping.jsonata': '{',
      'order-to-desk/examples/typical.output.json': undefined,
    });
    expect(problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'unknown-provider',
        'not-https',
        'mapping-syntax',
        'example-without-expectation',
      ]),
    );
  });
});

describe('what is allowed but worth a word', () => {
  it('warns of a source that anyone can post to', async () => {
    const { problems } = await compileFolder(
      source('unverified: i-accept-anyone-can-post', 'eventType: body.type', 'owner: sales'),
    );
    expect(problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining('anyone') }]);
  });

  it('warns of a route that misses events which come together with others', async () => {
    const listing = source(
      'scheme: { algorithm: hmac-sha256, signature: { header: x-shop } }',
      'eventType: body.*.kind',
      'secret: sources/shop',
      'owner: sales',
    );
    const events = async (list: string) =>
      (await compileFolder({ ...listing, ...route('from: shop', `events: ${list}`, 'to: desk') })).problems;
    expect(await events('[orders.create]')).toMatchObject([
      {
        severity: 'warning',
        code: 'mixed-events-missed',
        line: 2,
        message: expect.stringContaining('mixed'),
      },
    ]);
    expect(await events('[orders.create, mixed]')).toEqual([]);
    expect(await events('["*"]')).toEqual([]);
  });

  it('warns of a route without an example, and of parts that no route uses', async () => {
    const { problems } = await compileFolder({
      'order-to-desk/examples/typical.input.json': undefined,
      'order-to-desk/examples/typical.output.json': undefined,
      'destinations/attic.yaml': 'url: https://attic.example.com\nowner: x\nrunbook: docs/x.md\n',
    });
    expect(problems.map(({ severity, code }) => `${severity} ${code}`).sort()).toEqual([
      'warning route-without-example',
      'warning unused',
    ]);
  });
});
