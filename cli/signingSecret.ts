/** With what `send` signs in the place of a provider: the source's secret, or a test key where the provider's own signs. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '../core/files/sourceFile.ts';
import { needsSecret } from '../core/signatures/schemeTraits.ts';
import { rehearsalKey } from '../core/signatures/testKey.ts';
import { keptTestKeys, TEST_KEYS_FILE } from '../local/secrets/testKeys.ts';
import { Failure, Misuse, type OptionValues, textOption } from './command.ts';
import { readSourceSecret } from './postWebhook.ts';
import type { Stage } from './stage.ts';

export async function readSigningSecret(
  stage: Stage,
  source: Source,
  options: OptionValues,
): Promise<string | undefined> {
  const kind = rehearsalKey(source.scheme);
  const keyFile = textOption(options, 'key');
  if (kind === undefined) {
    if (keyFile === undefined) return readSourceSecret(stage, source);
    throw new Misuse(`"${source.name}" is signed with its secret`, 'leave out --key');
  }
  const privateKey = keyFile === undefined ? testKey(stage, source, options) : await readKey(keyFile);
  if (source.scheme.kind !== 'coded' && needsSecret(source.scheme)) {
    await requireSameKey(stage, source, privateKey);
  }
  return privateKey;

  function testKey(of: Stage, { name }: Source, given: OptionValues): string {
    if (of.frontDoor === undefined) {
      throw new Misuse(
        `"${name}" is signed with a private key that only its provider has`,
        'to rehearse, make a key pair, let the public half be the previous version of the secret, and name the private half with --key FILE',
      );
    }
    return keptTestKeys(join(textOption(given, 'data') ?? '.hookwright', TEST_KEYS_FILE))[kind ?? 'rsa'];
  }
}

async function readKey(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Misuse(`cannot read ${file}`);
  });
  try {
    createPrivateKey(text);
    return text;
  } catch {
    throw new Misuse(`${file} holds no private key in PEM`);
  }
}

/** Better said here than found as a signature that does not match. */
async function requireSameKey(stage: Stage, source: Source, privateKey: string): Promise<void> {
  const stored = await readSourceSecret(stage, source);
  const isPem = stored?.includes('-----BEGIN PUBLIC KEY-----') === true;
  if (stored === undefined || !isPem) return;
  const spki = { format: 'der', type: 'spki' } as const;
  const ours = createPublicKey(createPrivateKey(privateKey)).export(spki);
  if (createPublicKey(stored).export(spki).equals(ours)) return;
  throw new Failure(
    `the secret of "${source.name}" is the public key of another pair than the one to sign with`,
    'without --secrets, `hookwright dev` makes a pair for rehearsals; or name your own private key with --key FILE',
  );
}
