/**
 * Lambda's Node.js runtime in a process of its own: waits to be told which function it is, imports the handler of the
 * deployed bundle, then runs one event after the other. It sees the environment that the template gives the function and
 * nothing else of this machine's.
 */
import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { captureOutput } from './functionOutput.ts';
import {
  COMPILED,
  type EnvironmentMessage,
  type EnvironmentSetup,
  type FunctionError,
  type InvokeMessage,
  type RuntimeMessage,
} from './protocol.ts';

const NODES_OWN = [
  ...[
    'node:buffer',
    'node:child_process',
    'node:crypto',
    'node:dns',
    'node:fs/promises',
    'node:http',
    'node:https',
  ],
  ...['node:net', 'node:os', 'node:stream', 'node:util', 'node:vm', 'node:zlib'],
];

type Handler = (event: unknown, context: Readonly<Record<string, unknown>>) => unknown;

const channel = process.send?.bind(process);
if (channel === undefined) throw new Error('the Lambda runtime is started by the local stack');
// The handler's world has no parent.
delete process.send;
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal; this one ends when the relay, which drains first, lets go of it.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

const send = (message: EnvironmentMessage, sent?: () => void): void => {
  channel(message, undefined, undefined, sent);
};
await loadNodesOwn();
const setup = await untilBegun();
enter(setup);
send({ kind: 'begun' });

let requestId: string | undefined;
/** What was written in this turn of the event loop: it travels with the reply when that is in the same turn, as it mostly is. */
let unsent: string[] = [];
const takeUnsent = (): readonly string[] => {
  const lines = unsent;
  unsent = [];
  return lines;
};
const sendLines = (): void => {
  if (unsent.length > 0) send({ kind: 'log', lines: takeUnsent() });
};
const output = captureOutput(process, console, {
  format: setup.logFormat,
  requestId: () => requestId,
  write: lines => {
    if (unsent.length === 0) setImmediate(sendLines);
    unsent.push(...lines);
  },
  now: () => new Date(),
});

/** @param exitCode - of the runtime when the failure is the process's end. */
function fail(error: FunctionError, exitCode?: number): void {
  output.flush();
  output.report('ERROR', {
    errorType: error.errorType,
    errorMessage: error.errorMessage,
    stackTrace: error.trace,
  });
  const isFatal = exitCode !== undefined;
  sendLines();
  send({ kind: 'error', requestId, error, isFatal }, isFatal ? () => process.exit(exitCode) : undefined);
}

/** An error that nobody awaited ends the process, with the runtime's own exit codes. */
process.on('uncaughtException', error => fail(functionError(error), 129));
process.on('unhandledRejection', reason =>
  fail({ ...functionError(reason), errorType: 'Runtime.UnhandledPromiseRejection' }, 128),
);

try {
  const handler = await loadHandler();
  process.on('message', (message: RuntimeMessage) => {
    if (message.kind === 'invoke') void invoke(handler, message);
  });
  send({ kind: 'ready' });
  // So that the next environment compiles nothing again, even if this one is killed.
  flushCompileCache();
} catch (error) {
  fail(functionError(error), 1);
}

/** What nearly every function loads of Node itself, while a spare has the time. The function sees no difference. */
async function loadNodesOwn(): Promise<void> {
  for (const name of NODES_OWN) await import(name);
}

function untilBegun(): Promise<EnvironmentSetup> {
  return new Promise(resolve => {
    process.once('message', (message: RuntimeMessage) => {
      if (message.kind === 'begin') resolve(message.setup);
    });
  });
}

/** What was in the environment before was for Node's own start. */
function enter({ taskRoot, environment }: EnvironmentSetup): void {
  process.chdir(taskRoot);
  const compiled = join(taskRoot, COMPILED);
  if (existsSync(compiled)) enableCompileCache({ directory: compiled, portable: true });
  // biome-ignore lint/style/noProcessEnv: this is where a function's environment is made
  const env = process.env;
  for (const name of Object.keys(env)) delete env[name];
  Object.assign(env, environment);
}

async function invoke(handler: Handler, message: InvokeMessage): Promise<void> {
  requestId = message.requestId;
  const deadlineMs = performance.now() + message.timeoutMs;
  try {
    const result = await handler(JSON.parse(message.event), {
      functionName: setup.functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: setup.functionArn,
      memoryLimitInMB: String(setup.memoryMb),
      awsRequestId: message.requestId,
      logGroupName: setup.logGroup,
      logStreamName: setup.logStream,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadlineMs - performance.now())),
    });
    const body = JSON.stringify(result) ?? 'null';
    output.flush();
    send({ kind: 'response', requestId: message.requestId, body, lines: takeUnsent() });
  } catch (error) {
    fail(functionError(error));
  }
}

async function loadHandler(): Promise<Handler> {
  const [, module = '', path = ''] = /^([^.]+)\.(.+)$/.exec(basename(setup.handler)) ?? [];
  const base = join(setup.taskRoot, dirname(setup.handler), module);
  const file = ['.js', '.mjs', '.cjs'].map(extension => base + extension).find(existsSync);
  if (file === undefined) {
    throw Object.assign(new Error(`Cannot find module '${module}' in ${setup.taskRoot}`), {
      name: 'Runtime.ImportModuleError',
    });
  }
  let found: unknown = await import(pathToFileURL(file).href);
  for (const step of path.split('.')) found = (found as Record<string, unknown> | undefined)?.[step];
  if (typeof found !== 'function') {
    throw Object.assign(new Error(`${setup.handler} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return found as Handler;
}

function functionError(error: unknown): FunctionError {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}
