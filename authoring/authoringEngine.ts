import { namesOf } from '../core/files/shared/sharedFiles.ts';
import { compileText } from '../core/mapping/compileText.ts';
import { createEngine, type Engine } from '../core/mapping/engine.ts';

let engine: Engine | undefined;

/** The engine that deploys, and with it the compiler that deploys nowhere. */
export async function authoringEngine(): Promise<Engine> {
  engine ??= createEngine({ compile: text => compileText(text, namesOf(text.shared)) });
  return engine;
}
