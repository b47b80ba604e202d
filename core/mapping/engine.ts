/**
 * Runs JSONata where nothing can run away: in a vm context of its own, under a hard time limit that also stops regular
 * expressions and built-ins. `microtaskMode: 'afterEvaluate'` makes jsonata's promises settle inside the guarded run.
 */
import { constants, createContext, Script } from 'node:vm';
import type { SourceText } from '../configuration.ts';
import { shortDigest } from '../ids.ts';
import { type GuestAnswer, type GuestGlobal, type GuestLimits, type GuestRequest, guest } from './guest.ts';
import { explainGuestError, type MappingError } from './mappingError.ts';
import { OutOfTime, withinTimeLimit } from './timeLimit.ts';

export type Evaluation =
  | { readonly kind: 'value'; readonly json: string }
  /** The expression yielded nothing. */
  | { readonly kind: 'undefined' }
  | { readonly kind: 'error'; readonly error: MappingError };

export interface EngineOptions {
  /** The text of `jsonata.min.js`: the bundle carries it as a file beside the code. */
  readonly jsonataSource: string;
  /** Milliseconds that one evaluation may take, input parsing included. Default 100. */
  readonly evaluationLimitMs?: number;
}

/** A mapping is the integrator's own text, parsed once: its limit only catches an absurd one. */
const COMPILE_LIMIT_MS = 2_000;
const DEFAULT_EVALUATION_LIMIT_MS = 100;

/**
 * With these and 250 ms, every known attack stays below 300 MB; a destination takes no output of more than 1 MiB
 * anyway.
 */
const LIMITS: GuestLimits = { sequence: 100_000, padWidth: 10_000, output: 4 * 1024 * 1024 };

const serve = new Script('serve()', { filename: 'hookwright-serve.js' });

export interface EngineInput {
  /** JSON text: `{"payload": …, "headers": …, "event": …}`. */
  readonly json: string;
  /** Milliseconds since the epoch, for `$now()` and `$millis()`. */
  readonly now: number;
}

export interface Engine {
  /** Milliseconds that one evaluation may take, and all that is done for one delivery together. */
  readonly limitMs: number;
  /** The error of a text that does not compile, or undefined. */
  compile(text: SourceText): MappingError | undefined;
  evaluate(text: SourceText, input: EngineInput): Evaluation;
}

export function createEngine(options: EngineOptions): Engine {
  const evaluationLimitMs = options.evaluationLimitMs ?? DEFAULT_EVALUATION_LIMIT_MS;
  const boot = new Script(`${options.jsonataSource}\n;(${guest.toString()})(globalThis);`, {
    filename: 'hookwright-guest.js',
  });
  let room: { scope: GuestGlobal; compiled: Map<string, GuestAnswer> } | undefined;

  const enter = () => {
    if (room !== undefined) return room;
    // An ordinary global: one that is backed by an object of ours looks every variable up through interceptors, which
    // makes a mapping four times slower.
    const scope = createContext(constants.DONT_CONTEXTIFY, {
      microtaskMode: 'afterEvaluate',
      codeGeneration: { strings: false, wasm: false },
    }) as GuestGlobal;
    boot.runInContext(scope);
    room = { scope, compiled: new Map() };
    return room;
  };

  /** Undefined when the time limit struck. What the context still had to do is thrown away with it. */
  const ask = (
    text: SourceText,
    request: GuestRequest,
    limitMs: number,
    input = '',
  ): GuestAnswer | undefined => {
    const entered = enter();
    const { scope } = entered;
    scope.request = JSON.stringify(request);
    scope.input = input;
    // Whoever is cut off does not come back here: the room is given up first, and taken again after.
    room = undefined;
    try {
      withinTimeLimit(
        limitMs,
        () => explainGuestError(text, { kind: 'error', code: 'TIMEOUT' }),
        () => serve.runInContext(scope),
      );
    } catch (error) {
      if (error instanceof OutOfTime) return undefined;
      return { kind: 'error', code: error instanceof RangeError ? 'TOO_DEEP' : 'UNEXPECTED' };
    }
    room = entered;
    const { answer } = scope;
    return typeof answer !== 'string' || answer === '' ? undefined : (JSON.parse(answer) as GuestAnswer);
  };

  /** Hashing a mapping costs as much as running a small one. */
  const ids = new WeakMap<SourceText, string>();
  const idOf = (text: SourceText): string => {
    const id = ids.get(text) ?? shortDigest(text.text);
    ids.set(text, id);
    return id;
  };

  const compile = (text: SourceText): MappingError | undefined => {
    const id = idOf(text);
    const { compiled } = enter();
    const answer = compiled.get(id) ??
      ask(text, { verb: 'compile', id, limits: LIMITS, text: text.text }, COMPILE_LIMIT_MS) ?? {
        kind: 'error',
        code: 'TIMEOUT',
      };
    compiled.set(id, answer);
    // The same text may stand in two files: each has its own places.
    return answer.kind === 'error' ? explainGuestError(text, answer) : undefined;
  };

  return {
    limitMs: evaluationLimitMs,
    compile,
    evaluate(text, input) {
      const problem = compile(text);
      if (problem !== undefined) return { kind: 'error', error: problem };
      const request: GuestRequest = {
        verb: 'evaluate',
        id: idOf(text),
        now: input.now,
        limits: LIMITS,
      };
      const answer = ask(text, request, evaluationLimitMs, input.json);
      switch (answer?.kind) {
        case undefined:
          return { kind: 'error', error: explainGuestError(text, { kind: 'error', code: 'TIMEOUT' }) };
        case 'error':
          return { kind: 'error', error: explainGuestError(text, answer) };
        case 'value':
        case 'undefined':
          return answer;
        case 'compiled':
          return { kind: 'error', error: explainGuestError(text, { kind: 'error', code: 'UNEXPECTED' }) };
        default:
          return answer satisfies never;
      }
    },
  };
}
