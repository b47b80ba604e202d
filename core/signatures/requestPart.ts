/** The parts of a request that a scheme names: what it signs, and where single texts stand. */

/** Where one text stands. */
export type ValueRef =
  /** Lower-case names; the first one present is used. */
  | { readonly kind: 'header'; readonly names: readonly string[] }
  | { readonly kind: 'query'; readonly name: string }
  /** Of a body that is a form. */
  | { readonly kind: 'form'; readonly name: string }
  /**
   * Of a body that is JSON. A number in the path stands for the only item of an array: what stands beside it would be
   * accepted unseen. `*` stands for every item, and all must hold the same text.
   */
  | { readonly kind: 'field'; readonly path: readonly string[] }
  /** Another item of the signature's own list, such as `t`. */
  | { readonly kind: 'signature-item'; readonly key: string };

/** A piece of what is signed. */
export type ContentPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'body' }
  | { readonly kind: 'method' }
  /** The secret itself, inside what a plain digest is made of. */
  | { readonly kind: 'secret' }
  | UrlPart
  /** Every field of a form, sorted by name: name and value, one after the other. */
  | { readonly kind: 'sorted-form' }
  | { readonly kind: 'body-digest'; readonly algorithm: BodyDigest }
  /** The text of another part as JSON writes it, quotes and escapes included. */
  | { readonly kind: 'json-text'; readonly of: { readonly kind: 'body' } | ValuePart }
  | ValuePart
  /** Stands only where a value does. */
  | { readonly kind: 'when-present'; readonly ref: ValueRef; readonly parts: readonly ContentPart[] };

export type ValuePart = ValueRef & {
  /** Where it is absent, nothing stands in its place. */
  readonly optional?: true;
  readonly lowerCase?: true;
};

export interface UrlPart {
  readonly kind: 'url';
  /** As it is registered with the provider: configuration, because a Host header is the caller's to write. */
  readonly address: string;
  /** `decoded`: with those escapes undone that HubSpot undoes. `path`: without scheme, host and query. */
  readonly form: 'whole' | 'decoded' | 'path';
}

/** Hex of the digest; of a CRC-32 (IEEE 802.3) the decimal number. */
export type BodyDigest = 'md5' | 'sha1' | 'sha256' | 'sha512' | 'crc32';

/** A CRC is no digest that anyone would have to break: another body with the same one is found in no time. */
const coversBodyByDigest = (algorithm: BodyDigest): boolean => algorithm !== 'crc32' && algorithm !== 'md5';

/** Whether nobody can change the body without changing what is signed. */
export const coversBody = (content: readonly ContentPart[]): boolean =>
  content.some(
    part =>
      part.kind === 'body' ||
      (part.kind === 'json-text' && part.of.kind === 'body') ||
      part.kind === 'sorted-form' ||
      (part.kind === 'body-digest' && coversBodyByDigest(part.algorithm)),
  );

/** Whether the value at this place is signed as it stands. */
export function isSigned(content: readonly ContentPart[], ref: ValueRef): boolean {
  if ((ref.kind === 'field' || ref.kind === 'form') && coversBody(content)) return true;
  return content.some(part => isSameRef(part, ref));
}

export function isSameRef(part: ContentPart, ref: ValueRef): boolean {
  switch (ref.kind) {
    case 'header':
      return part.kind === 'header' && part.names.join() === ref.names.join();
    case 'query':
    case 'form':
      return part.kind === ref.kind && part.name === ref.name;
    case 'field':
      return part.kind === 'field' && part.path.join('.') === ref.path.join('.');
    case 'signature-item':
      return part.kind === 'signature-item' && part.key === ref.key;
    default:
      return ref satisfies never;
  }
}

/** In the words in which a file names it. */
export function describeRef(ref: ValueRef): string {
  switch (ref.kind) {
    case 'header':
      return ref.names.join(' or ');
    case 'query':
      return `query parameter ${ref.name}`;
    case 'form':
      return `form field ${ref.name}`;
    case 'field':
      return `field ${ref.path.join('.')}`;
    case 'signature-item':
      return `item ${ref.key} of the signature`;
    default:
      return ref satisfies never;
  }
}
