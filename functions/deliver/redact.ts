/** A destination that echoes our request must not carry our secrets into a dead letter. */
import { redactSecrets } from '../../core/delivery/redact.ts';
import type { RequestSecrets } from '../../core/delivery/request.ts';

/** What is shorter is no secret, and would blacken half of an answer. */
const MIN_LENGTH = 4;

/** Secrets in the forms in which they travel; JSON secrets by their fields, too. */
export function redact(text: string, secrets: RequestSecrets, ...tokens: (string | undefined)[]): string {
  const values = [secrets.url, secrets.auth, secrets.certificate]
    .flatMap(versions => [versions?.current, versions?.previous])
    .concat(tokens)
    .flatMap(value => (value === undefined ? [] : [value.trim(), ...textsIn(value)]))
    .filter(value => value.length >= MIN_LENGTH);
  return redactSecrets(text, values);
}

/** The texts of a secret that is a JSON object: an id and a secret, a certificate and a key. */
function textsIn(secret: string): string[] {
  if (!secret.trimStart().startsWith('{')) return [];
  try {
    const fields: unknown = JSON.parse(secret);
    return Object.values(fields as object).filter(value => typeof value === 'string');
  } catch {
    return [];
  }
}
