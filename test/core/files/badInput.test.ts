/**
 * What a platform team is most likely to get wrong: each is an error of check, and so of a synth, with place, value and rule. Of
 * a URL only the rule is told: it may be a credential.
 */
import { expect, it } from 'vitest';
import { formatProblem } from '../../../core/files/problem.ts';
import { errorsAmong } from './problems.ts';
import { compileFolder } from './projectFiles.ts';

const desk = (...lines: string[]): string =>
  ['owner: sales', 'runbook: docs/operations.md#desk', 'url: https://desk.example.com/', ...lines, ''].join(
    '\n',
  );

it.each<[string, Record<string, string>, ...string[]]>([
  [
    'a name too long for a queue',
    { [`destinations/${'d'.repeat(41)}.yaml`]: desk() },
    `destinations/${'d'.repeat(41)}.yaml`,
    `"${'d'.repeat(41)}"`,
    'at most 40',
  ],
  [
    'two of one name',
    { 'destinations/shop.yaml': desk() },
    'destinations/shop.yaml',
    '"shop"',
    'a source of the same name',
  ],
  [
    "a name that is a dead-letter queue's",
    { 'destinations/desk-dlq.yaml': desk() },
    'destinations/desk-dlq.yaml',
    '-dlq',
    "would be a dead-letter queue's",
  ],
  [
    'a schedule longer than the retention',
    { 'destinations/desk.yaml': desk('retry: { schedule: [11d] }') },
    'destinations/desk.yaml:4:',
    '11 days',
    'given up after 10',
  ],
  [
    'a deadline longer than the retention',
    { 'destinations/desk.yaml': desk('deadline: 15d') },
    'destinations/desk.yaml:4:',
    '10d at the most',
    'this is 15 d',
  ],
  [
    'a time limit that does not fit into the function',
    { 'destinations/desk.yaml': desk('timeout: 26s') },
    'destinations/desk.yaml:4:',
    '26s',
    'at most 25s',
  ],
  [
    'a concurrency that Lambda has not',
    { 'destinations/desk.yaml': desk('concurrency: 1') },
    'destinations/desk.yaml:4:',
    '1',
    '2',
  ],
  [
    'a URL in the clear',
    { 'destinations/desk.yaml': desk().replace('https', 'http') },
    'destinations/desk.yaml:3:',
    'in the clear',
    'write https://',
  ],
  [
    'a private address',
    { 'destinations/desk.yaml': desk().replace('desk.example.com', '10.1.2.3') },
    'destinations/desk.yaml:3:',
    '10.1.2.3',
    'private address',
  ],
  [
    'a period that CloudWatch refuses',
    {
      'sources/shop.yaml': 'provider: shopify\nsecret: sources/shop\nowner: sales\nexpectEvery: 8d\n',
    },
    'sources/shop.yaml:4:',
    '8 d',
    '5 min and 7 d',
  ],
  [
    'a shard that is none',
    { 'destinations/desk.yaml': desk('shard: 100') },
    'destinations/desk.yaml:4:',
    '100',
    '99',
  ],
])('%s', async (_, files, ...said) => {
  const { problems } = await compileFolder(files);
  const text = errorsAmong(problems).map(formatProblem).join('\n');
  for (const part of said) expect(text).toContain(part);
});
