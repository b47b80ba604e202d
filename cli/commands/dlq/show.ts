import { z } from 'zod';
import { readPayload } from '../../../core/payload.ts';
import { defineCommand, Failure } from '../../command.ts';
import { causeName, hasId, lookAtDeadLetters } from '../../deadLetters.ts';
import { dataOption, stageOption } from '../../options.ts';
import { openStage, queuesOf } from '../../stage.ts';

const SEARCHED = 10_000;

export const dlqShow = defineCommand({
  name: 'dlq show',
  summary: 'one dead letter: why it died, and the event as the provider sent it',
  details: 'Prints the payload: mind who reads along. Nothing is changed.',
  arguments: [
    { name: 'NAME', description: 'the destination' },
    { name: 'ID', description: "a delivery id, event id, provider's event id or message id" },
  ],
  options: [stageOption, dataOption],
  examples: ['dlq show ledger dlv_0123456789abcdef0123456789abcdef'],
  output: z.object({
    destination: z.string(),
    messageId: z.string(),
    cause: z.string(),
    details: z.record(z.string(), z.unknown()),
    redrives: z.int(),
    delivery: z
      .object({ deliveryId: z.string(), route: z.string(), event: z.record(z.string(), z.unknown()) })
      .optional(),
    headers: z.record(z.string(), z.string()),
    payload: z.unknown(),
  }),
  async run({ arguments: [name = '', id = ''], options }) {
    const stage = await openStage(options);
    const letters = await lookAtDeadLetters(stage, await queuesOf(stage, name), SEARCHED);
    const letter = letters.find(candidate => hasId(candidate, id));
    if (letter === undefined) {
      throw new Failure(
        `among ${letters.length} dead letters of "${name}" there is no ${id}`,
        `\`hookwright dlq ls ${name}\` shows what there is`,
      );
    }
    const { envelope } = letter;
    const payload =
      envelope === undefined
        ? undefined
        : readPayload(envelope.body, envelope.headers['content-type'], envelope.headers['content-encoding']);
    return {
      exitCode: 0,
      output: {
        destination: name,
        messageId: letter.messageId,
        cause: causeName(letter),
        details: { ...letter.cause },
        redrives: letter.redrives,
        ...(envelope === undefined
          ? {}
          : {
              delivery: {
                deliveryId: envelope.deliveryId,
                route: envelope.route,
                event: { ...envelope.event },
              },
            }),
        headers: { ...envelope?.headers },
        payload: payload === undefined ? letter.body : payload.kind === 'undecodable' ? null : payload.value,
      },
    };
  },
  print: ({ cause, details, redrives, delivery, headers, payload }) =>
    [
      `cause     ${cause}${redrives === 0 ? '' : `  (redriven ${redrives} times)`}`,
      ...Object.entries(details).map(([key, value]) => `  ${key}: ${String(value)}`),
      ...(delivery === undefined
        ? ['the message is no envelope of ours; its text follows']
        : [
            `delivery  ${delivery.deliveryId}  ${delivery.route}`,
            `event     ${JSON.stringify(delivery.event)}`,
          ]),
      `headers   ${JSON.stringify(headers)}`,
      'payload',
      JSON.stringify(payload, undefined, 2),
    ].join('\n'),
});
