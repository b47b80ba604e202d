import { hostname, userInfo } from 'node:os';
import type { Stage } from './stage.ts';

const MAX_LENGTH = 128;

/**
 * Who runs a command, for the record: the person on the machine, and the access key that the calls are made with, which
 * is no secret and which AWS can say the owner of.
 */
export async function operatorName(stage: Stage): Promise<string> {
  const { accessKeyId } = await stage.sqs.config.credentials();
  return `${userName()}@${hostname()} (${accessKeyId})`.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_LENGTH);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
