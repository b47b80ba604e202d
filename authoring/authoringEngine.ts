import { namesOf } from '../core/files/shared/sharedFiles.ts';
import { compileText } from '../core/mapping/compileText.ts';
import { createEngine, type Engine, type Used } from '../core/mapping/engine.ts';

let engine: Engine | undefined;

/** The engine that deploys, and with it the compiler that deploys nowhere. */
export async function authoringEngine(): Promise<Engine> {
  engine ??= meteredEngine();
  return engine;
}

/** @param spent - is told what each evaluation used. */
export const meteredEngine = (spent?: (used: Used) => void): Engine =>
  createEngine({
    compile: text => compileText(text, namesOf(text.shared)),
    ...(spent === undefined ? {} : { spent }),
  });
