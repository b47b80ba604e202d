/** Secrets Manager, two actions: GetSecretValue, and PutSecretValue for `hookwright pair`. */
import { arn } from '../account.ts';
import type { SecretValues } from '../secrets/secretValues.ts';
import type { Service, ServiceResponse } from './awsEndpoint.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  'secretsmanager.GetSecretValue': 'secretsmanager:GetSecretValue',
  'secretsmanager.PutSecretValue': 'secretsmanager:PutSecretValue',
};

/** Makes a value the current one, and what was current the previous; false where secrets come from a person's file. */
export type StoreSecret = (name: string, value: string) => boolean;

/** An ARN holds the name and six characters more. */
const nameOf = (id: string): string =>
  /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.+)-\w{6}$/.exec(id)?.[1] ?? id;

/**
 * @param values - by the secret's physical name.
 * @param store - absent where nobody writes.
 */
export function secretsManagerService(
  values: () => ReadonlyMap<string, SecretValues>,
  store: StoreSecret = () => false,
): Service {
  /** Versions with labels of their own, by secret and label. They last as long as the machine runs. */
  const labelled = new Map<string, string>();

  return {
    action: ({ target, body }) => {
      const name = ACTIONS[target];
      return name === undefined
        ? undefined
        : { name, resource: secretArn(nameOf(String(body['SecretId'] ?? ''))) };
    },
    answer: ({ target, body }) => {
      const name = nameOf(String(body['SecretId'] ?? ''));
      const secret = values().get(name);
      if (target.endsWith('.PutSecretValue')) {
        const text = String(body['SecretString'] ?? '');
        const stages = (body['VersionStages'] as string[] | undefined) ?? ['AWSCURRENT'];
        for (const stage of stages) {
          if (stage !== 'AWSCURRENT') labelled.set(`${name} ${stage}`, text);
          else if (!store(name, text)) return readOnly;
        }
        return { status: 200, body: { ARN: secretArn(name), Name: name, VersionStages: stages } };
      }
      const stage = String(body['VersionStage'] ?? 'AWSCURRENT');
      const own = labelled.get(`${name} ${stage}`);
      if (secret === undefined && own === undefined) {
        return notFound("Secrets Manager can't find the specified secret.");
      }
      const value = own ?? { AWSCURRENT: secret?.current, AWSPREVIOUS: secret?.previous }[stage];
      if (value === undefined) {
        return notFound(`Secrets Manager can't find the specified secret value for staging label: ${stage}`);
      }
      return {
        status: 200,
        body: {
          ARN: secretArn(name),
          Name: name,
          VersionId: VERSION_IDS[stage] ?? '00000000-0000-4000-8000-000000000002',
          SecretString: value,
          VersionStages: [stage],
          CreatedDate: 0,
        },
      };
    },
  };
}

const VERSION_IDS: Readonly<Record<string, string>> = {
  AWSCURRENT: '00000000-0000-4000-8000-000000000001',
  AWSPREVIOUS: '00000000-0000-4000-8000-000000000000',
};

const readOnly: ServiceResponse = {
  status: 400,
  body: {
    __type: 'InvalidRequestException',
    Message: 'the secrets of this machine come from a file (--secrets): write it there',
  },
};

const secretArn = (name: string): string => arn('secretsmanager', `secret:${name}-LOCAL0`);

const notFound = (message: string): ServiceResponse => ({
  status: 400,
  body: { __type: 'ResourceNotFoundException', Message: message },
});
