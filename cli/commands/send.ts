import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { exampleType } from '../../core/files/runExample.ts';
import { defineCommand, Misuse, textOption } from '../command.ts';
import { dataOption, mappingsOption, stageOption } from '../options.ts';
import { postWebhook } from '../postWebhook.ts';
import { readSigningSecret } from '../signingSecret.ts';
import { sourceNamed } from '../sourceNamed.ts';
import { openStage } from '../stage.ts';

export const send = defineCommand({
  details:
    "The signature is made with the stage's own secret, so this is a real event: it is accepted, mapped and delivered. Where a provider signs with a private key of its own, a test key of the local stack takes its place.",
  arguments: [
    { name: 'SOURCE', description: 'the source to post as' },
    { name: 'FILE', description: 'the body' },
  ],
  options: [
    {
      flags: '--event <type>',
      description:
        "the event type; default: what the body says, and the first of the source's first route where a header says it",
    },
    {
      flags: '--id <id>',
      description: "the provider's event id, where it stands in a header; default: a new one",
    },
    { flags: '--content-type <type>', description: 'of the body', default: 'application/json' },
    {
      flags: '--key <file>',
      description:
        "a private key in PEM, for providers that sign with a key of their own; default: the local stack's test key",
    },
    { flags: '--url <url>', description: 'the front door, for a stage in AWS (output WebhookUrl)' },
    mappingsOption,
    stageOption,
    dataOption,
  ],
  examples: [
    'send github mappings/github-issue-to-ops-chat/examples/01-typical.input.json --event issues.opened',
  ],
  output: z.object({
    url: z.string(),
    status: z.int(),
    answer: z.string(),
    durationMs: z.number(),
    eventType: z.string(),
    eventId: z.string().optional(),
  }),
  async run({ arguments: [name = '', file = ''], options }) {
    const { project } = await loadProject(textOption(options, 'mappings') ?? 'mappings');
    const source = sourceNamed(project, name);
    const body = await readFile(file).catch(() => {
      throw new Misuse(`cannot read ${file}`);
    });
    const stage = await openStage(options);
    const frontDoor = textOption(options, 'url') ?? stage.frontDoor;
    if (frontDoor === undefined) {
      throw new Misuse(
        'say where the front door of the stage is: --url URL',
        'it is the output WebhookUrl of the stack',
      );
    }
    const route = project.routes.find(({ from }) => from === name);
    const asked = textOption(options, 'event');
    const posted = await postWebhook({
      frontDoor,
      source,
      secret: await readSigningSecret(stage, source, options),
      body,
      contentType: textOption(options, 'contentType') ?? 'application/json',
      eventType: asked ?? exampleType(route?.events ?? []),
      eventId: textOption(options, 'id') ?? randomUUID(),
      headers: {},
      ...(asked === undefined ? {} : { mustBeOfType: true }),
    });
    const eventId = /"event":"(evt_[0-9a-f]+)"/.exec(posted.answer)?.[1];
    return {
      exitCode: posted.status < 300 ? 0 : 1,
      output: {
        url: `${frontDoor}/${name}`,
        status: posted.status,
        answer: posted.answer,
        eventType: posted.eventType,
        durationMs: Math.round(posted.durationMs * 10) / 10,
        ...(eventId === undefined ? {} : { eventId }),
      },
    };
  },
  print: ({ url, status, answer, durationMs, eventType, eventId }) =>
    [
      `${eventType}: ${status} from ${url} in ${durationMs} ms: ${answer}`,
      ...(eventId === undefined ? [] : [`follow it: hookwright events ${eventId}`]),
    ].join('\n'),
});
