/** Deliver's bundle as it deploys, with a door to the engine that is in it. */
export { createEngine } from '../../core/mapping/engine.ts';
export { handler } from '../../functions/deliver/index.ts';
