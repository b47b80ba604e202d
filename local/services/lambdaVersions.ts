/** Lambda, the calls that a rollback takes: read the versions of a function, and move its alias. */
import { arn } from '../account.ts';
import type { FunctionVersions, Published } from '../functions/functionVersions.ts';
import type { Service, ServiceRequest, ServiceResponse } from './awsEndpoint.ts';

export interface LambdaVersionsOptions {
  readonly versions: FunctionVersions;
  /** False when there is no such version. */
  readonly putInForce: (functionName: string, version: number) => Promise<boolean>;
}

interface Operation {
  readonly name: string;
  readonly resource: string;
  readonly run: () => Promise<ServiceResponse> | ServiceResponse;
}

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/(?:versions|aliases\/([^/]+))$/;

export function lambdaVersionsService(options: LambdaVersionsOptions): Service {
  return {
    action: request => operationOf(request, options),
    answer: request => operationOf(request, options)?.run() ?? notFound('the call'),
  };
}

function operationOf(request: ServiceRequest, options: LambdaVersionsOptions): Operation | undefined {
  const [, name, alias] = PATH.exec(decodeURIComponent(request.url.pathname)) ?? [];
  if (name === undefined) return undefined;
  const resource = arn('lambda', `function:${name}`);
  const published = options.versions.of(name);
  const answered = (answer: (known: Published) => Promise<ServiceResponse> | ServiceResponse) => () =>
    published === undefined ? notFound(resource) : answer(published);
  if (alias === undefined) {
    return request.method === 'GET'
      ? { name: 'lambda:ListVersionsByFunction', resource, run: answered(known => list(name, known)) }
      : undefined;
  }
  switch (request.method) {
    case 'GET':
      return {
        name: 'lambda:GetAlias',
        resource,
        run: answered(({ live }) => describe(resource, alias, live)),
      };
    case 'PUT': {
      const version = Number(request.body['FunctionVersion']);
      return {
        name: 'lambda:UpdateAlias',
        resource,
        run: answered(async () =>
          (await options.putInForce(name, version))
            ? describe(resource, alias, version)
            : notFound(`${resource}:${version}`),
        ),
      };
    }
    default:
      return undefined;
  }
}

const describe = (resource: string, Name: string, version: number): ServiceResponse => ({
  status: 200,
  body: { AliasArn: `${resource}:${Name}`, Name, FunctionVersion: String(version) },
});

const list = (name: string, { versions }: Published): ServiceResponse => ({
  status: 200,
  body: {
    Versions: [
      { FunctionName: name, Version: '$LATEST' },
      ...versions.map(({ version, description, publishedAt }) => ({
        FunctionName: name,
        Version: String(version),
        Description: description,
        // As Lambda writes it.
        LastModified: new Date(publishedAt).toISOString().replace('Z', '+0000'),
      })),
    ],
  },
});

const notFound = (what: string): ServiceResponse => ({
  status: 404,
  body: { Type: 'User', Message: `Function not found: ${what}` },
  headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
});
