import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../cli/commands/check.ts';
import { newRoute } from '../../cli/commands/new.ts';
import { tryRoute } from '../../cli/commands/try.ts';
import { inProcess } from './inProcess.ts';
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
    expect(check.print(output)).toContain('13 attempts over 28 h');
  });

  it('names file, line and column of every mistake at once, and exits with 1', async () => {
    const broken = join(folder, 'broken');
    await cp('mappings', broken, { recursive: true });
    await writeFile(
      join(broken, 'sources/github.yaml'),
      'provider: githob\nsecret: sources/github\nowner: me\n',
    );
    await writeFile(join(broken, 'shopify-order-to-ledger/mapping.jsonata'), '{\n  "a": 1\n  "b": 2\n}');
    const { exitCode, text: stdout } = await inProcess(check, [], { mappings: broken });
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
    await writeFile(file, JSON.stringify({ ...output, currency: 'EUR' }));
    const { exitCode, text: stdout } = await inProcess(check, [], { mappings: changed });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('01-typical.output.json error example-failed');
    expect(stdout).toContain('/currency: expected "EUR", got "USD"');
  });
});

describe('hookwright try', () => {
  const route = 'github-issue-to-ops-chat';
  const run = (name: string, input: string) =>
    inProcess(tryRoute, [name, `mappings/${input}.input.json`], { mappings: 'mappings' });

  it('prints what the mapping makes of an input', async () => {
    const { exitCode, stdout } = await runCommand(
      'try',
      route,
      `mappings/${route}/examples/01-typical.input.json`,
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(tryRoute.output.parse(JSON.parse(stdout))).toMatchObject({
      result: 'body',
      body: { unfurl_links: false },
    });
  });

  it('says that the filter drops an event', async () => {
    expect(await run(route, `${route}/examples/06-bot`)).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('dropped'),
    });
  });

  it('names the place of an error and exits with 1', async () => {
    const ledger = 'stripe-invoice-to-ledger';
    expect(await run(ledger, `${ledger}/examples/09-does-not-balance`)).toMatchObject({
      exitCode: 1,
      text: expect.stringMatching(/mapping\.jsonata:\d+:\d+ MAPPING_FAILED: /),
    });
  });

  it('suggests the route that was meant', async () => {
    await expect(run('github-isue-to-ops-chat', `${route}/examples/06-bot`)).rejects.toMatchObject({
      name: 'Misuse',
      hint: 'did you mean "github-issue-to-ops-chat"?',
    });
  });

  it('says that an input cannot be read', async () => {
    await expect(run(route, 'nowhere')).rejects.toMatchObject({ name: 'Misuse' });
  });
});

describe('hookwright try --explain', () => {
  it('names the shared function in which a value was made, or was to be', async () => {
    const own = join(folder, 'shared');
    await inProcess(newRoute, ['a-to-b'], { mappings: own, template: 'github-issue-to-jira' });
    await mkdir(join(own, 'lib'));
    await writeFile(
      join(own, 'lib/about.jsonata'),
      'function($issue) {\n  { "title": $issue.title, "x": $issue.nix }\n}\n',
    );
    await writeFile(join(own, 'a-to-b/mapping.jsonata'), '{ "about": $about(payload.issue) }');
    const input = join(own, 'a-to-b/examples/01-typical.input.json');
    const explain = async (path: string) =>
      (await inProcess(tryRoute, ['a-to-b', input], { mappings: own, explain: path })).text;
    const made = await explain('about.title');
    expect(made).toContain('made at shared/lib/about.jsonata:2:14');
    expect(made).toContain('read payload.issue.title: string');
    const missing = await explain('about.x');
    expect(missing).toContain('payload.issue.nix is not there');
    expect(missing).toContain('shared/lib/about.jsonata:2:');
  });
});

describe('an input that is none', () => {
  const ROUTE = 'github-issue-to-ops-chat';
  it.each<[string, string, string | undefined, string]>([
    ['is not there', 'nowhere.json', undefined, 'there is no such file'],
    ['is no JSON, though its name says so', 'broken.json', '{"id":', '1:7 error json-syntax: the text ends'],
    ['is empty', 'empty.json', '', '1:1 error json-syntax: the text ends where a value'],
  ])('%s', async (_, name, text, said) => {
    const file = join(folder, name);
    if (text !== undefined) await writeFile(file, text);
    await expect(inProcess(tryRoute, [ROUTE, file], { mappings })).rejects.toThrow(said);
  });

  it('is a folder, or is the file that was named as a folder', async () => {
    await expect(inProcess(tryRoute, [ROUTE, mappings], { mappings })).rejects.toThrow('it is a folder');
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(inProcess(check, [], { mappings: file, cache: join(folder, 'cache') })).rejects.toThrow(
      'is a file; name a folder',
    );
    await expect(
      inProcess(newRoute, ['a-to-b'], { mappings: file, template: 'github-issue-to-jira' }),
    ).rejects.toThrow('cannot be made one');
  });
});

describe('hookwright new', () => {
  it('names what it wrote, and is refused for what is there already', async () => {
    const words = [
      ...['new', 'crm-lead-to-desk', '--from', 'crm', '--provider', 'standard-webhooks', '--to', 'desk'],
      ...['--url', 'https://desk.example.com/hooks', '--events', 'lead.created', '--owner', 'sales'],
      ...['--mappings', mappings],
    ];
    const made = await runCommand(...words);
    expect(made.exitCode, made.stderr).toBe(0);
    expect(made.stdout).toContain('hookwright try crm-lead-to-desk');
    const again = await runCommand(...words);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('already');
  });
});

describe('generated files', () => {
  it('are the committed ones', async () => {
    const { generatedFiles } = await import('../../cli/generatedFiles.ts');
    for (const [path, text] of await generatedFiles()) {
      expect(await readFile(path, 'utf8'), `${path}: run \`npm run generate\``).toBe(text);
    }
  });
});
