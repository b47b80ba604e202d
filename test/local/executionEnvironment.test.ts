import { expect, it, onTestFinished } from 'vitest';
import type { Endpoints } from '../../local/account.ts';
import { RuntimeProcesses } from '../../local/environment/runtimeProcesses.ts';
import { FunctionPool, type InvocationMetrics } from '../../local/functions/functionPool.ts';
import type { FunctionDescription } from '../../local/template/description.ts';
import { tinyFunction } from './tinyFunction.ts';

const ENDPOINTS: Endpoints = {
  sqs: 'http://sqs',
  secretsmanager: 'http://secrets',
  lambda: 'http://lambda',
  logs: 'http://logs',
  dynamodb: 'http://dynamodb',
  s3: 'http://s3',
  keys: 'http://keys',
};

function pool(description: FunctionDescription) {
  const lines: string[] = [];
  const metrics: InvocationMetrics[] = [];
  const running = new FunctionPool({
    description,
    endpoints: ENDPOINTS,
    processes: new RuntimeProcesses(),
    onLog: (_group, _stream, written) => lines.push(...written),
    onInvocation: measured => metrics.push(measured),
    now: Date.now,
  });
  onTestFinished(() => running.stop(0));
  const invoke = async (event: unknown = {}): Promise<unknown> => {
    const result = await running.invoke(JSON.stringify(event));
    return result.kind === 'response' ? JSON.parse(result.body) : result;
  };
  return { running, lines, metrics, invoke };
}

it('calls the handler with the event and the context', async () => {
  const { invoke } = pool(
    tinyFunction(
      `export const handler = async (event, context) => ({ event, name: context.functionName, memory: context.memoryLimitInMB,
         id: context.awsRequestId.length, left: context.getRemainingTimeInMillis() > 4000 });`,
    ),
  );
  expect(await invoke({ a: [1] })).toEqual({
    event: { a: [1] },
    name: 'tiny',
    memory: '128',
    id: 36,
    left: true,
  });
});

it("sees the template's environment, what Lambda sets and nothing of this machine", async () => {
  const { invoke } = pool(
    tinyFunction('export const handler = async () => process.env', {
      environment: { HOOKWRIGHT_STAGE: 'local' },
    }),
  );
  const environment = (await invoke()) as Record<string, string>;
  expect(environment).toMatchObject({
    HOOKWRIGHT_STAGE: 'local',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'tiny',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_ENDPOINT_URL_SQS: 'http://sqs',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://secrets',
    TZ: ':UTC',
  });
  const known = /^(HOOKWRIGHT_STAGE|HOOKWRIGHT_ENDPOINT_URL_KEYS|AWS_.*|LAMBDA_TASK_ROOT|LANG|TZ|_HANDLER)$/;
  expect(Object.keys(environment).filter(name => !known.test(name))).toEqual([]);
});

it('hands over every line before the reply, raw from stdout and in JSON from console', async () => {
  const { invoke, lines } = pool(
    tinyFunction(`export const handler = async () => {
      process.stdout.write('{"wide":');
      process.stdout.write('1}\\nsecond\\n');
      console.warn('careful %d', 7);
      console.debug('hidden');
      process.stdout.write('no line break');
    };`),
  );
  expect(await invoke()).toBeNull();
  expect(lines.filter((_, index) => index !== 2)).toEqual(['{"wide":1}', 'second', 'no line break']);
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({
    level: 'WARN',
    message: 'careful 7',
    requestId: expect.any(String),
  });
});

it('reports what the handler threw, and lives on', async () => {
  const { invoke, lines } = pool(
    tinyFunction(`let calls = 0;
      export const handler = async event => { calls += 1; if (event.fail) throw new RangeError('too far'); return calls; };`),
  );
  expect(await invoke({ fail: true })).toMatchObject({
    kind: 'error',
    error: { errorType: 'RangeError', errorMessage: 'too far' },
  });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'ERROR',
    message: { errorType: 'RangeError', errorMessage: 'too far' },
  });
  expect(await invoke()).toBe(2);
});

it.each([
  ['a loop that never ends', 'for (;;);'],
  ['a promise that never settles', 'await new Promise(() => {});'],
])('ends %s when its time is up, and starts anew', async (_, code) => {
  const { invoke, metrics } = pool(
    tinyFunction(
      `let calls = 0; export const handler = async event => { calls += 1; if (event.hang) { ${code} } return calls; };`,
      { timeoutMs: 300 },
    ),
  );
  expect(await invoke()).toBe(1);
  const startedAt = performance.now();
  expect(await invoke({ hang: true })).toMatchObject({
    kind: 'timeout',
    error: { errorMessage: expect.stringContaining('Task timed out after 0.30 seconds') },
  });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(await invoke()).toBe(1);
  expect(metrics.map(({ outcome }) => outcome)).toEqual(['response', 'timeout', 'response']);
});

it('ends a function that takes more memory than it has, and starts anew', async () => {
  const { invoke } = pool(
    tinyFunction(`export const handler = async event => {
      const kept = [];
      while (event.grow) kept.push(new Array(10_000).fill({ a: Math.random() }));
      return 'fine';
    };`),
  );
  expect(await invoke({ grow: true })).toMatchObject({
    kind: 'error',
    error: { errorMessage: 'Runtime exited with error: signal: aborted' },
  });
  expect(await invoke()).toBe('fine');
});

it.each([
  [
    'process.exit(3)',
    { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 3' },
  ],
  [
    "setTimeout(() => { throw new TypeError('late'); }); await new Promise(() => {})",
    { errorType: 'TypeError', errorMessage: 'late' },
  ],
  [
    "Promise.reject(new Error('unheard')); await new Promise(() => {})",
    { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'unheard' },
  ],
])('replaces an environment that ended itself with %s', async (code, error) => {
  const { invoke } = pool(
    tinyFunction(`export const handler = async event => { if (event.crash) { ${code} } return 'fine'; };`),
  );
  expect(await invoke({ crash: true })).toMatchObject({ kind: 'error', error });
  expect(await invoke()).toBe('fine');
});

it.each([
  [
    'a handler file that is not there',
    tinyFunctionLater('export const handler = 1', { handler: 'main.handler' }),
    'Runtime.ImportModuleError',
    "Cannot find module 'main'",
  ],
  [
    'an export that is not there',
    tinyFunctionLater('export const other = 1'),
    'Runtime.HandlerNotFound',
    'index.handler is undefined or not exported',
  ],
  [
    'code that throws when it is imported',
    tinyFunctionLater("throw new Error('lacks HOOKWRIGHT_STAGE')"),
    'Error',
    'lacks HOOKWRIGHT_STAGE',
  ],
  [
    'an import that is not in the bundle',
    tinyFunctionLater("import 'not-bundled'"),
    'Error',
    "Cannot find package 'not-bundled'",
  ],
  ['code that is no JavaScript', tinyFunctionLater('export const = 1'), 'SyntaxError', 'Unexpected token'],
])('says at the start what is wrong with %s', async (_, make, errorType, message) => {
  const error = await pool(make()).running.warmUp();
  expect(error).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
});

function tinyFunctionLater(
  source: string,
  settings: Partial<FunctionDescription> = {},
): () => FunctionDescription {
  return () => tinyFunction(source, settings);
}

it('runs one invocation at a time in an environment, and at most eight environments', async () => {
  const { invoke } = pool(
    tinyFunction(`import { pid } from 'node:process';
      let busy = 0;
      export const handler = async () => {
        busy += 1;
        const together = busy;
        await new Promise(resolve => setTimeout(resolve, 60));
        busy -= 1;
        return { together, pid };
      };`),
  );
  const answers = (await Promise.all(Array.from({ length: 40 }, () => invoke()))) as {
    together: number;
    pid: number;
  }[];
  expect(Math.max(...answers.map(({ together }) => together))).toBe(1);
  const environments = new Set(answers.map(({ pid }) => pid)).size;
  expect(environments).toBeGreaterThan(1);
  expect(environments).toBeLessThanOrEqual(8);
});

it('uses a warm environment again', async () => {
  const { invoke } = pool(tinyFunction('let calls = 0; export const handler = async () => (calls += 1);'));
  expect([await invoke(), await invoke(), await invoke()]).toEqual([1, 2, 3]);
});

it('puts a new version in force without a gap, while what is running finishes in the old one', async () => {
  const first = tinyFunction(
    "export const handler = async event => { if (event.slow) await new Promise(r => setTimeout(r, 300)); return 'old'; };",
  );
  const second = tinyFunction("export const handler = async () => 'new';");
  const { running, invoke } = pool(first);
  await running.warmUp();
  const slow = invoke({ slow: true });
  const version = await running.prepare(second);
  expect(version.error).toBeUndefined();
  version.commit();
  expect(await invoke()).toBe('new');
  expect(await slow).toBe('old');
  await running.retired();
  expect(running.description).toBe(second);
});

it('keeps the old version when the new one cannot start', async () => {
  const { running, invoke } = pool(tinyFunction("export const handler = async () => 'old';"));
  await running.warmUp();
  const version = await running.prepare(tinyFunction("throw new Error('broken')"));
  expect(version.error).toMatchObject({ errorMessage: 'broken' });
  version.discard();
  expect(await invoke()).toBe('old');
});
