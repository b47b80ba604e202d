/** A destination that echoes our request must not carry our secrets into a dead letter. */
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
  const forms = values.flatMap(value => [
    value,
    Buffer.from(value, 'utf8').toString('base64'),
    encodeURIComponent(value.toWellFormed()),
    JSON.stringify(value).slice(1, -1),
  ]);
  const longestFirst = [...new Set(forms)].sort((a, b) => b.length - a.length);
  const clean = longestFirst.reduce((rest, form) => rest.replaceAll(form, '[redacted]'), text);
  return withoutCutSecret(clean, longestFirst);
}

/** The excerpt may end in the middle of a secret: its beginning is one as well. */
function withoutCutSecret(text: string, forms: readonly string[]): string {
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, text.length); length >= MIN_LENGTH; length -= 1) {
      if (text.endsWith(form.slice(0, length))) return `${text.slice(0, -length)}[redacted]`;
    }
  }
  return text;
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
