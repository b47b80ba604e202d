/**
 * Lambda's Node.js runtime in a worker thread: imports the handler of the deployed bundle, then runs one event after
 * the other. It sees the environment that the template gives the function and nothing else of this machine's.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { captureOutput } from './functionOutput.ts';
import type { EnvironmentMessage, EnvironmentSetup, FunctionError, InvokeMessage } from './protocol.ts';

type Handler = (event: unknown, context: Readonly<Record<string, unknown>>) => unknown;

const port = parentPort;
if (port === null) throw new Error('the Lambda runtime runs in a worker thread');
const setup = workerData as EnvironmentSetup;

let requestId: string | undefined;
const send = (message: EnvironmentMessage): void => port.postMessage(message);
const output = captureOutput(process, console, {
  format: setup.logFormat,
  requestId: () => requestId,
  write: lines => send({ kind: 'log', lines }),
  now: () => new Date(),
});

function fail(error: FunctionError): void {
  output.flush();
  output.report('ERROR', {
    errorType: error.errorType,
    errorMessage: error.errorMessage,
    stackTrace: error.trace,
  });
  send({ kind: 'error', requestId, error });
}

/** An error that nobody awaited ends the environment, as it ends Lambda's process. */
process.on('uncaughtException', error => {
  fail(functionError(error));
  process.exit(129);
});
process.on('unhandledRejection', reason => {
  fail({ ...functionError(reason), errorType: 'Runtime.UnhandledPromiseRejection' });
  process.exit(128);
});

try {
  const handler = await loadHandler();
  send({ kind: 'ready' });
  port.on('message', (message: InvokeMessage) => void invoke(handler, message));
} catch (error) {
  fail(functionError(error));
  process.exit(1);
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
    send({ kind: 'response', requestId: message.requestId, body });
  } catch (error) {
    fail(functionError(error));
  }
}

async function loadHandler(): Promise<Handler> {
  const [, module = '', path = ''] = /^([^.]+)\.(.+)$/.exec(basename(setup.handler)) ?? [];
  const base = join(setup.taskRoot, setup.handler.slice(0, -basename(setup.handler).length), module);
  const file = ['.js', '.mjs', '.cjs'].map(extension => base + extension).find(existsSync);
  if (file === undefined) {
    throw Object.assign(new Error(`Error: Cannot find module '${module}' in ${setup.taskRoot}`), {
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
