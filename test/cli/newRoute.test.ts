/** `new` writes what passes check, or it writes nothing. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkProject } from '../../authoring/checkProject.ts';
import { listStarters } from '../../authoring/starters.ts';
import { newRoute } from '../../cli/commands/new.ts';
import { inProcess } from './inProcess.ts';

let mappings: string;
beforeEach(async () => {
  mappings = join(await mkdtemp(join(tmpdir(), 'hookwright-new-')), 'mappings');
});
afterEach(() => rm(join(mappings, '..'), { recursive: true, force: true }));

const RIGHT = {
  from: 'github',
  to: 'desk',
  url: 'https://desk.example.com/hooks',
  events: 'issues.opened',
  owner: 'sales',
};
const make = (name: string, options: Record<string, string>) =>
  inProcess(newRoute, [name], { ...options, mappings });
const filesBelow = async () =>
  (await readdir(mappings, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile()).length;

describe('what it writes', () => {
  test.each([
    ['the plainest', {}],
    ['several event types', { events: 'issues.opened, issues.closed' }],
    ['a pattern', { events: 'issues.*' }],
    ['every event', { events: '*' }],
    ['another provider than the source is called', { from: 'crm', provider: 'standard-webhooks' }],
    ['an owner that YAML would read otherwise', { owner: 'sales: the "inside" team # 5' }],
    ['an owner that is a number', { owner: '007' }],
    ['a name that objects know already', { from: 'constructor', provider: 'github' }],
  ])('%s passes check', async (_, options) => {
    const { exitCode, output } = await make('a-to-b', { ...RIGHT, ...options });
    expect(exitCode).toBe(0);
    expect((output as { written: string[] }).written).toHaveLength(7);
    const { problems, examples } = await checkProject(mappings);
    expect(problems).toEqual([]);
    expect(examples).toBe(1);
  });

  test('uses what is there already, and changes nothing of it', async () => {
    await make('a-to-b', RIGHT);
    const before = await readFile(join(mappings, 'destinations/desk.yaml'), 'utf8');
    const { output } = await make('c-to-d', { from: 'github', to: 'desk', events: 'push' });
    expect((output as { written: string[] }).written).toHaveLength(5);
    expect(await readFile(join(mappings, 'destinations/desk.yaml'), 'utf8')).toBe(before);
    expect((await checkProject(mappings)).problems).toEqual([]);
  });

  test.each([
    ['the address that it signs', 'hubspot-v3', ['url']],
    ['an address and no event types', 'twilio', ['url']],
    ['no secret, since it publishes its keys', 'aws-sns', ['parameters.topicArn']],
    ['a name of a header', 'fusionauth', ['parameters.host']],
  ])(
    'what a provider needs beside a secret is there as an example, and told: %s',
    async (_, provider, keys) => {
      const { output } = await make('a-to-b', { ...RIGHT, from: 'outside', provider, events: '*' });
      expect((await checkProject(mappings)).problems.filter(({ severity }) => severity === 'error')).toEqual(
        [],
      );
      expect(output).toMatchObject({ standIns: keys.map(key => ({ file: 'sources/outside.yaml', key })) });
    },
  );

  test('takes the address that the provider signs', async () => {
    const address = 'https://relay.example.com/crm';
    const { output } = await make('a-to-b', { ...RIGHT, from: 'crm', provider: 'hubspot-v3', address });
    expect(output).toMatchObject({ standIns: [] });
    expect(await readFile(join(mappings, 'sources/crm.yaml'), 'utf8')).toContain(`url: ${address} #`);
  });

  test('asks for what is missing', async () => {
    const asked: string[] = [];
    const answers = ['', 'github', 'desk', 'issues.opened', 'https://desk.example.com/'];
    const { exitCode } = await inProcess(newRoute, ['a-to-b'], { mappings }, async question => {
      asked.push(question);
      return answers.shift();
    });
    expect(exitCode).toBe(0);
    expect(asked).toHaveLength(5);
  });
});

describe('what would not pass check is not written', () => {
  test.each([
    ['a URL in the clear', { url: 'http://desk.example.com/' }, 'in the clear'],
    ['a private address', { url: 'https://10.0.0.1/' }, 'private address'],
    ['no URL', { url: 'desk' }, 'is not a URL'],
    ['no event type', { events: ' , ' }, '"events"'],
    ['an event type that is none', { events: 'issues opened' }, 'an event type such as'],
    ['an event type that the provider never names', { from: 'braintree' }, 'none is ever "issues.opened"'],
    ['one name for both ends', { to: 'github' }, 'a source of the same name'],
    ['a name that is another queue', { to: 'desk-dlq' }, 'dead-letter'],
    ['a name that is none', { to: 'Desk' }, '"Desk" cannot be a name'],
    ['a provider that is none', { from: 'outside', provider: 'githup' }, 'no provider "githup"'],
    ['a source that is called like several', { from: 'hubspot' }, 'needs a provider'],
    ['an address that nobody signs', { address: 'https://relay.example.com/github' }, 'no part of what'],
  ])('%s', async (_, options, said) => {
    await expect(make('a-to-b', { ...RIGHT, ...options })).rejects.toThrow(said);
    expect(await filesBelow()).toBe(0);
    // The name is free for a second try.
    await expect(make('a-to-b', RIGHT)).resolves.toMatchObject({ exitCode: 0 });
  });

  test.each(['A-to-B', 'sources', 'lib', 'a/b', '../a', ''])('a route cannot be called %j', async name => {
    await expect(make(name, RIGHT)).rejects.toThrow('cannot be a route');
  });

  test('a route that exists is refused, and stays as it is', async () => {
    await make('a-to-b', RIGHT);
    const file = join(mappings, 'a-to-b/mapping.jsonata');
    await writeFile(file, 'payload');
    await expect(make('a-to-b', RIGHT)).rejects.toThrow('already');
    expect(await readFile(file, 'utf8')).toBe('payload');
  });

  test('a folder of a broken route is not overwritten, and nothing beside it is left behind', async () => {
    await make('a-to-b', RIGHT);
    const broken = join(mappings, 'a-to-b/route.yaml');
    await writeFile(broken, 'from: [');
    const before = await filesBelow();
    await expect(make('a-to-b', { ...RIGHT, to: 'other' })).rejects.toThrow('exists already');
    expect(await readFile(broken, 'utf8')).toBe('from: [');
    expect(await filesBelow()).toBe(before);
  });
});

describe('a starter', async () => {
  const starters = await listStarters();

  test('stands for each of the common providers and destinations', () => {
    expect(starters.length).toBeGreaterThanOrEqual(8);
    expect(new Set(starters.map(({ to }) => to))).toEqual(new Set(['slack', 'teams', 'jira', 'api']));
    const providers = ['stripe', 'shopify', 'github', 'linear', 'hubspot', 'typeform', 'pagerduty', 'sentry'];
    expect(new Set(starters.map(({ from }) => from))).toEqual(new Set(providers));
    expect(starters.filter(({ examples, summary }) => examples < 3 || summary === '')).toEqual([]);
  });

  test.each(starters)('$name passes check under names of our own, with every example', async starter => {
    const { output } = await make('a-to-b', {
      template: starter.name,
      from: 'outside',
      to: 'inside',
      owner: 'sales: "x" # 5',
    });
    const { problems, examples, project } = await checkProject(mappings);
    expect(problems).toEqual([]);
    expect(examples).toBe(starter.examples);
    expect(project.routes).toMatchObject([{ name: 'a-to-b', from: 'outside', to: 'inside' }]);
    expect(project.sources['outside']?.owner).toBe('sales: "x" # 5');
    expect(project.destinations['inside']?.runbook).toBe('docs/operations.md#inside');
    const { secrets } = output as { secrets: string[] };
    expect(secrets.map(secret => secret.split('/')[1]?.replace('-url', ''))).toEqual(['outside', 'inside']);
  });

  test('asks for the address where the provider signs it', async () => {
    const template = 'hubspot-deal-stage-to-slack';
    const { output } = await make('a-to-b', { template, from: 'crm' });
    expect(output).toMatchObject({ standIns: [{ file: 'sources/crm.yaml', key: 'url' }] });
    expect(await readFile(join(mappings, 'sources/crm.yaml'), 'utf8')).toContain('example.com/crm #');
    await expect(
      make('b-to-c', { template: 'github-issue-to-jira', address: 'https://relay.example.com/' }),
    ).rejects.toThrow('no part of what is made');
  });

  test('joins a source and a destination that are there, unless the source is another provider', async () => {
    await make('a-to-b', RIGHT);
    const template = 'github-issue-to-jira';
    const { output } = await make('c-to-d', { template, from: 'github', to: 'desk' });
    expect((output as { secrets: string[] }).secrets).toEqual([]);
    await expect(
      make('e-to-f', { template: 'stripe-payment-failed-to-slack', from: 'github' }),
    ).rejects.toThrow('its provider is github, not stripe');
  });

  test.each([
    ['a name that is nearly one', { template: 'github-issue-to-jirra' }, 'no starter'],
    ['events of its own', { template: 'github-issue-to-jira', events: 'push' }, 'exclude each other'],
    [
      'a URL that is a credential',
      { template: 'stripe-payment-failed-to-slack', url: 'https://hooks.slack.com/x' },
      'is a credential',
    ],
  ])('%s is refused, and nothing is written', async (_, options, said) => {
    await expect(make('a-to-b', options)).rejects.toThrow(said);
    expect(await filesBelow()).toBe(0);
  });

  test('takes an https URL where the URL is none', async () => {
    await make('a-to-b', {
      template: 'github-issue-to-jira',
      url: 'https://acme.atlassian.net/rest/api/3/issue',
    });
    const { project } = await checkProject(mappings);
    expect(project.destinations['jira']?.url).toBe('https://acme.atlassian.net/rest/api/3/issue');
  });
});
