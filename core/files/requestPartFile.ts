/** `v0:{header.x-time}:{body}` as a person writes it, taken apart when the file is read. `{{` stands for a brace. */
import { z } from 'zod';
import {
  type BodyDigest,
  type ContentPart,
  coversBody,
  type ValuePart,
  type ValueRef,
} from '../signatures/requestPart.ts';
import { readTemplate } from './template.ts';

/** What only the source's file knows, and stands open until then. */
export type WrittenPart =
  | Exclude<ContentPart, { kind: 'when-present' }>
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'when-present'; readonly ref: ValueRef; readonly parts: readonly WrittenPart[] };

const PARTS =
  '{body}, {method}, {url}, {header.x-name|other-name}, {query.name}, {form.name}, {body.path.to.field}, {signature.key}, {secret}, {parameter.name}; {sha256:body}, {crc32:body}, {sorted:form}, {path:url}, {decoded:url}, {json:…} and {lower:…} change one; a ? behind a name allows it to be absent';

const template = (description: string) =>
  z
    .string()
    .transform((text, context): WrittenPart[] => {
      const parts = readParts(text);
      if (typeof parts !== 'string') return parts;
      context.addIssue({ code: 'custom', message: parts });
      return z.NEVER;
    })
    .meta({ description });

/** One text, or several of which some stand only where a value does. */
export const content = z
  .union([
    template(`What is signed: literal text and ${PARTS}.`),
    z
      .array(
        z.union([
          template('Always signed.'),
          z
            .strictObject({
              if: z.string().transform((text, context): ValueRef => {
                const ref = readValueRef(text);
                if (ref !== undefined) return ref;
                context.addIssue({ code: 'custom', message: noPlace(text) });
                return z.NEVER;
              }),
              sign: template('Signed only where that place is there.'),
            })
            .transform(({ if: ref, sign: parts }): WrittenPart[] => [{ kind: 'when-present', ref, parts }]),
        ]),
      )
      .min(1)
      .transform(lines => lines.flat()),
  ])
  .meta({ description: 'What is signed, in order.' });

/** A text that is compared, such as a token's audience. */
export const comparedText = template('A text, or a part of the request that must hold it.');

export const coversWrittenBody = (parts: readonly WrittenPart[]): boolean =>
  coversBody(
    parts.filter(
      (part): part is Extract<WrittenPart, ContentPart> =>
        part.kind !== 'parameter' && part.kind !== 'when-present',
    ),
  );

function readParts(text: string): WrittenPart[] | string {
  const pieces = readTemplate(text);
  if (typeof pieces === 'string') return pieces;
  const parts: WrittenPart[] = [];
  for (const piece of pieces) {
    const part =
      'literal' in piece ? { kind: 'literal' as const, text: piece.literal } : readPart(piece.name);
    if (part !== undefined) parts.push(part);
    else if ('name' in piece) return `"{${piece.name}}" is not a part of a request; write ${PARTS}`;
  }
  return parts;
}

const DIGESTS: readonly BodyDigest[] = ['md5', 'sha1', 'sha256', 'sha512', 'crc32'];

function readPart(text: string): WrittenPart | undefined {
  switch (text) {
    case 'body':
    case 'method':
    case 'secret':
      return { kind: text };
    case 'url':
      return { kind: 'url', address: '', form: 'whole' };
    case 'path:url':
      return { kind: 'url', address: '', form: 'path' };
    case 'decoded:url':
      return { kind: 'url', address: '', form: 'decoded' };
    case 'sorted:form':
      return { kind: 'sorted-form' };
    case 'json:body':
      return { kind: 'json-text', of: { kind: 'body' } };
    default:
  }
  const digest = DIGESTS.find(algorithm => text === `${algorithm}:body`);
  if (digest !== undefined) return { kind: 'body-digest', algorithm: digest };
  const parameter = /^parameter\.([a-zA-Z]+)$/.exec(text)?.[1];
  if (parameter !== undefined) return { kind: 'parameter', name: parameter };
  const json = /^json:(.+)$/.exec(text)?.[1];
  const part = readValuePart(json ?? text);
  return part === undefined || json === undefined ? part : { kind: 'json-text', of: part };
}

function readValuePart(text: string): ValuePart | undefined {
  const [, lower, name = '', optional] = /^(lower:)?(.*?)(\?)?$/.exec(text) ?? [];
  const ref = readValueRef(name);
  return ref === undefined
    ? undefined
    : {
        ...ref,
        ...(optional === undefined ? {} : { optional: true }),
        ...(lower === undefined ? {} : { lowerCase: true }),
      };
}

export const noPlace = (text: string): string =>
  `"${text}" is not a place of a text; write header.x-name, query.name, form.name, body.path.to.field or signature.key`;

/** A place that holds one text. */
export function readValueRef(text: string): ValueRef | undefined {
  const [, kind, name = ''] = /^(header|query|form|body|signature)\.(.+)$/.exec(text) ?? [];
  switch (kind) {
    case 'header':
      return /^[a-z0-9._-]+(?:\|[a-z0-9._-]+)*$/.test(name)
        ? { kind: 'header', names: name.split('|') }
        : undefined;
    case 'query':
    case 'form':
      return /^[A-Za-z0-9_.[\]-]+$/.test(name) ? { kind, name } : undefined;
    case 'body':
      return /^(?:[A-Za-z0-9_$-]+|\*)(?:\.(?:[A-Za-z0-9_$-]+|\*))*$/.test(name)
        ? { kind: 'field', path: name.split('.') }
        : undefined;
    case 'signature':
      return /^[A-Za-z0-9_-]+$/.test(name) ? { kind: 'signature-item', key: name } : undefined;
    default:
      return undefined;
  }
}
