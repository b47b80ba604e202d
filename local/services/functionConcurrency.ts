/**
 * Lambda's reserved concurrency of a function, set and taken away by its real calls. At 0 a function is switched off, which
 * is how somebody stops one in an emergency and how a drill has it throttled.
 */
import type { Service, ServiceRequest, ServiceResponse } from './awsEndpoint.ts';

const PATH = /^\/2017-10-31\/functions\/([^/]+)\/concurrency$/;

/** @param limit - false when there is no such function. */
export function functionConcurrencyService(
  limit: (functionName: string, invocations: number | undefined) => boolean,
): Service {
  return {
    action: request => {
      const name = functionOf(request);
      const action = { PUT: 'PutFunctionConcurrency', DELETE: 'DeleteFunctionConcurrency' }[request.method];
      return name === undefined || action === undefined
        ? undefined
        : { name: `lambda:${action}`, resource: name };
    },
    answer: request => answer(request, limit),
  };
}

function answer(
  request: ServiceRequest,
  limit: (functionName: string, invocations: number | undefined) => boolean,
): ServiceResponse {
  const name = functionOf(request) ?? '';
  const wanted = request.body['ReservedConcurrentExecutions'];
  if (request.method === 'DELETE') return limit(name, undefined) ? { status: 204 } : notFound(name);
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 0) {
    return failure(
      400,
      'InvalidParameterValueException',
      'ReservedConcurrentExecutions must be a whole number from 0',
    );
  }
  return limit(name, wanted)
    ? { status: 200, body: { ReservedConcurrentExecutions: wanted } }
    : notFound(name);
}

const functionOf = ({ url }: ServiceRequest): string | undefined => {
  const name = PATH.exec(decodeURIComponent(url.pathname))?.[1];
  return name?.slice(name.lastIndexOf(':') + 1);
};

const notFound = (name: string): ServiceResponse =>
  failure(404, 'ResourceNotFoundException', `Function not found: ${name}`);

const failure = (status: number, type: string, message: string): ServiceResponse => ({
  status,
  body: { Type: 'User', Message: message },
  headers: { 'x-amzn-errortype': type },
});
