/**
 * Loaded before infra/app.ts: loads what the app imports, which takes most of a synth's time and is the same for each, and
 * then waits until the relay says what is to be synthesized. The app itself begins only after it.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const APP = resolve('infra/app.ts');

// Whoever waits for the assembly is gone.
process.on('disconnect', () => process.exit(1));
const word = new Promise<Record<string, string>>(heard => {
  process.once('message', message => heard(message as Record<string, string>));
});
for (const [, specifier = ''] of (await readFile(APP, 'utf8')).matchAll(/ from '(.+)';$/gm)) {
  await import(specifier.startsWith('.') ? new URL(specifier, pathToFileURL(APP)).href : specifier);
}
// biome-ignore lint/style/noProcessEnv: what the app reads is made here
Object.assign(process.env, await word);
process.send?.('begun');
// The app ends when it has nothing more to do.
process.channel?.unref();
