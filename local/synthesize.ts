/** Runs the CDK app as a deployment would; it leaves a cloud assembly behind, or says what is wrong. */
import { spawn } from 'node:child_process';

export interface SynthesizeOptions {
  readonly projectRoot: string;
  readonly mappingsDirectory: string;
  /** Emptied by the app's own writing; must not be shared. */
  readonly outDirectory: string;
  /** Default: the local stage. */
  readonly stage?: string;
  /** Where the local stage's deliveries go; other stages deliver to the destinations. */
  readonly deliver?: 'inbox' | 'real';
  readonly inboxUrl?: string;
  readonly frontDoor?: 'http-api' | 'function-url';
  /** What an earlier run bundled, to be used again. */
  readonly bundles?: string;
}

export type Synthesis =
  | { readonly kind: 'assembly' }
  /** What the app printed, which names file and line. */
  | { readonly kind: 'refused'; readonly errors: string };

/** An app that hangs must not hang the relay. It takes 2 s as a rule. */
const TIMEOUT_MS = 120_000;

export function synthesize(options: SynthesizeOptions): Promise<Synthesis> {
  const { projectRoot, mappingsDirectory, outDirectory, inboxUrl, frontDoor, bundles } = options;
  const { stage = 'local', deliver = 'real' } = options;
  const context = {
    stage,
    mappings: mappingsDirectory,
    deliver,
    ...(deliver === 'inbox' && inboxUrl !== undefined && { inboxUrl }),
    ...(frontDoor !== undefined && { frontDoor }),
    ...(bundles !== undefined && { bundles }),
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['infra/app.ts'], {
      cwd: projectRoot,
      // Nothing of this shell: the template must not depend on it.
      env: {
        CDK_OUTDIR: outDirectory,
        CDK_CONTEXT_JSON: JSON.stringify(context),
        CDK_DISABLE_CLI_TELEMETRY: 'true',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: TIMEOUT_MS,
    });
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.on('error', reject);
    child.on('close', code => {
      const text = printed.trimEnd();
      if (code === 0) resolve({ kind: 'assembly' });
      else
        resolve({
          kind: 'refused',
          errors: text === '' ? `infra/app.ts ended with ${code ?? 'a signal'}` : text,
        });
    });
  });
}
