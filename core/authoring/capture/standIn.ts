/**
 * A stand-in for a text that may be about a person or a customer: of the same shape, the same length and, for the same
 * text and key, always the same. Letters become letters, digits digits, and what lies between them stays, so that an
 * e-mail address is one, a date a date, and `gid://shopify/Order/42` has the number of its order.
 */
import { createHmac } from 'node:crypto';

/** @returns bytes that depend on the token and the key alone. */
type Stream = (token: string) => Buffer;

export interface StandIns {
  /** @param known - texts that the project shows already: they stay. */
  text(text: string, known: ReadonlySet<string>): string;
  /** A number's digits as JSON writes them; a number that may be an id is scrambled, an amount stays. */
  number(lexeme: string): string;
}

/** @param key - a secret of this machine or team. Without it, whoever guesses a short text could see it confirmed. */
export function createStandIns(key: Uint8Array): StandIns {
  const kept = new Map<string, Buffer>();
  const stream: Stream = token => {
    const made = kept.get(token) ?? createHmac('sha512', key).update(token).digest();
    kept.set(token, made);
    return made;
  };
  return {
    text: (text, known) => (known.has(text) || staysAsItIs(text) ? text : replaceText(text, stream)),
    number: lexeme => (mayBeId(lexeme) ? replaceDigits(lexeme, stream) : lexeme),
  };
}

/** Amounts as text, codes of countries, currencies and languages, versions: they say nothing, and mappings compare them. */
const PLAIN = [
  /^$/,
  /^[+-]?(?:\d{1,9}[.,]\d{1,9}|\d{1,4})%?$/,
  /^[A-Z]{2,3}$/,
  /^[a-z]{2}(?:[-_][A-Z]{2})?$/,
  /^(?:true|false|null|none|yes|no|on|off)$/i,
];

const staysAsItIs = (text: string): boolean => PLAIN.some(pattern => pattern.test(text));

/** Seconds or milliseconds since the epoch between 2001 and 2096 stay: mappings compute with them. */
const isTime = (digits: string): boolean => /^(?:[1-3]\d{9}|[1-3]\d{12})$/.test(digits);

/** Nine digits and more are an account's, an order's, a person's; amounts are shorter, as whole numbers at least. */
const mayBeId = (lexeme: string): boolean => /^-?\d{9,}$/.test(lexeme) && !isTime(lexeme.replace('-', ''));

const TIME = /^(\d{4})-\d{2}-\d{2}([T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
/** A day before this year is more likely somebody's birthday than an event. */
const FIRST_YEAR_OF_EVENTS = 2015;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const EMAIL = /^([^\s@]+)@([^\s@]+\.[A-Za-z]{2,})$/;
const URL_TEXT = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/i;

function replaceText(text: string, stream: Stream): string {
  const time = TIME.exec(text);
  // The time of an event is no secret, and its order to others matters: it stays.
  if (time !== null) {
    const isOld = time[2] === undefined && Number(time[1]) < FIRST_YEAR_OF_EVENTS;
    return isOld ? replaceDay(time[1] ?? '', stream(text)) : text;
  }
  // Addresses for documentation (RFC 5737) are nobody's.
  if (IPV4.test(text)) return `192.0.2.${(stream(text)[0] ?? 0) % 255}`;
  if (UUID.test(text)) return replaceHex(text, stream);
  const email = EMAIL.exec(text);
  if (email !== null) return `${replaceTokens(email[1] ?? '', stream)}@example.com`;
  const url = URL_TEXT.exec(text);
  if (url !== null) {
    const [, scheme = '', host = '', rest = ''] = url;
    // `gid://shopify/…` has a name where others have a host.
    return `${scheme}${host.includes('.') ? 'example.com' : host}${rest.replace(/[^/?&=#]+/g, part => replaceSegment(part, stream))}`;
  }
  const prefixed = /^([a-z]{2,8}_)([A-Za-z0-9_]{6,})$/.exec(text);
  if (prefixed !== null) return `${prefixed[1]}${replaceTokens(prefixed[2] ?? '', stream)}`;
  return replaceTokens(text, stream);
}

const replaceDay = (year: string, [month = 0, day = 0]: Buffer): string =>
  `${year}-${String(1 + (month % 12)).padStart(2, '0')}-${String(1 + (day % 28)).padStart(2, '0')}`;

/** Words of a URL's path name what it leads to; whatever holds a digit or is long may name whose it is. */
const replaceSegment = (part: string, stream: Stream): string =>
  /^[A-Za-z_-]{1,20}$/.test(part) ? part : replaceTokens(part, stream);

/** Runs of digits are replaced as a number would be, so that an id is the same wherever it stands. */
const replaceTokens = (text: string, stream: Stream): string =>
  text.replace(/\d+|[\p{L}\p{M}]+/gu, token =>
    /^\d/.test(token) ? replaceDigits(token, stream) : replaceLetters(token, stream),
  );

function replaceDigits(digits: string, stream: Stream): string {
  const bytes = stream(digits.replace('-', ''));
  let at = 0;
  return digits.replace(/\d/g, digit => {
    const byte = bytes[at % bytes.length] ?? 0;
    at += 1;
    // No number may begin with a zero that did not; a text of digits keeps its leading zeros.
    if (at === 1) return digit === '0' ? '0' : String(1 + (byte % 9));
    return String(byte % 10);
  });
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

function replaceLetters(word: string, stream: Stream): string {
  const bytes = stream(word.toLowerCase());
  return [...word]
    .map((letter, index) => {
      const other = LETTERS[(bytes[index % bytes.length] ?? 0) % LETTERS.length] ?? 'x';
      return letter === letter.toLowerCase() ? other : other.toUpperCase();
    })
    .join('');
}

function replaceHex(text: string, stream: Stream): string {
  const hex = stream(text.toLowerCase()).toString('hex');
  let at = 0;
  return text.replace(/[0-9a-f]/gi, digit => {
    const other = hex[at % hex.length] ?? '0';
    at += 1;
    // The version and the variant of a UUID are digits at fixed places; whoever validates them still can.
    if (at === 13 || at === 17) return digit;
    return digit === digit.toLowerCase() ? other : other.toUpperCase();
  });
}
