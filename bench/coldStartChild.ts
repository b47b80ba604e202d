/** Imports one bundle in this fresh process, calls it once, and prints how long the two took. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , directory = '', eventFile = ''] = process.argv;
const event: unknown = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = { awsRequestId: 'first', getRemainingTimeInMillis: () => 10_000 };
const file = pathToFileURL(join(directory, 'index.mjs')).href;
// The function's own log line is not the answer.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

const startedAt = performance.now();
const { handler } = (await import(file)) as {
  handler: (event: unknown, context: unknown) => Promise<unknown>;
};
const importedAt = performance.now();
const answer = (await handler(event, context)) as { statusCode?: number };
const answeredAt = performance.now();

write(
  JSON.stringify({
    status: answer.statusCode,
    importMs: importedAt - startedAt,
    firstCallMs: answeredAt - importedAt,
  }),
);
process.exit();
