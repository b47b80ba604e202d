/** The two halves of one pairing: the public one is published, the private one never leaves this process. */
import { constants, createHash, generateKeyPair, type KeyObject, privateDecrypt } from 'node:crypto';
import { promisify } from 'node:util';

export interface PairingKey {
  /** SubjectPublicKeyInfo in base64. */
  readonly publicKey: string;
  /** Undefined for what was not sealed with it. */
  readonly open: (sealed: string) => string | undefined;
}

export async function makePairingKey(): Promise<PairingKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    open: sealed => open(privateKey, sealed),
  };
}

function open(key: KeyObject, sealed: string): string | undefined {
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  try {
    return privateDecrypt({ key, ...padding }, Buffer.from(sealed, 'base64')).toString('utf8');
  } catch {
    return undefined;
  }
}

/** By which two people can compare a secret without saying it. */
export const fingerprint = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex').slice(0, 16);
