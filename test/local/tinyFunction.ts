/** A function of a few lines, as the local stack describes one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionDescription } from '../../local/template/description.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** @param source - an ES module that exports `handler`. */
export function tinyFunction(
  source: string,
  settings: Partial<FunctionDescription> = {},
): FunctionDescription {
  const codeDirectory = join(temporaryFolder(), 'code');
  mkdirSync(codeDirectory);
  writeFileSync(join(codeDirectory, 'index.mjs'), source);
  return {
    logicalId: 'Tiny',
    name: 'tiny',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:tiny',
    codeDirectory,
    handler: 'index.handler',
    environment: {},
    timeoutMs: 5_000,
    memoryMb: 128,
    logGroup: '/tiny',
    logFormat: 'JSON',
    ...settings,
  };
}
