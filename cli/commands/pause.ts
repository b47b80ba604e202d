import { z } from 'zod';
import { recordBegin } from '../audit.ts';
import { defineCommand } from '../command.ts';
import { counted } from '../counted.ts';
import { eventSourceOf, pauseMapping } from '../eventSource.ts';
import { dataOption, stageOption } from '../options.ts';
import { depthOf } from '../queueDepth.ts';
import { openStage, queuesOf } from '../stage.ts';

export const pause = defineCommand({
  details:
    'Attempts under way end. Webhooks are still accepted, and wait on the queue without using up attempts. SQS keeps them\n' +
    'for 14 days, and after 10 the relay gives them up as dead letters: do not forget to resume. A deploy does not.\n' +
    'Who paused it, and when, is on its tags, in `hookwright status NAME` and in the log of deliver.\n\n' +
    'Exit code 0: paused; 1: it could not be; 2: misuse.',
  arguments: [{ name: 'NAME', description: 'the destination' }],
  options: [stageOption, dataOption],
  examples: ['pause ledger', 'pause ledger --stage prod'],
  output: z.object({
    destination: z.string(),
    paused: z.boolean(),
    state: z.string(),
    waiting: z.int(),
  }),
  async run({ arguments: [destination = ''], options, terminal }) {
    const stage = await openStage(options);
    const mapping = await eventSourceOf(stage, destination);
    // An outage does not wait for the log: the tags say who and when as well.
    await recordBegin(stage, 'pause', destination, {}).catch((error: Error) => terminal.note(error.message));
    const { State: state = 'unknown' } = await pauseMapping(stage, mapping);
    const { visible } = await depthOf(stage, (await queuesOf(stage, destination)).queueUrl);
    return { exitCode: 0, output: { destination, paused: true, state, waiting: visible } };
  },
  print: ({ destination, state, waiting }) =>
    [
      `${destination} is paused (${state.toLowerCase()}); ${counted(waiting, 'message')} wait${waiting === 1 ? 's' : ''}`,
      `go on: hookwright resume ${destination} --ramp`,
    ].join('\n'),
});
