import { z } from 'zod';
import { loadProject } from '../../../authoring/loadProject.ts';
import { CAUSE_CLASSES } from '../../../core/delivery/causeClass.ts';
import { isStored } from '../../../core/envelope.ts';
import { differences } from '../../../core/files/difference.ts';
import { readPayload } from '../../../core/payload.ts';
import { defineCommand, Failure, textOption } from '../../command.ts';
import { causeName, classOf, type DeadLetter, hasId } from '../../deadLetters/deadLetter.ts';
import { lookAtDeadLetters, withWholeBody } from '../../deadLetters/look.ts';
import { createRender, type Rendering } from '../../deadLetters/render.ts';
import { dataOption, mappingsOption, stageOption } from '../../options.ts';
import { openStage, queuesOf, type Stage } from '../../stage.ts';

const SEARCHED = 10_000;

const rendering = z.object({
  becomes: z.enum(['body', 'dropped', 'dead']),
  mapping: z.object({ file: z.string(), digest: z.string() }).optional(),
  /** Of the mapping at the last attempt, as the dead letter has it. */
  recordedDigest: z.string().optional(),
  contract: z.string(),
  body: z.unknown().optional(),
  bytes: z.int().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** In words: which two things the differences lie between, or why there is nothing to compare. */
  compared: z.string(),
  differences: z.array(z.string()),
});

export const dlqShow = defineCommand({
  details:
    'Payload is shown only when asked for: --payload prints the event as the provider sent it, --render what the mappings\n' +
    'in the folder make of it. What was sent is not kept; but a mapping and an event make it again. So --render tells by\n' +
    "digest whether the folder's mapping is the one of the last attempt, and with --against DIR (another folder, such as a\n" +
    'worktree of the commit that was deployed) it gives the difference by path between what the two make.\n\n' +
    'Nothing is changed. Exit code 0: shown; 1: not found, or it would die again; 2: misuse.',
  arguments: [
    { name: 'NAME', description: 'the destination; may be left out, then every queue is searched' },
    { name: '[ID]', description: "a delivery id, event id, provider's event id or message id" },
  ],
  options: [
    { flags: '--payload', description: "print the event's headers and payload" },
    { flags: '--render', description: 'print what the mappings in the folder make of it' },
    { flags: '--against <dir>', description: 'compare with what the mappings of another folder make of it' },
    mappingsOption,
    stageOption,
    dataOption,
  ],
  examples: [
    'dlq show ledger dlv_0123456789abcdef0123456789abcdef',
    'dlq show dlv_0123456789abcdef0123456789abcdef --render --against ../deployed/mappings',
  ],
  output: z.object({
    destination: z.string(),
    messageId: z.string(),
    cause: z.string(),
    class: z.enum(CAUSE_CLASSES),
    details: z.record(z.string(), z.unknown()),
    redrives: z.int(),
    sentAt: z.string(),
    delivery: z
      .object({ deliveryId: z.string(), route: z.string(), event: z.record(z.string(), z.unknown()) })
      .optional(),
    bytes: z.int(),
    headers: z.record(z.string(), z.string()).optional(),
    payload: z.unknown().optional(),
    rendering: rendering.optional(),
  }),
  async run({ arguments: [first = '', second], options }) {
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    const against = textOption(options, 'against');
    const stage = await openStage(options);
    const id = second ?? first;
    const names =
      second === undefined ? Object.keys((await loadProject(mappings)).project.destinations) : [first];
    const { destination, letter } = await find(stage, names, id);
    const { envelope } = letter;
    const rendered =
      options['render'] === true || against !== undefined
        ? await renderOne(letter, mappings, against)
        : undefined;
    return {
      exitCode: rendered?.becomes === 'dead' ? 1 : 0,
      output: {
        destination,
        messageId: letter.messageId,
        cause: causeName(letter),
        class: classOf(letter),
        details: { ...letter.cause },
        redrives: letter.redrives,
        sentAt: new Date(letter.sentAt).toISOString(),
        ...(envelope === undefined
          ? {}
          : {
              delivery: {
                deliveryId: envelope.deliveryId,
                route: envelope.route,
                event: { ...envelope.event },
              },
            }),
        bytes:
          envelope === undefined
            ? Buffer.byteLength(letter.body)
            : isStored(envelope)
              ? envelope.stored.bytes
              : envelope.body.byteLength,
        ...(options['payload'] === true ? payloadOf(letter) : {}),
        ...(rendered === undefined ? {} : { rendering: rendered }),
      },
    };
  },
  print(shown) {
    const { cause, details, redrives, delivery, headers, payload, rendering: made } = shown;
    const again = redrives === 0 ? '' : `; it was redriven ${redrives === 1 ? 'once' : `${redrives} times`}`;
    return [
      `destination  ${shown.destination}`,
      `cause        ${cause}, ${shown.class}${again}`,
      ...(cause === 'moved-by-sqs'
        ? [`  SQS moved it: deliver never finished with it. First sent ${shown.sentAt}`]
        : Object.entries(details)
            .filter(([key]) => !['reason', 'code'].includes(key))
            .map(([key, value]) => `  ${key}: ${String(value)}`)),
      ...(delivery === undefined
        ? ['the message is no envelope of ours']
        : [
            `delivery     ${delivery.deliveryId}  ${delivery.route}`,
            `event        ${JSON.stringify(delivery.event)}`,
          ]),
      `message      ${shown.messageId}, ${shown.bytes} bytes of payload`,
      ...(headers === undefined ? [] : [`headers      ${JSON.stringify(headers)}`]),
      ...(payload === undefined ? [] : ['payload', JSON.stringify(payload, undefined, 2)]),
      ...(made === undefined ? [] : renderingText(made)),
      ...(payload === undefined && made === undefined
        ? ['', 'the event itself: --payload; what would become of it now: --render']
        : []),
    ].join('\n');
  },
});

async function find(
  stage: Stage,
  names: readonly string[],
  id: string,
): Promise<{ destination: string; letter: DeadLetter }> {
  let searched = 0;
  for (const destination of names) {
    let letter: DeadLetter | undefined;
    searched += await lookAtDeadLetters(stage, await queuesOf(stage, destination), SEARCHED, candidate => {
      if (!hasId(candidate, id)) return undefined;
      letter = candidate;
      return 'enough';
    });
    if (letter !== undefined) {
      return { destination, letter: await withWholeBody(stage, await queuesOf(stage, destination), letter) };
    }
  }
  throw new Failure(
    `among ${searched} dead letters of ${names.map(name => `"${name}"`).join(', ')} there is no ${id}`,
    '`hookwright dlq ls` shows what there is',
  );
}

function payloadOf({ envelope, body }: DeadLetter): { headers: Record<string, string>; payload: unknown } {
  if (envelope === undefined || isStored(envelope)) return { headers: {}, payload: body };
  const { headers } = envelope;
  const payload = readPayload(envelope.body, headers['content-type'], headers['content-encoding']);
  return { headers: { ...headers }, payload: payload.kind === 'undecodable' ? body : payload.value };
}

async function renderOne(
  letter: DeadLetter,
  mappings: string,
  against: string | undefined,
): Promise<z.output<typeof rendering>> {
  const now = (await createRender(mappings))(letter);
  const before = against === undefined ? undefined : (await createRender(against))(letter);
  const recordedDigest = letter.cause?.mappingDigest;
  return {
    becomes: now.kind,
    ...(now.via === undefined ? {} : { mapping: { file: now.via.file, digest: now.via.digest } }),
    ...(recordedDigest === undefined ? {} : { recordedDigest }),
    contract: contractText(now),
    ...(now.kind === 'body' ? { body: JSON.parse(now.json), bytes: Buffer.byteLength(now.json) } : {}),
    ...(now.kind === 'dead' ? { error: { code: now.code, message: now.said } } : {}),
    ...compare(now, before, recordedDigest, against),
  };
}

function contractText(made: Rendering): string {
  if (made.kind === 'dead' && made.code.startsWith('CONTRACT_')) return `broken: ${made.said}`;
  if (made.kind !== 'body') return 'not reached';
  return made.via.hasOutputContract ? 'holds' : 'the route has none for its output';
}

/** Says exactly what is compared, because what was sent is kept nowhere. */
function compare(
  now: Rendering,
  before: Rendering | undefined,
  recorded: string | undefined,
  against: string | undefined,
): { compared: string; differences: string[] } {
  const isSame = recorded !== undefined && now.via?.digest === recorded;
  if (before === undefined) {
    const compared = isSame
      ? 'the mapping is the one of the last attempt, so this is what was made then, but for $now() and $millis()'
      : recorded === undefined
        ? 'the dead letter names no mapping, so there is nothing to compare with'
        : `the mapping has changed since the last attempt (${recorded}); for the difference name the folder of then: --against DIR`;
    return { compared, differences: [] };
  }
  const whose =
    recorded !== undefined && before.via?.digest === recorded
      ? 'the mapping of the last attempt, so what was made then'
      : 'not the mapping of the last attempt';
  return {
    compared: `expected: what ${against} makes (${before.via?.digest ?? 'no such route'}, ${whose}); got: what the folder makes now`,
    differences: [...differences(comparable(before), comparable(now))],
  };
}

const comparable = (made: Rendering): unknown =>
  made.kind === 'body' ? JSON.parse(made.json) : made.kind === 'dropped' ? 'dropped' : made.code;

function renderingText(made: z.output<typeof rendering>): string[] {
  const outcome = {
    body: `a request with ${made.bytes ?? 0} bytes`,
    dropped: 'nothing: `when` does not want it',
    dead: `a dead letter again: ${made.error?.code}: ${made.error?.message}`,
  }[made.becomes];
  return [
    '',
    `it becomes   ${outcome}`,
    ...(made.mapping === undefined ? [] : [`mapping      ${made.mapping.file} (${made.mapping.digest})`]),
    `contract     ${made.contract}`,
    `compared     ${made.compared}`,
    ...made.differences.map(line => `  ${line}`),
    ...(made.becomes === 'body' ? ['body', JSON.stringify(made.body, undefined, 2)] : []),
  ];
}
