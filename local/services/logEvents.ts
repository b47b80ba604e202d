/** CloudWatch Logs, as far as commands write to it: CreateLogStream and PutLogEvents, into the local log groups. */
import { arn } from '../account.ts';
import type { LogGroups } from '../logGroups.ts';
import type { Service, ServiceRequest, ServiceResponse } from './awsEndpoint.ts';

const PREFIX = 'Logs_20140328.';
const ACTIONS: readonly string[] = ['CreateLogStream', 'PutLogEvents'];

export function logEventsService(logGroups: LogGroups): Service {
  /** A stream is no more than a name here, and need not outlive the process: creating it again harms nothing. */
  const streams = new Set<string>();

  const put = (group: string, stream: string, events: readonly unknown[]): ServiceResponse => {
    const messages = events.map(event => (event as { readonly message?: unknown } | null)?.message);
    if (messages.length === 0 || messages.some(message => typeof message !== 'string' || message === ''))
      return failure('InvalidParameterException', 'Log event message must not be empty.');
    logGroups.append(group, stream, messages as string[]);
    return { status: 200, body: {} };
  };

  return {
    action: ({ target, body }) => {
      const name = target.startsWith(PREFIX) ? target.slice(PREFIX.length) : '';
      return ACTIONS.includes(name)
        ? { name: `logs:${name}`, resource: arn('logs', `log-group:${String(body['logGroupName'])}:*`) }
        : undefined;
    },
    answer: ({ target, body }: ServiceRequest) => {
      const group = String(body['logGroupName'] ?? '');
      const stream = String(body['logStreamName'] ?? '');
      if (!logGroups.names().includes(group))
        return failure('ResourceNotFoundException', 'The specified log group does not exist.');
      const key = `${group} ${stream}`;
      if (target === `${PREFIX}CreateLogStream`) {
        if (streams.has(key))
          return failure('ResourceAlreadyExistsException', 'The specified log stream already exists');
        streams.add(key);
        return { status: 200 };
      }
      if (!streams.has(key))
        return failure('ResourceNotFoundException', 'The specified log stream does not exist.');
      const events = body['logEvents'];
      return put(group, stream, Array.isArray(events) ? events : []);
    },
  };
}

const failure = (type: string, message: string): ServiceResponse => ({
  status: 400,
  body: { __type: type, message },
});
