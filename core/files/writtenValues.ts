/** What files of several kinds write alike: header names, durations, places in a request. */
import { z } from 'zod';
import type { RequestRef, TypeRef } from '../signatures/scheme.ts';
import { readDuration } from './duration.ts';

export const headerName = z
  .string()
  .regex(/^[a-z0-9._-]+$/, 'a header name in lower case, such as "x-acme-signature"')
  .meta({ description: 'A header name in lower case.' });

/** Seconds, from `5m`. A bare number has no unit, and a person who writes one may have meant any. */
export const duration = z
  .string('must be a duration such as 30s, 5m, 2h or 3d')
  .transform((text, context) => {
    const seconds = readDuration(text);
    if (seconds !== undefined) return seconds;
    context.addIssue({ code: 'custom', message: `"${text}" is not a duration; write 30s, 5m, 2h or 3d` });
    return z.NEVER;
  })
  .meta({ description: 'A duration: 30s, 5m, 2h, 3d.' });

/** `header.x-id`, `query.id` or `body.data.id`. */
export const requestRef = z
  .string()
  .transform((text, context): RequestRef => {
    const ref = readRequestRef(text);
    if (ref !== undefined) return ref;
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not a place in a request; write header.x-name, query.name or body.path.to.field`,
    });
    return z.NEVER;
  })
  .meta({
    description:
      'A place in the request: header.x-name, query.name or body.path.to.field. In a path 0 stands for the only item of a list, * for every item: all must hold the same.',
  });

export const requestRefs = z
  .union([requestRef, z.array(requestRef).min(1)])
  .transform(refs => (Array.isArray(refs) ? refs : [refs]));

/** A place, or `body.path.(first|second)` for the name of the field that is there. */
const typeRef = z
  .string()
  .transform((text, context): TypeRef => {
    const ref = readRequestRef(text) ?? readNameRef(text);
    if (ref !== undefined) return ref;
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not a place in a request; write header.x-name, query.name, body.path.to.field or body.path.(first|second)`,
    });
    return z.NEVER;
  })
  .meta({
    description:
      'A place in the request: header.x-name, query.name or body.path.to.field; body.path.(first|second) is the name of the first of these fields that is there. In a path 0 stands for the only item of a list, * for every item: all must hold the same.',
  });

export const typeRefs = z
  .union([typeRef, z.array(typeRef).min(1)])
  .transform(refs => (Array.isArray(refs) ? refs : [refs]));

function readNameRef(text: string): TypeRef | undefined {
  const [, path = '', names] =
    /^body\.((?:(?:\*|[A-Za-z0-9_$-]+)\.)*)\(([A-Za-z0-9_$|-]+)\)$/.exec(text) ?? [];
  if (names === undefined) return undefined;
  return { kind: 'name', path: path.split('.').slice(0, -1), among: names.split('|') };
}

export function readRequestRef(text: string): RequestRef | undefined {
  const header = /^header\.([a-z0-9-]+)$/.exec(text)?.[1];
  if (header !== undefined) return { kind: 'header', name: header };
  const query = /^query\.([A-Za-z0-9_.-]+)$/.exec(text)?.[1];
  if (query !== undefined) return { kind: 'query', name: query };
  const body = /^body\.((?:\*|[A-Za-z0-9_$-]+)(?:\.(?:\*|[A-Za-z0-9_$-]+))*)$/.exec(text)?.[1];
  return body === undefined ? undefined : { kind: 'body', path: body.split('.') };
}
