/** What crosses between the relay and an execution environment. Payloads are JSON text, exactly as at Lambda's runtime interface. */

/**
 * In the directory of a function's code, where compiled code is kept: seen from there, the same file has the same path in every
 * version, and what one version has compiled is there for the next.
 */
export const COMPILED = '.compiled';

export interface EnvironmentSetup {
  readonly taskRoot: string;
  /** `file.export`. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logFormat: 'JSON' | 'Text';
  /** All variables that the handler sees. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface InvokeMessage {
  readonly kind: 'invoke';
  readonly requestId: string;
  readonly event: string;
  readonly timeoutMs: number;
}

/** First of all, which function to be; then one invocation after the other. */
export type RuntimeMessage = { readonly kind: 'begin'; readonly setup: EnvironmentSetup } | InvokeMessage;

/** The shape in which Lambda reports that a function failed. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type EnvironmentMessage =
  /** The process has learnt which function it is. */
  | { readonly kind: 'begun' }
  /** Lines that the function wrote. They come before the reply or with it, so they are stored before it counts. */
  | { readonly kind: 'log'; readonly lines: readonly string[] }
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'response';
      readonly requestId: string;
      readonly body: string;
      readonly lines: readonly string[];
    }
  | {
      readonly kind: 'error';
      readonly requestId: string | undefined;
      readonly error: FunctionError;
      /** The process ends with it. */
      readonly isFatal: boolean;
    };
