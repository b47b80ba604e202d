/**
 * The functions as Lambda runs them, the SDK inside. The bytes depend on the sources alone, not on
 * the stage and not on where they are written, so that what was tested is what is deployed.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { eagerFunctions } from './eagerFunctions.ts';

const ROOT = join(import.meta.dirname, '..');

/** Where the output pretends to be: source maps hold paths relative to it. Nothing is written there. */
const NOMINAL_OUTPUT = join(ROOT, 'bundle');

/** CommonJS packages inside an ES module call `require` for Node's own modules, which ES modules do not have. */
const REQUIRE_FOR_COMMONJS =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * Writes `receive/index.mjs`, `deliver/index.mjs`, `keeper/index.mjs` with source maps. What a function imports only
 * when it is needed is in files of its own beside it.
 *
 * @returns esbuild's account of what went into each bundle, and how much of it.
 */
export async function bundleFunctions(outDirectory: string): Promise<Metafile> {
  const accounts = await Promise.all(
    ['receive', 'deliver', 'keeper'].map(role =>
      bundleFunction(`functions/${role}/index.ts`, role, outDirectory),
    ),
  );
  return {
    inputs: Object.assign({}, ...accounts.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...accounts.map(({ outputs }) => outputs)),
  };
}

/** Writes `NAME/index.mjs` and what goes with it. @param entry - below the project's root. */
export async function bundleFunction(entry: string, name: string, outDirectory: string): Promise<Metafile> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: { index: entry },
    outdir: join(NOMINAL_OUTPUT, name),
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_FOR_COMMONJS },
    minify: true,
    plugins: [eagerFunctions],
    legalComments: 'none',
    sourcemap: 'linked',
    // Stack traces need lines and columns only; the text is in version control.
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
  });
  for (const file of result.outputFiles) {
    const target = join(outDirectory, relative(NOMINAL_OUTPUT, file.path));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, file.contents);
  }
  return result.metafile;
}
