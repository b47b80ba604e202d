/**
 * Where the values of the secrets come from: a file of the developer's, or random ones that are made once and kept. The
 * template never holds a value, here or anywhere.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecretEncoding } from '../../core/signatures/scheme.ts';
import type { TestKeyKind } from '../../core/signatures/testKey.ts';
import { readJsonFile, writeJsonFile } from '../storage/jsonFile.ts';
import { publicPemOf, type TestKeys } from './testKeys.ts';

export interface SecretValues {
  readonly current: string;
  /** Still accepted while a rotation is under way. */
  readonly previous?: string;
}

/** What a secret must look like for those who use it. */
export type SecretKind =
  | SecretEncoding
  | 'whsk'
  | 'user-and-password'
  | 'oauth2-client'
  | 'aws-credentials'
  | 'plaid-credentials'
  | `public-key-${TestKeyKind}`;

export class SecretsFileError extends Error {
  override readonly name = 'SecretsFileError';
}

/**
 * Reads `{"sources/github": "value", "destinations/ops": {"current": "…", "previous": "…"}}`.
 * @throws SecretsFileError that names the file and the secret, never a value.
 */
export function readSecretsFile(file: string): ReadonlyMap<string, SecretValues> {
  const content = parsedSecrets(file);
  const values = new Map<string, SecretValues>();
  for (const [name, value] of Object.entries(content)) {
    if (typeof value === 'string') values.set(name, { current: value });
    else if (isVersions(value)) values.set(name, value);
    else throw new SecretsFileError(`${file}: ${name} must be a string or {"current": …, "previous": …}`);
  }
  return values;
}

/** Random values for the names, made on the first start that needs them and the same ever after. */
export function keptSecrets(
  file: string,
  names: readonly string[],
  kinds: ReadonlyMap<string, SecretKind>,
  testKeys: () => TestKeys,
  random: (bytes: number) => Buffer = randomBytes,
): ReadonlyMap<string, SecretValues> {
  const kept = { ...(readJsonFile(file) as Record<string, SecretValues> | undefined) };
  const missing = names.filter(name => kept[name] === undefined);
  for (const name of missing) {
    kept[name] = { current: randomSecret(kinds.get(name) ?? 'utf8', testKeys, random) };
  }
  if (missing.length > 0) writeJsonFile(file, kept);
  return new Map(Object.entries(kept));
}

/** Into the file of kept values; what was current becomes the previous version. */
export function storeSecret(file: string, name: string, value: string): void {
  const kept = { ...(readJsonFile(file) as Record<string, SecretValues> | undefined) };
  const before = kept[name]?.current;
  kept[name] = { current: value, ...(before === undefined ? {} : { previous: before }) };
  writeJsonFile(file, kept);
}

function randomSecret(kind: SecretKind, testKeys: () => TestKeys, random: (bytes: number) => Buffer): string {
  // 30 bytes make a token of exactly 40 characters.
  const token = (): string => random(30).toString('base64url');
  switch (kind) {
    case 'whsec':
      return `whsec_${random(32).toString('base64')}`;
    case 'whsk':
      return `whsk_${random(32).toString('base64')}`;
    case 'base64':
      return random(32).toString('base64');
    case 'hex':
      return random(32).toString('hex');
    case 'utf8':
    case 'sha1':
      return token();
    case 'user-and-password':
      return `hookwright:${token()}`;
    case 'oauth2-client':
      return JSON.stringify({ clientId: 'hookwright', clientSecret: token() });
    case 'aws-credentials':
      return JSON.stringify({ accessKeyId: 'AKIALOCAL', secretAccessKey: token() });
    case 'plaid-credentials':
      return JSON.stringify({ clientId: 'hookwright', secret: token() });
    case 'public-key-ed25519':
      return publicPemOf(testKeys().ed25519);
    case 'public-key-ec':
      return publicPemOf(testKeys().ec);
    case 'public-key-rsa':
      return publicPemOf(testKeys().rsa);
    default:
      return kind satisfies never;
  }
}

function parsedSecrets(file: string): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // A parser's message quotes what it parsed, and that may be a secret.
    const reason = error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message;
    throw new SecretsFileError(`the secrets file ${file} cannot be read: ${reason}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new SecretsFileError(`the secrets file ${file} must be an object: secret name → value`);
  }
  return content as Record<string, unknown>;
}

function isVersions(value: unknown): value is SecretValues {
  if (typeof value !== 'object' || value === null) return false;
  const { current, previous, ...others } = value as Record<string, unknown>;
  return (
    typeof current === 'string' &&
    (previous === undefined || typeof previous === 'string') &&
    Object.keys(others).length === 0
  );
}
