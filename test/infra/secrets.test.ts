import { describe, expect, it } from 'vitest';
import { allowedToFunction } from './policies.ts';
import {
  destination,
  functionOf,
  ofType,
  projectOf,
  resourcesFor,
  resourcesOf,
  source,
  stackFor,
} from './synthesize.ts';

const secretsOf = (...args: Parameters<typeof resourcesFor>) =>
  ofType(resourcesFor(...args), 'AWS::SecretsManager::Secret').map(([, secret]) => secret);

describe('secrets', () => {
  it('are made under the names that the functions compute', () => {
    expect(secretsOf().map(secret => secret.Properties['Name'])).toEqual([
      'hookwright/prod/destinations/ledger',
      'hookwright/prod/destinations/ops-chat',
      'hookwright/prod/sources/github',
      'hookwright/prod/sources/stripe',
    ]);
  });

  it('have no value in the template, not even a generated one', () => {
    const secrets = secretsOf();
    expect(secrets).toHaveLength(4);
    for (const secret of secrets)
      expect(Object.keys(secret.Properties).sort()).toEqual(['Description', 'Name']);
  });

  it('outlive the stack and a replacement', () => {
    const secrets = secretsOf();
    expect(secrets).toHaveLength(4);
    for (const secret of secrets) {
      expect([secret.DeletionPolicy, secret.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    }
  });

  it('that several files name are one secret', () => {
    const shared = ['shared/partner'];
    const project = projectOf(
      [destination('ledger', { secrets: shared }), destination('ops-chat', { secrets: shared })],
      [source('github', { secrets: shared })],
    );
    expect(secretsOf(project).map(secret => secret.Properties['Name'])).toEqual([
      'hookwright/prod/shared/partner',
    ]);
  });

  it('that are there already are made by no stack, and read under the same names', () => {
    const resources = resourcesOf(stackFor(undefined, 'prod', undefined, { secrets: 'imported' }));
    expect(ofType(resources, 'AWS::SecretsManager::Secret')).toEqual([]);
    const readBy = (role: 'receive' | 'deliver') =>
      allowedToFunction(resources, functionOf(resources, role)[1])
        .filter(({ action }) => action === 'secretsmanager:GetSecretValue')
        .map(({ resource }) => resource);
    const arn = (name: string) =>
      `arn:aws:secretsmanager:us-east-1:000000000000:secret:hookwright/prod/${name}-??????`;
    expect(readBy('receive')).toEqual([arn('sources/github'), arn('sources/stripe')]);
    expect(readBy('deliver')).toEqual([arn('destinations/ledger'), arn('destinations/ops-chat')]);
  });
});
