/** What the integrators' files mean for the local stack: when its template changes, and what its secrets look like. */
import type { DestinationAuth } from '../core/delivery/auth/destinationAuth.ts';
import type { Project } from '../core/files/compileProject.ts';
import { deliverConfigurations, receiveConfiguration } from '../core/files/configure.ts';
import { functionName, secretId } from '../core/names.ts';
import type { Scheme } from '../core/signatures/scheme.ts';
import { rehearsalKey } from '../core/signatures/testKey.ts';
import type { SecretKind } from './secrets/secretValues.ts';

export const LOCAL_STAGE = 'local';

/** `hookwright/local/sources/github` → `sources/github` */
export const secretNameOf = (physicalName: string): string =>
  physicalName.slice(secretId(LOCAL_STAGE, '').length);

/** Two projects with the same shape have the same template: routes and mappings are configuration of the functions only. */
export const templateShape = ({ sources, destinations }: Project): string =>
  JSON.stringify([sources, destinations]);

/**
 * The text of `configuration.json` by function name.
 * @param inboxUrl - undefined to deliver to the destinations themselves.
 */
export function configurationsOf(
  project: Project,
  inboxUrl: string | undefined,
): ReadonlyMap<string, string> {
  const deliver = deliverConfigurations(project, inboxUrl === undefined ? {} : { inboxUrl });
  return new Map([
    [functionName(LOCAL_STAGE, 'receive'), JSON.stringify(receiveConfiguration(project))],
    ...[...deliver].map(
      ([shard, configuration]) =>
        [functionName(LOCAL_STAGE, 'deliver', shard), JSON.stringify(configuration)] as const,
    ),
  ]);
}

/** A made-up secret must be one that its user can read. */
export function secretKinds({ sources, destinations }: Project): ReadonlyMap<string, SecretKind> {
  const kinds = new Map<string, SecretKind>();
  for (const { secret, scheme } of Object.values(sources)) {
    if (secret === undefined) continue;
    const kind = kindForScheme(scheme);
    if (kind !== undefined) kinds.set(secret, kind);
  }
  for (const { auth } of Object.values(destinations)) {
    const kind = kindOf(auth);
    if (kind !== undefined && auth.type !== 'none') kinds.set(auth.secret, kind);
  }
  return kinds;
}

function kindForScheme(scheme: Scheme): SecretKind | undefined {
  if (scheme.kind === 'hmac' || scheme.kind === 'digest') return scheme.secretEncoding;
  if (scheme.kind === 'token') return scheme.place.kind === 'basic' ? 'user-and-password' : undefined;
  if (scheme.kind === 'coded' && scheme.module === 'plaid') return 'plaid-credentials';
  const key = rehearsalKey(scheme);
  return key === undefined ? undefined : `public-key-${key}`;
}

function kindOf(auth: DestinationAuth): SecretKind | undefined {
  switch (auth.type) {
    case 'standard-webhooks':
      return auth.version === 'v1a' ? 'whsk' : 'whsec';
    case 'hmac':
      return auth.secretEncoding;
    case 'basic':
      return 'user-and-password';
    case 'oauth2':
      return 'oauth2-client';
    case 'aws-sigv4':
      return 'aws-credentials';
    default:
      return undefined;
  }
}
