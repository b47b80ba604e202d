import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Inbox, type InboxRecord } from '../../local/inbox/inbox.ts';
import { temporaryFolder } from './temporaryFolder.ts';

async function run() {
  const file = join(temporaryFolder(), 'inbox.ndjson');
  const inbox = new Inbox(file, () => new Date('2026-11-22T10:00:00Z'));
  const server = createServer((request, response) => {
    if (!inbox.handle(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    inbox.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_inbox`;
  const deliver = (destination: string, body: string | Buffer = '{}', webhookId = 'dlv_1') =>
    fetch(`${url}/${destination}`, {
      method: 'POST',
      headers: { 'webhook-id': webhookId, 'content-type': 'application/json' },
      body,
    });
  const behave = (destination: string, behaviour: object) =>
    fetch(`${url}/${destination}/behaviour`, { method: 'PUT', body: JSON.stringify(behaviour) });
  const list = async (query = ''): Promise<InboxRecord[]> =>
    (await fetch(`${url}${query}`)).json() as Promise<InboxRecord[]>;
  const onFile = (): InboxRecord[] =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
  return { url, deliver, behave, list, onFile };
}

it('has a delivery on record before it answers', async () => {
  const { deliver, onFile } = await run();
  const answer = await deliver('ledger', '{"a":"ü"}');
  expect(answer.status).toBe(200);
  expect(onFile()).toMatchObject([
    {
      destination: 'ledger',
      receivedAt: '2026-11-22T10:00:00.000Z',
      webhookId: 'dlv_1',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":"ü"}',
      isBase64Encoded: false,
      answered: { mode: 'answer', status: 200 },
    },
  ]);
});

it('lists records newest first, of one destination and up to a limit', async () => {
  const { deliver, list } = await run();
  for (const [destination, id] of [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
    ['a', '4'],
  ] as const)
    await deliver(destination, '{}', id);
  const ids = async (query: string) => (await list(query)).map(({ webhookId }) => webhookId);
  expect(await ids('')).toEqual(['4', '3', '2', '1']);
  expect(await ids('?destination=a')).toEqual(['4', '3', '1']);
  expect(await ids('/a?limit=2')).toEqual(['4', '3']);
  expect(await ids('/none')).toEqual([]);
});

it('keeps bytes that are not text', async () => {
  const { deliver, list } = await run();
  await deliver('a', Buffer.from([0xff, 0x00]));
  expect(await list()).toMatchObject([{ body: '/wA=', isBase64Encoded: true }]);
});

it('answers as it was told to, so many times, then 200 again', async () => {
  const { deliver, behave, onFile } = await run();
  expect((await behave('a', { status: 429, retryAfter: '30', times: 2 })).status).toBe(200);
  const answers = [await deliver('a'), await deliver('b'), await deliver('a'), await deliver('a')];
  expect(answers.map(({ status }) => status)).toEqual([429, 200, 429, 200]);
  expect(answers[0]?.headers.get('retry-after')).toBe('30');
  expect(onFile().map(({ answered }) => answered.status)).toEqual([429, 200, 429, 200]);
});

it('is set back by DELETE', async () => {
  const { url, deliver, behave } = await run();
  await behave('a', { status: 500 });
  await fetch(`${url}/a/behaviour`, { method: 'DELETE' });
  expect((await deliver('a')).status).toBe(200);
});

it('hangs, breaks the connection or does not stop talking when told to, with the delivery on record', async () => {
  const { url, deliver, behave, onFile } = await run();
  await behave('a', { mode: 'reset' });
  await expect(deliver('a')).rejects.toThrow('fetch failed');
  await behave('a', { mode: 'hang' });
  await expect(
    fetch(`${url}/a`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(100) }),
  ).rejects.toThrow('timeout');
  await behave('a', { mode: 'huge' });
  const huge = await deliver('a');
  const reader = huge.body?.getReader();
  let bytes = 0;
  while (bytes < 5_000_000) bytes += (await reader?.read())?.value?.length ?? Number.NaN;
  await reader?.cancel();
  expect(onFile().map(({ answered }) => answered.mode)).toEqual(['reset', 'hang', 'huge']);
});

it.each([
  [{ status: 99 }, 'status must be a whole number from 200 to 599'],
  [{ mode: 'explode' }, 'mode must be one of answer, hang, reset, huge'],
  [{ delay: 5 }, "unknown key 'delay'"],
  [{ times: 0 }, 'times must be a whole number from 1'],
])('refuses the behaviour %j', async (behaviour, problem) => {
  const { behave } = await run();
  const answer = await behave('a', behaviour);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ message: expect.stringContaining(problem) });
});
