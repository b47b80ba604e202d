/** Bundles a handler as `infra/bundle.ts` bundles the functions, so that the two can be compared. */
import { join } from 'node:path';
import { build } from 'esbuild';

/** The same options as in infra/bundle.ts. */
export async function bundleHandler(entry: string, outDirectory: string): Promise<void> {
  await build({
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: { index: entry },
    outdir: outDirectory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'silent',
  });
}
