/** The runbook is what a person reads at night: each alarm has its section, and each command in it can be typed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { commandTable } from '../../cli/commands.ts';
import { destination, ofType, projectOf, resourcesFor, source } from './synthesize.ts';

const page = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');
const runbook = page('operations.md');
const deploying = page('deploy.md');

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map(text => [anchorOf(text.slice(0, text.indexOf('\n'))), text] as const),
);

const resources = resourcesFor(
  projectOf(
    [destination('ledger')],
    [
      source('stripe', {
        ...{ dedupe: { seconds: 86_400, by: 'id' }, archiveDays: 30 },
        ...{ expectEverySeconds: 6 * 3600 },
      }),
    ],
  ),
);
/** What the page writes for a name of the project above. */
const PLACEHOLDERS: Readonly<Record<string, string>> = { ledger: '<destination>', stripe: '<source>' };

const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap(type =>
  ofType(resources, type).map(
    ([, { Properties }]) => [Properties['AlarmName'], Properties['AlarmDescription']] as const,
  ),
);

describe.each(alarms)('the runbook of %s', (name, description) => {
  const anchor = /^Runbook: docs\/operations\.md#(.+)$/m.exec(description)?.[1] ?? 'none';
  const section = sections.get(anchor) ?? '';

  it('is a section that names the alarm', () => {
    expect(name.endsWith(`-${anchor}`)).toBe(true);
    const subject = name.slice('hookwright-prod-'.length, -anchor.length - 1);
    const shown = PLACEHOLDERS[subject] ?? subject;
    expect(section).toContain(`\`<stage>-${shown}-${anchor}\``);
  });

  it('says what it means, the first look, likely causes, what to do and when to escalate', () => {
    const parts = ['**Alarm**', '**First look.**', '**Likely causes.**', '\n1. ', '**Escalate** to'];
    const places = parts.map(part => section.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('begins with a command', () => {
    const firstLook = /\*\*First look\.\*\*(.*?)\*\*Likely/s.exec(section)?.[1] ?? '';
    expect(firstLook).toMatch(/`(hookwright|aws) |"ClaimFault":1/);
  });
});

it('has no section that tells of an alarm which is not there', () => {
  const told = [...runbook.matchAll(/`<stage>-(?:<destination>|<source>|[a-z]+(?:-door)?)-([a-z-]+)`/g)];
  const known = new Set(alarms.map(([, description]) => /operations\.md#(.+)$/m.exec(description)?.[1]));
  expect(told.length).toBeGreaterThan(15);
  for (const [, anchor] of told) expect(known).toContain(anchor);
});

it('links only to sections that are there', () => {
  const links = [...runbook.matchAll(/\]\(#([a-z-]+)\)/g)].map(([, anchor = '']) => anchor);
  expect(links.length).toBeGreaterThan(15);
  for (const anchor of links) expect([...sections.keys()]).toContain(anchor);
});

/** What a person would type, without what the prose puts around it. */
const typed = (program: string, text: string): string[] =>
  [...text.matchAll(new RegExp(`(?:^|\`)(?:npx --no-install )?(${program} [^\`\\n#]+)`, 'gm'))].map(
    ([, line = '']) => line.trim(),
  );

describe('each command of the relay that the runbook, the alarms and the way to deploy name', async () => {
  const lines = new Set([
    ...typed('hookwright', runbook),
    ...typed('hookwright', deploying),
    ...alarms.flatMap(([, description]) => typed('hookwright', description.replace(/^First: /m, ''))),
  ]);
  const loaded = new Map(
    await Promise.all(commandTable.map(async ({ name, load }) => [name, await load()] as const)),
  );

  test.each([...lines].sort())('%s', line => {
    const words = line.split(' ').slice(1);
    const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find(each => loaded.has(each)) ?? 'unknown';
    const command = loaded.get(name);
    expect(command, `there is no command ${words.join(' ')}`).toBeDefined();
    const flags = new Set([
      '--json',
      '--help',
      ...(command?.options ?? []).map(each => each.flags.split(' ')[0]),
    ]);
    for (const word of words.filter(each => each.startsWith('--'))) expect([...flags]).toContain(word);
    const most = name.split(' ').length + (command?.arguments.length ?? 0);
    const plain = words.findIndex(each => each.startsWith('--'));
    expect(plain === -1 ? words.length : plain).toBeLessThanOrEqual(most);
  });
});

/** The command line's own, which no call of the service stands behind. */
const OWN_OF_AWS_CLI = ['logs tail'];

describe('each command of AWS that the runbook, the alarms and the way to deploy name', () => {
  const lines = new Set([
    ...typed('aws', runbook),
    ...typed('aws', deploying),
    ...alarms.flatMap(([, description]) => typed('aws', description.replace(/^First: /m, ''))),
  ]);

  test.each([...lines].sort())('%s', async line => {
    const [, service = '', operation = ''] = line.split(' ');
    if (OWN_OF_AWS_CLI.includes(`${service} ${operation}`)) {
      expect(line).toMatch(/^aws logs tail \/\S+ --since \d+[mh]( --filter-pattern .+)?$/);
      return;
    }
    const clients: Readonly<Record<string, () => Promise<object>>> = {
      lambda: () => import('@aws-sdk/client-lambda'),
      dynamodb: () => import('@aws-sdk/client-dynamodb'),
      logs: () => import('@aws-sdk/client-cloudwatch-logs'),
      sqs: () => import('@aws-sdk/client-sqs'),
      secretsmanager: () => import('@aws-sdk/client-secrets-manager'),
    };
    const words = operation.split('-').map(word => `${word[0]?.toUpperCase()}${word.slice(1)}`);
    expect(Object.keys((await clients[service]?.()) ?? {})).toContain(`${words.join('')}Command`);
  });
});
