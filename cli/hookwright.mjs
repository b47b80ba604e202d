#!/usr/bin/env node
// The command's door. The project runs on Node 24, the Lambda runtime's major, which npm installs beside it; whatever
// Node opened this door only has to find that one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const NEEDED_MAJOR = 24;
// biome-ignore lint/style/noProcessEnv: dates without a zone must mean the same here as in Lambda
process.env.TZ = 'UTC';

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  // Where there is nowhere to keep it, nothing is kept.
  nodeModule.enableCompileCache?.();
  await import('./main.ts');
} else {
  const found = findNode();
  if (found === undefined) {
    console.error(`hookwright needs Node ${NEEDED_MAJOR}, and this is ${process.version}.`);
    console.error('Run `npm ci` in the project: it installs the right one beside it.');
    process.exit(2);
  }
  const child = spawn(found, [import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function findNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const binary = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
