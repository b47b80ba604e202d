/** The secret by which stand-ins are chosen: made on first use, and never part of what is committed. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, Misuse } from './command.ts';

const KEY_BYTES = 32;

/** @param named - a file that a team shares, so that all of them get the same stand-ins. */
export async function captureKey(data: string, named: string | undefined): Promise<Uint8Array> {
  const file = named ?? join(data, 'capture.key');
  try {
    const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'hex');
    if (key.byteLength >= KEY_BYTES) return key;
    throw new Failure(`${file} holds no key of ${KEY_BYTES} bytes in hex`, 'delete it; a new one is made');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (named !== undefined) throw new Misuse(`cannot read ${named}`);
  }
  const key = randomBytes(KEY_BYTES);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${key.toString('hex')}\n`, { mode: 0o600 });
  return key;
}
