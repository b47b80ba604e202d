import { randomUUID } from 'node:crypto';
import { type Endpoints, REGION } from '../account.ts';
import type { FunctionDescription } from '../template/description.ts';
import { ExecutionEnvironment } from './executionEnvironment.ts';
import type { ProcessSource, RuntimeLaunch, RuntimeProcesses } from './runtimeProcesses.ts';

export interface StartEnvironmentOptions {
  readonly endpoints: Endpoints;
  readonly processes: RuntimeProcesses;
  readonly onLog: (logGroup: string, logStream: string, lines: readonly string[]) => void;
}

/** An execution environment of a function as the template describes it. */
export function startEnvironment(
  description: FunctionDescription,
  from: ProcessSource,
  { endpoints, processes, onLog }: StartEnvironmentOptions,
): ExecutionEnvironment {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${date}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
  return new ExecutionEnvironment({
    process: processes.take(launchOf(description), from),
    setup: {
      taskRoot: description.codeDirectory,
      handler: description.handler,
      functionName: description.name,
      functionArn: description.arn,
      memoryMb: description.memoryMb,
      logGroup: description.logGroup,
      logStream,
      logFormat: description.logFormat,
      environment: environmentVariables(description, logStream, endpoints),
    },
    timeoutMs: description.timeoutMs,
    onLog: (stream, lines) => onLog(description.logGroup, stream, lines),
  });
}

export const launchOf = ({ memoryMb, environment }: FunctionDescription): RuntimeLaunch => ({
  memoryMb,
  environment: { ...environment, ...LAMBDAS_OWN },
});

/** What Lambda sets for every function, and Node reads when it starts. */
const LAMBDAS_OWN = { TZ: ':UTC', LANG: 'en_US.UTF-8' };

/** The template's variables, what Lambda itself sets, and where AWS is: nothing of the shell that started the relay. */
function environmentVariables(
  description: FunctionDescription,
  logStream: string,
  endpoints: Endpoints,
): Readonly<Record<string, string>> {
  return {
    ...launchOf(description).environment,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: description.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(description.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: description.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: description.logFormat,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: description.codeDirectory,
    _HANDLER: description.handler,
    AWS_ACCESS_KEY_ID: description.name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoints.logs,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    HOOKWRIGHT_ENDPOINT_URL_KEYS: endpoints.keys,
  };
}
