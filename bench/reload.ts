/**
 * From a save in the mappings folder until it is in force in `hookwright dev`: a mapping that gives something else, and a
 * destination with a route that were not there. A webhook is posted again and again, and the first one to be delivered
 * as the new files say ends the wait; so the way through the relay is part of the figure.
 */
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSourceSecret } from '../cli/postWebhook.ts';
import { type BenchResult, printResult } from './figures.ts';
import { loadGithubIssue } from './githubIssue.ts';
import { readInbox } from './inboxRecords.ts';
import { median } from './percentiles.ts';
import { keptConnections, postRequest } from './postRequest.ts';
import { readOptions } from './readOptions.ts';
import { startRelayProcess } from './relayProcess.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

const POST_EVERY_MS = 25;
/** What one of the last posts led to is among these. */
const NEWEST = 5;
/** From a delivery to the next save: nobody edits faster, and by then the relay is at rest. */
const PAUSE_MS = 3_000;
const GIVE_UP_MS = 30_000;

export async function measureReload({ rounds }: { readonly rounds: number }): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('reload');
  const mappings = join(folder.path, 'mappings');
  await cp('mappings', mappings, { recursive: true });
  const { source, route, body, headers } = await loadGithubIssue();
  const relay = await startRelayProcess({ dataDirectory: join(folder.path, 'data'), port: 0, mappings });
  try {
    const secret = (await readSourceSecret(relay.stage, source)) ?? '';
    const signed = headers(secret, '');
    const agent = keptConnections(4);
    const post = async (): Promise<void> => {
      const posted = { ...signed, 'x-github-delivery': randomUUID() };
      const { status } = await postRequest(agent, `${relay.frontDoor}/${source.name}`, posted, body);
      if (status !== 200) throw new Error(`the relay answered ${status}`);
    };
    /** Milliseconds until a delivery with the mark has come to the inbox. */
    const until = async (destination: string, mark: string): Promise<number> => {
      const savedAt = Date.now();
      while (Date.now() - savedAt < GIVE_UP_MS) {
        await post();
        await sleep(POST_EVERY_MS);
        const records = await readInbox(`${relay.inbox}/${destination}`, NEWEST);
        const first = records.find(({ body: delivered }) => delivered.includes(mark));
        if (first !== undefined) {
          await sleep(PAUSE_MS);
          return Date.parse(first.receivedAt) - savedAt;
        }
      }
      throw new Error(`${mark} was not in force within ${GIVE_UP_MS} ms`);
    };

    for (let warm = 0; warm < 20; warm += 1) await post();
    await sleep(PAUSE_MS);
    const mappingFile = join(mappings, route.name, 'mapping.jsonata');
    const text = await readFile(mappingFile, 'utf8');
    const reloads: number[] = [];
    const additions: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const mark = `mark-${randomUUID()}`;
      await writeFile(
        mappingFile,
        text.replace('"unfurl_links"', () => `"${mark}": true, "unfurl_links"`),
      );
      // The contract of the output would refuse the mark.
      await writeFile(join(mappings, route.name, 'output.schema.json'), '{}');
      reloads.push(await until(route.to, mark));

      const name = `desk-${round}`;
      await mkdir(join(mappings, `issue-to-${name}`));
      await writeFile(join(mappings, `issue-to-${name}`, 'mapping.jsonata'), '{ "id": payload.issue.id }');
      await writeFile(
        join(mappings, 'destinations', `${name}.yaml`),
        'url: https://desk.example.com/\nowner: bench\nrunbook: docs/operations.md\n',
      );
      await writeFile(
        join(mappings, `issue-to-${name}`, 'route.yaml'),
        `from: ${source.name}\nevents: [issues.opened]\nto: ${name}\n`,
      );
      additions.push(await until(name, '"id"'));
    }
    return {
      title: `from a save to a delivery by it in dev, median of ${rounds}`,
      figures: [
        {
          ...{ what: 'a mapping', value: median(reloads), unit: 'ms', limit: { atMost: 300 } },
          note: spread(reloads),
        },
        {
          what: 'a new destination with a route',
          value: median(additions),
          unit: 'ms',
          limit: { atMost: 2_000 },
          note: spread(additions),
        },
      ],
    };
  } finally {
    await relay.stop();
    await folder.remove();
  }
}

const spread = (values: readonly number[]): string => `${Math.min(...values)} to ${Math.max(...values)}`;

if (import.meta.main) printResult(await measureReload(readOptions({ rounds: 5 })));
