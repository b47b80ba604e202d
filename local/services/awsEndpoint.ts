/**
 * One HTTP endpoint for the services that the product calls beside SQS: Secrets Manager, DynamoDB, Lambda's event source
 * mappings and tags, and CloudWatch Logs Insights, each in its real wire format, so that unmodified SDK clients work.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { principalOf } from '../principal.ts';
import { CallRecord, type ServiceCall } from './callRecord.ts';
import { listenLocally } from './localServer.ts';

export interface ServiceRequest {
  readonly method: string;
  /** Path and query, still encoded. */
  readonly url: URL;
  /** `Service.Action` of the JSON protocols; empty for REST. */
  readonly target: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ServiceResponse {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What was called, for the record; undefined when the request is not this service's. */
export interface Service {
  readonly action: (
    request: ServiceRequest,
  ) => { readonly name: string; readonly resource: string } | undefined;
  readonly answer: (request: ServiceRequest) => Promise<ServiceResponse> | ServiceResponse;
}

export interface AwsEndpoint {
  readonly url: string;
  calls(): readonly ServiceCall[];
  close(): Promise<void>;
}

const MAX_REQUEST_BYTES = 1024 * 1024;

export async function openAwsEndpoint(services: readonly Service[]): Promise<AwsEndpoint> {
  const calls = new CallRecord();
  const answer = async (request: IncomingMessage): Promise<ServiceResponse> => {
    const url = new URL(request.url ?? '/', 'http://aws');
    const serviceRequest: ServiceRequest = {
      method: request.method ?? 'GET',
      url,
      target: String(request.headers['x-amz-target'] ?? ''),
      body: await readBody(request),
    };
    for (const service of services) {
      const action = service.action(serviceRequest);
      if (action === undefined) continue;
      calls.add(principalOf(request.headers.authorization), action.name, action.resource);
      return service.answer(serviceRequest);
    }
    const asked = serviceRequest.target || `${serviceRequest.method} ${url.pathname}`;
    return {
      status: 404,
      body: { __type: 'UnknownOperationException', message: `the local stack does not answer ${asked}` },
    };
  };
  const server = createServer((request, response) => {
    answer(request)
      .catch(
        (error: unknown): ServiceResponse => ({
          status: 500,
          body: { __type: 'InternalServiceError', message: String(error) },
        }),
      )
      .then(({ status, body, headers }) => {
        const text = body === undefined ? '' : JSON.stringify(body);
        response.writeHead(status, {
          'content-type': 'application/x-amz-json-1.1',
          'content-length': Buffer.byteLength(text),
          'x-amzn-requestid': randomUUID(),
          ...headers,
        });
        response.end(text);
      });
  });
  return { ...(await listenLocally(server)), calls: () => calls.list() };
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_REQUEST_BYTES) throw new Error('the request is too large');
    chunks.push(chunk as Buffer);
  }
  return chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
}
