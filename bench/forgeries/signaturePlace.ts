/** Where the signature of a webhook stands, and the same webhook with another text in that place. */
import { RequestDraft } from '../../core/signatures/requestDraft.ts';
import type { ValueRef } from '../../core/signatures/requestPart.ts';
import { RequestValues } from '../../core/signatures/requestValues.ts';
import type { ProviderScheme, SignatureTextEncoding } from '../../core/signatures/scheme.ts';
import { headerValue, type Webhook } from '../../core/webhook.ts';

export interface Place {
  readonly ref: ValueRef | 'body';
  /** The signature alone, without what stands around it. */
  readonly text: string;
  /** Undefined where the text is no encoding of bytes, as of a token. */
  readonly encoding: SignatureTextEncoding | undefined;
  readonly replaced: (text: string) => Webhook;
}

const NO_ITEMS: ReadonlyMap<string, readonly string[]> = new Map();

export function placeOf(scheme: ProviderScheme, webhook: Webhook): Place {
  const ref = refOf(scheme, webhook);
  if (ref === 'body') return placeInBody(scheme, webhook);
  const [whole = ''] = new RequestValues(webhook).of(ref, NO_ITEMS);
  const { before, text } = withinList(scheme, whole);
  if (text === '') throw new Error(`no signature in "${whole}"`);
  const after = whole.slice(before.length + text.length);
  return {
    ref,
    text,
    encoding: encodingOf(scheme),
    replaced: other => withText(webhook, ref, before + other + after),
  };
}

function refOf(scheme: ProviderScheme, webhook: Webhook): ValueRef | 'body' {
  switch (scheme.kind) {
    case 'token':
      return scheme.place.kind === 'basic' ? header('authorization') : scheme.place.ref;
    case 'jwt':
      return scheme.place.kind === 'body' ? 'body' : scheme.place.ref;
    case 'coded':
      return CODED[scheme.module];
    default: {
      const { from } = scheme.signature;
      if (from.kind === 'numbered-headers') return header(`${from.stem}1`);
      if (from.kind !== 'headers') return from;
      return header(from.names.find(name => webhook.headers.has(name)) ?? '');
    }
  }
}

const header = (name: string): ValueRef => ({ kind: 'header', names: [name] });

const CODED: Readonly<Record<Extract<ProviderScheme, { kind: 'coded' }>['module'], ValueRef | 'body'>> = {
  twilio: header('x-twilio-signature'),
  'aws-sns': { kind: 'field', path: ['Signature'] },
  contentful: header('x-contentful-signature'),
  'dropbox-sign': 'body',
  'paddle-classic': { kind: 'form', name: 'p_signature' },
  plaid: header('plaid-verification'),
};

function encodingOf(scheme: ProviderScheme): SignatureTextEncoding | undefined {
  switch (scheme.kind) {
    case 'token':
    case 'jwt':
      return undefined;
    case 'coded':
      if (scheme.module === 'plaid') return undefined;
      return scheme.module === 'contentful' || scheme.module === 'dropbox-sign' ? 'hex' : 'base64';
    default:
      return scheme.signature.encoding;
  }
}

function placeInBody(scheme: ProviderScheme, webhook: Webhook): Place {
  const whole = Buffer.from(webhook.body).toString('utf8');
  const text = scheme.kind === 'jwt' ? whole : (/"event_hash":"([0-9a-f]+)"/.exec(whole)?.[1] ?? '');
  return {
    ref: 'body',
    text,
    encoding: encodingOf(scheme),
    replaced: other => ({ ...webhook, body: Buffer.from(whole.split(text).join(other)) }),
  };
}

function withinList(scheme: ProviderScheme, whole: string): { before: string; text: string } {
  if (scheme.kind === 'token') {
    const prefix = scheme.place.kind === 'basic' ? 'Basic ' : (scheme.place.prefix ?? '');
    return { before: prefix, text: whole.slice(prefix.length) };
  }
  if (scheme.kind === 'jwt') {
    const prefix = scheme.prefix ?? '';
    return { before: prefix, text: whole.slice(prefix.length) };
  }
  if (scheme.kind === 'coded') return { before: '', text: whole };
  const { list, prefix = '' } = scheme.signature;
  if (list === undefined) return { before: prefix, text: whole.slice(prefix.length) };
  // Our signer writes the signature last.
  const [key] = list.keys ?? [];
  const item = key === undefined ? '' : `${key}${list.pair}`;
  const start = whole.lastIndexOf(list.separator + item);
  const at = start < 0 ? item.length : start + list.separator.length + item.length;
  return { before: whole.slice(0, at) + prefix, text: whole.slice(at + prefix.length) };
}

/** The webhook with these lines, values or fields in the place of what stands there; none takes it away. */
export function withText(webhook: Webhook, ref: ValueRef, ...texts: string[]): Webhook {
  switch (ref.kind) {
    case 'header': {
      const name = ref.names.find(known => webhook.headers.has(known)) ?? ref.names[0] ?? '';
      return { ...webhook, headers: replacedIn(webhook.headers, name, texts) };
    }
    case 'query':
      return { ...webhook, query: replacedIn(webhook.query, ref.name, texts) };
    case 'form': {
      const form = new URLSearchParams(Buffer.from(webhook.body).toString('utf8'));
      form.delete(ref.name);
      for (const text of texts) form.append(ref.name, text);
      return { ...webhook, body: Buffer.from(form.toString()) };
    }
    case 'field': {
      const draft = new RequestDraft(webhook.body, headerValue(webhook, 'content-type'));
      const [text] = texts;
      if (text === undefined) return { ...webhook, body: withoutField(webhook.body, ref.path) };
      draft.set(ref, text);
      return { ...webhook, body: draft.body };
    }
    case 'signature-item':
      throw new Error('an item is changed within its list');
    default:
      return ref satisfies never;
  }
}

function replacedIn(
  values: ReadonlyMap<string, readonly string[]>,
  name: string,
  texts: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const others = [...values].filter(([key]) => key !== name);
  return new Map(texts.length === 0 ? others : [...others, [name, texts]]);
}

function withoutField(body: Uint8Array, path: readonly string[]): Uint8Array {
  const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
  let at: unknown = value;
  for (const name of path.slice(0, -1)) {
    at = (at as Record<string, unknown>)[name === '*' ? '0' : name];
  }
  delete (at as Record<string, unknown>)[path.at(-1) ?? ''];
  return Buffer.from(JSON.stringify(value));
}
