/** Calls one bundle again and again in this process, and prints the processor time of a call, in microseconds. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cpuMicroseconds } from './cpuTime.ts';

const [, , directory = '', eventFile = '', batches = '', calls = ''] = process.argv;
const event: unknown = JSON.parse(readFileSync(eventFile, 'utf8'));
const write = process.stdout.write.bind(process.stdout);
// Log lines are written, and go nowhere.
process.stdout.write = () => true;
const { handler } = (await import(pathToFileURL(join(directory, 'index.mjs')).href)) as {
  handler: (event: unknown, context: unknown) => Promise<unknown>;
};
const call = async (): Promise<void> => {
  const answer = await handler(event, {
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => 60_000,
  });
  const { statusCode, batchItemFailures } = answer as { statusCode?: number; batchItemFailures?: unknown[] };
  if (statusCode !== 200 && batchItemFailures?.length !== 0) throw new Error(JSON.stringify(answer));
};
write(String(await cpuMicroseconds({ batches: Number(batches), calls: Number(calls) }, call)));
process.exit();
