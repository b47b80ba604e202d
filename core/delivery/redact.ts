/**
 * A destination that echoes what it was sent must not carry our secrets into a dead letter. What it echoes may be
 * encoded once more, and an excerpt may end in the middle of a secret.
 */

const REDACTED = '[redacted]';
/** So much of a secret at the excerpt's end is taken for its beginning; fewer characters tell nobody anything. */
const MIN_CUT = 4;
/** A part of a secret this short is found in innocent text. */
const MIN_PART = 8;

/** @param secrets - as they are kept: a key, `user:password`, or a whole URL that is a credential. */
export function redactSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  const forms = [...new Set(secrets.flatMap(secret => formsOf(secret?.trim() ?? '')))]
    // A longer form may hold a shorter one, and would no longer be found.
    .sort((a, b) => b.length - a.length);
  const whole = forms.reduce((clean, form) => clean.replaceAll(form, REDACTED), text);
  return withoutCutSecret(whole, forms);
}

function formsOf(secret: string): string[] {
  if (secret === '') return [];
  return partsOf(secret).flatMap(part => [
    part,
    // As JSON writes it, and as PHP does, which escapes slashes.
    JSON.stringify(part).slice(1, -1),
    JSON.stringify(part).slice(1, -1).replaceAll('/', '\\/'),
    ...urlForms(part),
    ...base64Forms(part),
    ...(part.length < MIN_PART ? [] : [Buffer.from(part, 'utf8').toString('hex')]),
  ]);
}

/** What is secret on its own: the password of a pair, the key behind a prefix, the path of a URL. */
function partsOf(secret: string): string[] {
  const parts = [secret, ...secret.split(':').slice(1), ...secret.split('_').slice(1)];
  if (URL.canParse(secret) && /^https?:/.test(secret)) {
    const { pathname, search } = new URL(secret);
    parts.push(`${pathname}${search}`, pathname, ...pathname.split('/'));
  }
  return parts.filter((part, index) => index === 0 || part.length >= MIN_PART);
}

function urlForms(text: string): string[] {
  const encoded = encodeURIComponent(text.toWellFormed());
  return [encoded, encoded.replaceAll('%20', '+')].flatMap(form => [
    form,
    form.replace(/%[0-9A-F]{2}/g, octet => octet.toLowerCase()),
  ]);
}

/** Base64 of a text that holds the secret somewhere shows it in one of three alignments, without its edges. */
function base64Forms(text: string): string[] {
  const whole = Buffer.from(text, 'utf8').toString('base64');
  const inside = [0, 1, 2].map(before => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text, 'utf8')]);
    const start = Math.ceil((before * 8) / 6);
    return bytes.toString('base64').slice(start, Math.floor((bytes.length * 8) / 6));
  });
  return [whole, ...inside.filter(form => form.length >= MIN_PART)].flatMap(form => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}

/** A cut can fall within a character as well, which then reads as U+FFFD. */
function withoutCutSecret(text: string, forms: readonly string[]): string {
  const end = text.replace(/\ufffd+$/, '');
  const longest = Math.max(
    0,
    ...forms.map(form => {
      for (let length = Math.min(form.length - 1, end.length); length >= MIN_CUT; length -= 1) {
        if (end.endsWith(form.slice(0, length))) return length;
      }
      return 0;
    }),
  );
  return longest === 0 ? text : `${end.slice(0, end.length - longest)}${REDACTED}`;
}
