/** `guards:` and `accept:` of a route's file: what it watches for, and which silent changes its integrator knows of. */
import { z } from 'zod';
import { DEFAULT_GUARDS, GUARDS, type GuardSwitches } from '../guards/guard.ts';
import { MUTATIONS } from './acceptance.ts';

const guardSwitch = z.enum(['off', 'warn', 'fail']);

const MEANINGS: Readonly<Record<keyof GuardSwitches, string>> = {
  undefined: 'A field that the output of every example has is missing.',
  required: 'A field that the output contract requires is missing.',
  singleton: 'One thing stands where every example has a list.',
  integers: 'An integer beyond 2^53 is in the output.',
  numbers: 'A number changed on its way through the mapping.',
  dates: 'A date changed on its way through the mapping.',
};

export const guardsKey = z
  .union([
    guardSwitch.transform(
      (all): GuardSwitches => Object.fromEntries(GUARDS.map(guard => [guard, all])) as GuardSwitches,
    ),
    z
      .strictObject(
        Object.fromEntries(
          GUARDS.map(guard => [
            guard,
            guardSwitch
              .default(DEFAULT_GUARDS[guard])
              .meta({ description: `${MEANINGS[guard]} Default ${DEFAULT_GUARDS[guard]}.` }),
          ]),
        ) as Record<keyof GuardSwitches, z.ZodDefault<typeof guardSwitch>>,
      )
      .transform((switches): GuardSwitches => switches),
  ])
  .prefault({})
  .meta({
    description:
      'What to do about an output that went wrong without failing: off, warn (count and log the path) or fail (a dead letter). One word for all, or each by name.',
  });

/** `payload.customer.email`, `payload.items[].sku`, `payload.customer.**`. */
const INPUT_PATH = /^(?:payload|headers|event)(?:\.(?:[^.[\]*`\s]+|`[^`]+`|\*)|\[\])*(?:\.\*\*)?$/;

/** YAML reads a bare `null` as null. */
const mutationKind = z.union([z.enum(MUTATIONS), z.null().transform(() => 'null' as const)]);

export const acceptKey = z
  .array(
    z.strictObject({
      path: z
        .string()
        .regex(
          INPUT_PATH,
          'a path such as payload.customer.email, payload.items[].sku or payload.customer.**',
        )
        .meta({
          description: 'What changes in the payload. [] is any item of a list, * any field, .** all below.',
        }),
      change: z
        .union([mutationKind.transform(kind => [kind]), z.array(mutationKind).min(1)])
        .default([...MUTATIONS])
        .meta({ description: 'How it changes: dropped, null, retyped, one, empty. Default: in any way.' }),
      reason: z
        .string()
        .min(10, 'say why in a sentence')
        .meta({ description: 'Why the output may then differ.' }),
    }),
  )
  .default([])
  .meta({
    description:
      'Changes in a payload that change the output without an error, and are meant to. `hookwright check` lists the others.',
  });
