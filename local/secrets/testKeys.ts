/**
 * Keys with which a rehearsal signs in the place of a provider, made once and kept. Their public halves are the secrets
 * of the sources whose provider signs with a key of its own, and are what the machine's own key server publishes.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { TestKeyKind } from '../../core/signatures/testKey.ts';
import { readJsonFile, writeJsonFile } from '../storage/jsonFile.ts';

/** Below the data folder; `hookwright send` reads it. */
export const TEST_KEYS_FILE = 'test-keys.json';

/** Private keys in PEM. */
export type TestKeys = Readonly<Record<TestKeyKind, string>>;

export function keptTestKeys(file: string): TestKeys {
  const kept = readJsonFile(file) as Partial<TestKeys> | undefined;
  if (kept?.ed25519 !== undefined && kept.ec !== undefined && kept.rsa !== undefined) {
    return { ed25519: kept.ed25519, ec: kept.ec, rsa: kept.rsa };
  }
  const made: TestKeys = {
    ed25519: pem(generateKeyPairSync('ed25519').privateKey),
    ec: pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    rsa: pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
  };
  writeJsonFile(file, made);
  return made;
}

const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();

export const publicKeyOf = (privateKey: string): KeyObject => createPublicKey(createPrivateKey(privateKey));

export const publicPemOf = (privateKey: string): string =>
  publicKeyOf(privateKey).export({ format: 'pem', type: 'spki' }).toString();
