/** What `cdk synth -c name=value` may say. */
import type { Node } from 'constructs';
import type { Problem } from '../core/files/problem.ts';
import { didYouMean } from '../core/files/suggest.ts';
import { isStageName, STAGES, type Stage, stageOf } from './stages.ts';

export interface AppContext {
  readonly stage: Stage;
  /** The integrators' folder. */
  readonly mappings: string;
  /** Where every delivery goes instead of to its destination; the local stage only. */
  readonly inboxUrl?: string;
  /** What `bundleFunctions` wrote earlier, to be used again. */
  readonly bundles?: string;
}

/**
 * | name | default | |
 * | --- | --- | --- |
 * | stage | dev | a row of stages.ts |
 * | mappings | mappings | |
 * | deliver | inbox in the local stage, real in all others | inbox needs inboxUrl |
 * | inboxUrl | | |
 * | frontDoor | as the stage's row has it | http-api or function-url; the local stage only |
 * | bundles | | made now |
 */
export function readContext(node: Node): { context?: AppContext; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const refuse = (name: string, message: string, hint?: string): undefined => {
    problems.push({
      severity: 'error',
      code: 'context',
      file: `-c ${name}`,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const text = (name: string): string | undefined => {
    const value: unknown = node.tryGetContext(name);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    return refuse(name, `${JSON.stringify(value)} is not a text`);
  };

  const stageName = text('stage') ?? 'dev';
  const mappings = text('mappings') ?? 'mappings';
  const inboxUrl = text('inboxUrl');
  const bundles = text('bundles');
  const frontDoor = text('frontDoor');
  const deliver = text('deliver') ?? (stageName === 'local' ? 'inbox' : 'real');

  const stages = Object.keys(STAGES);
  if (!isStageName(stageName)) {
    refuse(
      'stage',
      `there is no stage "${stageName}"`,
      didYouMean(stageName, stages) ?? `infra/stages.ts has: ${stages.join(', ')}`,
    );
    return { problems };
  }
  if (deliver !== 'inbox' && deliver !== 'real') refuse('deliver', `"${deliver}" is neither inbox nor real`);
  if (stageName === 'local') {
    if (deliver === 'inbox' && inboxUrl === undefined) {
      refuse(
        'inboxUrl',
        'the local stage delivers to an inbox and was not told where it is',
        'or say -c deliver=real',
      );
    }
  } else if (deliver === 'inbox' || inboxUrl !== undefined) {
    refuse(
      deliver === 'inbox' ? 'deliver' : 'inboxUrl',
      `the stage ${stageName} delivers to the destinations; only local has an inbox`,
    );
  }
  if (frontDoor !== undefined && stageName !== 'local') {
    refuse('frontDoor', `the front door of the stage ${stageName} is said in infra/stages.ts`);
  } else if (frontDoor !== undefined && !isFrontDoor(frontDoor)) {
    refuse('frontDoor', `"${frontDoor}" is neither http-api nor function-url`);
  }
  if (problems.length > 0) return { problems };
  const stage = stageOf(stageName);
  return {
    context: {
      stage:
        frontDoor !== undefined && isFrontDoor(frontDoor)
          ? { ...stage, frontDoor: { kind: frontDoor } }
          : stage,
      mappings,
      ...(deliver === 'inbox' && inboxUrl !== undefined ? { inboxUrl } : {}),
      ...(bundles === undefined ? {} : { bundles }),
    },
    problems,
  };
}

const isFrontDoor = (text: string): text is Stage['frontDoor']['kind'] =>
  text === 'http-api' || text === 'function-url';
