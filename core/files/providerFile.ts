/** One provider's catalogue file: how it signs, what it sends, and where the facts come from. */
import { z } from 'zod';
import type { ProviderPatience } from '../receive/consequence.ts';
import type { Handshake } from '../receive/handshake.ts';
import type { Replies } from '../receive/reply.ts';
import type { ProviderScheme } from '../signatures/scheme.ts';
import { compileScheme, type Site } from './compileScheme.ts';
import { handshakesFile } from './handshakeFile.ts';
import { repliesFile } from './replyFile.ts';
import { schemeFile } from './schemeFile.ts';
import { duration, requestRefs, typeRefs } from './writtenValues.ts';

const certainty = z.enum(['source code', 'documentation', 'memory']);

const eventFile = z
  .strictObject({
    id: requestRefs.default([]).meta({
      description:
        'Where the id of the event itself stands, never that of what it tells of: two events with one id are one to whoever receives them. Tried in order.',
    }),
    type: typeRefs.default([]).meta({
      description: 'Where the event type stands; parts are joined with a full stop.',
    }),
    typeSeparator: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'Replaced by a full stop in event types.' }),
    from: z
      .union([certainty, z.strictObject({ id: certainty, type: certainty })])
      .transform(from => (typeof from === 'string' ? { id: from, type: from } : from))
      .optional()
      .meta({ description: 'How sure these are, where facts: is about the scheme alone.' }),
  })
  .refine(({ id, from }) => from?.id !== 'memory' || id.length === 0, {
    path: ['id'],
    message:
      'an id from memory may be that of something else, and events would be lost as repeats: leave it out',
  })
  .meta({ description: 'What identifies an event. Nothing known: {}.' });

export const providerFile = z
  .strictObject({
    name: z.string().min(1).meta({ description: "The provider's name as people write it." }),
    docs: z.url().optional().meta({ description: "The vendor's page on signatures." }),
    scheme: schemeFile,
    event: eventFile,
    parameters: z
      .record(
        z.string().regex(/^[a-zA-Z]+$/),
        z.strictObject({
          description: z.string().min(1).meta({ description: 'What it is, and where the vendor shows it.' }),
          example: z.string().min(1),
          default: z.string().min(1).optional(),
          pattern: z
            .string()
            .min(1)
            .optional()
            .meta({ description: 'A regular expression for the whole value.' }),
        }),
      )
      .default({})
      .meta({ description: 'What a source must say beside its secret; {parameter.name} in the scheme.' }),
    handshakes: handshakesFile.optional(),
    replies: repliesFile.optional(),
    headers: z
      .array(z.string().regex(/^[a-z0-9-]+$/))
      .default([])
      .meta({ description: 'Further headers that travel with an event, beside those that identify it.' }),
    acknowledgeWithin: duration
      .optional()
      .meta({ description: 'How long the provider waits for our answer.' }),
    afterFailures: z
      .string()
      .optional()
      .meta({ description: 'What the provider does when we do not answer.' }),
    patienceFrom: z
      .enum(['documentation', 'memory'])
      .optional()
      .meta({ description: 'How sure the two above are.' }),
    facts: z.strictObject({
      from: z.string().min(1).meta({ description: 'Where these facts were read.' }),
      confidence: certainty,
      proven: z
        .enum(['vendor library', 'published vector', 'facts only'])
        .meta({ description: 'What our tests hold this entry against.' }),
    }),
  })
  .meta({ description: "A provider in Hookwright's catalogue." });

export interface Provider {
  readonly id: string;
  readonly name: string;
  readonly docs?: string;
  /** With examples in the place of what only a source's file knows. */
  readonly scheme: ProviderScheme;
  /** For one source. */
  readonly schemeAt: (site: Site) => ProviderScheme;
  readonly parameters: z.output<typeof providerFile>['parameters'];
  readonly handshakes: readonly Handshake[];
  readonly replies?: Replies;
  readonly headers: readonly string[];
  readonly acknowledgeWithinSeconds?: number;
  readonly afterFailures?: string;
  readonly patienceFrom?: 'documentation' | 'memory';
  readonly facts: z.output<typeof providerFile>['facts'];
  /** How sure it is where an event's id stands, and its type; undefined where that is not known at all. */
  readonly eventIdFrom?: Certainty;
  readonly eventTypeFrom?: Certainty;
}

type Certainty = z.output<typeof certainty>;

/** The presets, by the name that a source's `provider:` takes. */
export interface Catalogue {
  readonly names: readonly string[];
  /**
   * Undefined for a name that is not among them.
   * @throws Error listing the mistakes in that provider's file.
   */
  readonly provider: (name: string) => Provider | undefined;
}

export const patienceOf = ({
  name,
  acknowledgeWithinSeconds,
  afterFailures,
  patienceFrom,
}: Provider): ProviderPatience => ({
  name,
  isCertain: patienceFrom === 'documentation',
  ...(acknowledgeWithinSeconds === undefined ? {} : { acknowledgeWithinSeconds }),
  ...(afterFailures === undefined ? {} : { afterFailures }),
});

function exampleSite(id: string, parameters: Provider['parameters']): Site {
  const examples = Object.fromEntries(
    Object.entries(parameters).map(([name, { example }]) => [name, example]),
  );
  return {
    url: () => `https://hooks.example.com/${id}`,
    parameter: name => {
      const example = examples[name];
      if (example === undefined) throw new Error(`${id}: {parameter.${name}} is not among its parameters`);
      return example;
    },
    parameters: examples,
  };
}

export function compileProvider(id: string, written: z.output<typeof providerFile>): Provider {
  const { event, acknowledgeWithin, afterFailures, patienceFrom } = written;
  const identity = {
    eventId: event.id,
    eventType: event.type,
    ...(event.typeSeparator === undefined ? {} : { eventTypeSeparator: event.typeSeparator }),
  };
  const schemeAt = (site: Site): ProviderScheme => compileScheme(written.scheme, identity, site);
  return {
    id,
    name: written.name,
    ...(written.docs === undefined ? {} : { docs: written.docs }),
    scheme: schemeAt(exampleSite(id, written.parameters)),
    schemeAt,
    parameters: written.parameters,
    handshakes: written.handshakes ?? [],
    ...(written.replies === undefined ? {} : { replies: written.replies }),
    headers: written.headers,
    ...(acknowledgeWithin === undefined ? {} : { acknowledgeWithinSeconds: acknowledgeWithin }),
    ...(afterFailures === undefined ? {} : { afterFailures }),
    ...(patienceFrom === undefined ? {} : { patienceFrom }),
    facts: written.facts,
    ...(event.id.length === 0 ? {} : { eventIdFrom: event.from?.id ?? written.facts.confidence }),
    ...(event.type.length === 0 ? {} : { eventTypeFrom: event.from?.type ?? written.facts.confidence }),
  };
}
