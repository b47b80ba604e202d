/** Secrets Manager, one action: GetSecretValue. */
import { arn } from '../account.ts';
import type { SecretValues } from '../secretValues.ts';
import type { Service, ServiceResponse } from './awsEndpoint.ts';

const TARGET = 'secretsmanager.GetSecretValue';

/** An ARN holds the name and six characters more. */
const nameOf = (id: string): string =>
  /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.+)-\w{6}$/.exec(id)?.[1] ?? id;

/** @param values - by the secret's physical name. */
export function secretsManagerService(values: () => ReadonlyMap<string, SecretValues>): Service {
  return {
    action: ({ target, body }) =>
      target === TARGET
        ? {
            name: 'secretsmanager:GetSecretValue',
            resource: secretArn(nameOf(String(body['SecretId'] ?? ''))),
          }
        : undefined,
    answer: ({ body }) => {
      const name = nameOf(String(body['SecretId'] ?? ''));
      const stage = String(body['VersionStage'] ?? 'AWSCURRENT');
      const secret = values().get(name);
      if (secret === undefined) return notFound("Secrets Manager can't find the specified secret.");
      const value = { AWSCURRENT: secret.current, AWSPREVIOUS: secret.previous }[stage];
      if (value === undefined) {
        return notFound(`Secrets Manager can't find the specified secret value for staging label: ${stage}`);
      }
      return {
        status: 200,
        body: {
          ARN: secretArn(name),
          Name: name,
          VersionId:
            stage === 'AWSCURRENT'
              ? '00000000-0000-4000-8000-000000000001'
              : '00000000-0000-4000-8000-000000000000',
          SecretString: value,
          VersionStages: [stage],
          CreatedDate: 0,
        },
      };
    },
  };
}

const secretArn = (name: string): string => arn('secretsmanager', `secret:${name}-LOCAL0`);

const notFound = (message: string): ServiceResponse => ({
  status: 400,
  body: { __type: 'ResourceNotFoundException', Message: message },
});
