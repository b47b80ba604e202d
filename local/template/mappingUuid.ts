import { createHash } from 'node:crypto';

/** The same queue and function have the same UUID at every start, so that a pause finds its mapping again. */
export function mappingUuid({
  queue,
  functionName,
}: {
  readonly queue: string;
  readonly functionName: string;
}): string {
  const hex = createHash('sha256').update(`${queue} ${functionName}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
