/**
 * The one reader of the environment: what the stack tells a function about where it runs. Everything else that a
 * function knows is in the configuration beside its bundle.
 */
export interface FunctionEnvironment {
  readonly stage: string;
  /** `https://sqs.<region>.amazonaws.com/<account>`: with a queue's name behind it, the queue's URL. */
  readonly queueBaseUrl: string;
  /** Where bodies lie that are too large for a message. */
  readonly bodiesBucket: string;
  /** Set for receive alone, and only when some source keeps an archive. */
  readonly archiveBucket?: string;
  /** Answers in the place of the providers' hosts where keys are published; set only where a machine plays them. */
  readonly keysEndpoint?: string;
}

/** @throws Error naming every variable that is missing: a function that starts wrong must not start. */
export function readEnvironment(variables: NodeJS.ProcessEnv): FunctionEnvironment {
  const stage = variables['HOOKWRIGHT_STAGE'];
  const queueBaseUrl = variables['HOOKWRIGHT_QUEUE_BASE_URL'];
  const bodiesBucket = variables['HOOKWRIGHT_BODIES_BUCKET'];
  if (!stage || !queueBaseUrl || !bodiesBucket) {
    const missing = REQUIRED.filter(name => !variables[name]);
    throw new Error(`the function's environment lacks ${missing.join(' and ')}; the stack sets them`);
  }
  const archiveBucket = variables['HOOKWRIGHT_ARCHIVE_BUCKET'];
  const keysEndpoint = variables['HOOKWRIGHT_ENDPOINT_URL_KEYS'];
  return {
    stage,
    queueBaseUrl,
    bodiesBucket,
    ...(archiveBucket ? { archiveBucket } : {}),
    ...(keysEndpoint ? { keysEndpoint } : {}),
  };
}

const REQUIRED = ['HOOKWRIGHT_STAGE', 'HOOKWRIGHT_QUEUE_BASE_URL', 'HOOKWRIGHT_BODIES_BUCKET'] as const;

/** For a function that needs to know no queue. @throws Error when the variable is missing. */
export function readStage(variables: NodeJS.ProcessEnv): string {
  const stage = variables['HOOKWRIGHT_STAGE'];
  if (!stage) throw new Error("the function's environment lacks HOOKWRIGHT_STAGE; the stack sets it");
  return stage;
}
