/** `handshakes:` of a provider or a source: its questions, and what it wants to hear. */
import { z } from 'zod';
import type { Handshake, HandshakeAsked, HandshakeCondition } from '../receive/handshake.ts';
import { needsKey } from '../receive/replyTemplate.ts';
import { reply } from './replyFile.ts';
import { readRequestRef, requestRef, requestRefs } from './writtenValues.ts';

const place = z.string().refine(text => readRequestRef(text) !== undefined, {
  message: 'not a place in a request; write header.x-name, query.name or body.path.to.field',
});

const asked = z
  .union([z.enum(['signed', 'anyone']), z.strictObject({ 'verify-token': requestRef })])
  .default('signed')
  .transform(
    (written): HandshakeAsked =>
      typeof written === 'string' ? { by: written } : { by: 'verify-token', ref: written['verify-token'] },
  )
  .meta({
    description:
      'Who is answered: signed (as an event is), anyone, or verify-token with the place of the token that the provider was told.',
  });

const handshakeFile = z
  .strictObject({
    method: z.enum(['GET', 'HEAD', 'OPTIONS', 'POST']).default('POST'),
    when: z
      .record(place, z.string())
      .default({})
      .meta({ description: 'Places and the text that each holds in a question.' }),
    has: requestRefs.default([]).meta({ description: 'Places that are not empty in a question.' }),
    asked,
    brings: requestRef.optional().meta({
      description: "Where the question brings the source's secret; taken only while the source is paired.",
    }),
    reply,
  })
  .superRefine((written, context) => {
    const { method, when, has, brings } = written;
    if (method === 'POST' && Object.keys(when).length === 0 && has.length === 0 && brings === undefined) {
      const message = 'every webhook would be taken for this question; say when: or has:';
      context.addIssue({ code: 'custom', path: ['when'], message });
    }
    if (written.brings !== undefined && written.asked.by !== 'anyone') {
      const message = 'a question that brings the secret cannot prove itself with it: asked: anyone';
      context.addIssue({ code: 'custom', path: ['asked'], message });
    }
    if (written.brings !== undefined && needsKey(written.reply)) {
      const message = 'there is no secret yet to key this answer with';
      context.addIssue({ code: 'custom', path: ['reply'], message });
    }
  })
  .transform(({ method, when, has, asked: by, brings, reply: template }): Handshake => {
    const conditions: HandshakeCondition[] = [
      ...Object.entries(when).flatMap(([text, value]) => {
        const ref = readRequestRef(text);
        return ref === undefined ? [] : [{ kind: 'equals' as const, ref, text: value }];
      }),
      ...has.map(ref => ({ kind: 'present' as const, ref })),
      ...(brings === undefined ? [] : [{ kind: 'present' as const, ref: brings }]),
    ];
    return {
      method,
      when: conditions,
      asked: by,
      reply: template,
      ...(brings === undefined ? {} : { brings }),
    };
  });

export const handshakesFile = z
  .array(handshakeFile)
  .meta({ description: 'Questions of the provider, which are answered at once and are no events.' });
