import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../cli/commands/catalog.ts';
import { check } from '../../cli/commands/check.ts';
import { tryRoute } from '../../cli/commands/try.ts';
import { runCommand } from './runCommand.ts';

let folder: string;
let mappings: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookwright-cli-'));
  mappings = join(folder, 'mappings');
  await cp('mappings', mappings, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('hookwright check', () => {
  it('passes the shipped mappings, runs their examples and prints each promise', async () => {
    const { exitCode, stdout } = await runCommand('check', '--json');
    const output = check.output.parse(JSON.parse(stdout)) as {
      ok: boolean;
      examples: number;
      routes: unknown[];
    };
    expect(exitCode).toBe(0);
    expect(output).toMatchObject({ ok: true, problems: [] });
    expect(output.routes).toHaveLength(5);
    expect(output.examples).toBeGreaterThanOrEqual(50);
    expect((await runCommand('check')).stdout).toContain('13 attempts over 28 h');
  });

  it('names file, line and column of every mistake at once, and exits with 1', async () => {
    const broken = join(folder, 'broken');
    await cp('mappings', broken, { recursive: true });
    await writeFile(
      join(broken, 'sources/github.yaml'),
      'provider: githob\nsecret: sources/github\nowner: me\n',
    );
    await writeFile(join(broken, 'shopify-order-to-ledger/mapping.jsonata'), '{\n  "a": 1\n  "b": 2\n}');
    const { exitCode, stdout } = await runCommand('check', '--mappings', broken);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('broken/sources/github.yaml:1:1 error unknown-provider');
    expect(stdout).toContain('did you mean "github"?');
    expect(stdout).toMatch(/broken\/shopify-order-to-ledger\/mapping\.jsonata:3:\d+ error mapping-syntax/);
  });

  it('reports an example whose expectation no longer holds by path', async () => {
    const changed = join(folder, 'changed');
    await cp('mappings', changed, { recursive: true });
    const file = join(changed, 'stripe-invoice-to-ledger/examples/01-typical.output.json');
    const output = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...output, currency: 'XXX' }));
    const { exitCode, stdout } = await runCommand('check', '--mappings', changed);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('01-typical.output.json error example-failed');
    expect(stdout).toContain('/currency: expected "XXX", got "USD"');
  });
});

describe('hookwright try', () => {
  const input = 'mappings/github-issue-to-ops-chat/examples/01-typical.input.json';

  it('prints what the mapping makes of an input', async () => {
    const { exitCode, stdout } = await runCommand('try', 'github-issue-to-ops-chat', input, '--json');
    expect(exitCode).toBe(0);
    expect(tryRoute.output.parse(JSON.parse(stdout))).toMatchObject({
      result: 'body',
      body: { unfurl_links: false },
    });
  });

  it('says that the filter drops an event', async () => {
    const bot = 'mappings/github-issue-to-ops-chat/examples/06-bot.input.json';
    expect((await runCommand('try', 'github-issue-to-ops-chat', bot)).stdout).toContain('dropped');
  });

  it('names the place of an error and exits with 1', async () => {
    const unbalanced = 'mappings/stripe-invoice-to-ledger/examples/09-does-not-balance.input.json';
    const { exitCode, stdout } = await runCommand('try', 'stripe-invoice-to-ledger', unbalanced);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/mapping\.jsonata:\d+:\d+ MAPPING_FAILED: /);
  });

  it('suggests the route that was meant', async () => {
    const { exitCode, stderr } = await runCommand('try', 'github-isue-to-ops-chat', input);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean "github-issue-to-ops-chat"?');
  });
});

describe('hookwright new', () => {
  it('makes a route, its source and its destination, and what it makes passes check', async () => {
    const made = await runCommand(
      ...['new', 'crm-lead-to-desk', '--from', 'crm', '--provider', 'standard-webhooks', '--to', 'desk'],
      ...['--url', 'https://desk.example.com/hooks', '--events', 'lead.created', '--owner', 'sales'],
      ...['--mappings', mappings],
    );
    expect(made.exitCode, made.stderr).toBe(0);
    const checked = await runCommand('check', '--mappings', mappings, '--json');
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true, problems: [] });
    const again = await runCommand(
      'new',
      'crm-lead-to-desk',
      '--from',
      'crm',
      '--to',
      'desk',
      '--mappings',
      mappings,
    );
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('already');
  });

  it('asks for what is missing, and without a terminal names the option', async () => {
    const { exitCode, stderr } = await runCommand(
      'new',
      'a-to-b',
      '--from',
      'github',
      '--mappings',
      mappings,
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--to is missing');
  });
});

describe('hookwright catalog', () => {
  it('draws the same map as Markdown, JSON and Mermaid', async () => {
    const { stdout } = await runCommand('catalog', '--json');
    const { map } = catalog.output.parse(JSON.parse(stdout)) as { map: { routes: { name: string }[] } };
    expect(map.routes).toHaveLength(5);
    const [markdown, mermaid] = await Promise.all([
      runCommand('catalog'),
      runCommand('catalog', '--format', 'mermaid'),
    ]);
    for (const { name } of map.routes) {
      expect(markdown.stdout).toContain(`| ${name} |`);
      expect(mermaid.stdout).toContain(`"${name}"`);
    }
  });
});

describe('generated files', () => {
  it('are the committed ones', async () => {
    const { generatedFiles } = await import('../../cli/generatedFiles.ts');
    for (const [path, text] of generatedFiles()) {
      expect(await readFile(path, 'utf8'), `${path}: run \`npm run generate\``).toBe(text);
    }
  });
});
