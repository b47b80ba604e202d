/** `mappings/<route>/route.yaml`: source + event types (+ filter) → mapping → destination. */
import { z } from 'zod';
import type { Contract, RequestExpressions, SourceText } from '../configuration.ts';
import type { WatchedPath } from '../drift/watchedPath.ts';
import type { GuardSwitches } from '../guards/guard.ts';
import type { NumberMode } from '../jsonata/numbers/readJson.ts';
import { NAME_PATTERN } from '../names.ts';
import type { Acceptance } from './acceptance.ts';
import type { Baseline } from './baselineFile.ts';
import type { Example } from './exampleFiles.ts';
import { acceptKey, guardsKey } from './guardsKey.ts';
import type { RouteVersion } from './routeVersions.ts';
import { headerName } from './writtenValues.ts';

/** `issues.opened`, `orders.*` or `*`. */
const eventPattern = z
  .string()
  .regex(
    /^(?:\*|[A-Za-z0-9_:/-]+(?:\.[A-Za-z0-9_:/-]+)*(?:\.\*)?)$/,
    'an event type such as issues.opened, orders.* or *',
  );

/** `mapping.jsonata`, or another route's: `shop-orders/v2.jsonata`. */
const fileOfRoute = z
  .string()
  .regex(
    /^(?:[a-z][a-z0-9-]{0,39}\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/,
    "a file in the route's own folder, or ROUTE/FILE in another route's",
  );

const name = z.string().regex(NAME_PATTERN, 'a name: lower-case letters, digits and hyphens, at most 40');

const expression = z.string().min(1);

export const routeFile = z
  .strictObject({
    from: name.meta({ description: 'A source: the name of a file in mappings/sources.' }),
    events: z.array(eventPattern).min(1).meta({ description: 'Event types: issues.opened, orders.* or *.' }),
    when: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'A JSONata filter that gives true or false; false drops the event.' }),
    to: name.meta({ description: 'A destination: the name of a file in mappings/destinations.' }),
    mapping: fileOfRoute.default('mapping.jsonata').meta({
      description:
        "The JSONata file: mapping.jsonata, the version in force (v2.jsonata), or another route's (shop-orders/v2.jsonata).",
    }),
    request: z
      .strictObject({
        content: z
          .enum(['json', 'form', 'text'])
          .default('json')
          .meta({ description: "What the mapping's output is sent as." }),
        method: expression.optional().meta({
          description: 'POST, PUT, PATCH, DELETE, or JSONata that gives one of them.',
        }),
        path: expression.optional().meta({
          description: 'JSONata that gives a path below the URL: a text, or a list of its parts.',
        }),
        query: z
          .record(z.string(), expression)
          .default({})
          .meta({ description: 'Query parameters, each with JSONata that gives its value.' }),
        headers: z
          .record(headerName, expression)
          .default({})
          .meta({ description: 'Request headers, each with JSONata that gives its value.' }),
      })
      .optional()
      .meta({
        description:
          'The request around the output, within what the destination allows. The expressions see payload, headers, event and output.',
      }),
    contract: z
      .strictObject({ input: fileOfRoute.optional(), output: fileOfRoute.optional() })
      .default({})
      .meta({
        description:
          'JSON Schema files that the payload and the result must keep to. output.v2.schema.json is that of version 2 alone.',
      }),
    numbers: z.enum(['exact', 'strings']).default('exact').meta({
      description:
        'What the mapping sees of numbers with more digits than can be computed with: the number as it was written, or a text.',
    }),
    guards: guardsKey,
    accept: acceptKey,
  })
  .meta({ description: 'Which events go where, and through which mapping.' });

/** What a route.yaml says. */
export type RouteFile = z.output<typeof routeFile>;

export interface Route {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly events: readonly string[];
  readonly when?: SourceText;
  /** The version in force. */
  readonly mapping: SourceText;
  readonly contract: { readonly input?: Contract; readonly output?: Contract };
  readonly request?: RequestExpressions;
  readonly examples: readonly Example[];
  readonly numbers: NumberMode;
  readonly guards: GuardSwitches;
  readonly accept: readonly Acceptance[];
  /** What was accepted as right where the examples say less. */
  readonly baseline: Baseline;
  /** What deliver is to watch; worked out when it is asked for, since that takes the mapping's tree. */
  readonly watch?: () => readonly WatchedPath[];
  /** The versions that lie beside the one in force. */
  readonly versions: readonly RouteVersion[];
}
