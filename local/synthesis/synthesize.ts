/** Runs the CDK app as a deployment would; it leaves a cloud assembly behind, or says what is wrong. */
import { type AppProcess, startApp } from './appProcess.ts';

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

/** @param app - one that has been started and waits for its word. Default: one that is started now. */
export async function synthesize(
  options: SynthesizeOptions,
  app: AppProcess = startApp({ projectRoot: options.projectRoot }),
): Promise<Synthesis> {
  const { mappingsDirectory, outDirectory, inboxUrl, frontDoor, bundles } = options;
  const { stage = 'local', deliver = 'real' } = options;
  const context = {
    stage,
    mappings: mappingsDirectory,
    deliver,
    ...(deliver === 'inbox' && inboxUrl !== undefined && { inboxUrl }),
    ...(frontDoor !== undefined && { frontDoor }),
    ...(bundles !== undefined && { bundles }),
  };
  const { exitCode, printed } = await app.run({
    CDK_OUTDIR: outDirectory,
    CDK_CONTEXT_JSON: JSON.stringify(context),
  });
  if (exitCode === 0) return { kind: 'assembly' };
  const how = exitCode ?? 'a signal';
  return { kind: 'refused', errors: printed === '' ? `infra/app.ts ended with ${how}` : printed };
}
