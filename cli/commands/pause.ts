import { z } from 'zod';
import { type Command, defineCommand } from '../command.ts';
import { depthOf } from '../deadLetters.ts';
import { setPaused } from '../eventSource.ts';
import { dataOption, stageOption } from '../options.ts';
import { openStage, queuesOf } from '../stage.ts';

const output = z.object({
  destination: z.string(),
  paused: z.boolean(),
  state: z.string(),
  waiting: z.int(),
});

/** `pause` and `resume` are one switch. */
function pauseSwitch(name: string, paused: boolean, summary: string, details: string, said: string): Command {
  return defineCommand({
    name,
    summary,
    details,
    arguments: [{ name: 'NAME', description: 'the destination' }],
    options: [stageOption, dataOption],
    examples: [`${name} ledger`, `${name} ledger --stage prod`],
    output,
    async run({ arguments: [destination = ''], options }) {
      const stage = await openStage(options);
      const state = await setPaused(stage, destination, paused);
      const { visible } = await depthOf(stage, (await queuesOf(stage, destination)).queueUrl);
      return { exitCode: 0, output: { destination, paused, state, waiting: visible } };
    },
    print: ({ destination, state, waiting }) =>
      `${destination} ${said} (${state.toLowerCase()}); ${waiting} messages wait`,
  });
}

export const pause = pauseSwitch(
  'pause',
  true,
  'stop delivering to a destination; its messages wait',
  'Attempts under way end. Webhooks are still accepted, and wait on the queue without using up attempts. SQS keeps them\n' +
    'for 14 days, and after 10 the relay gives them up as dead letters: do not forget to resume.',
  'is paused',
);

export const resume = pauseSwitch(
  'resume',
  false,
  'deliver to a paused destination again',
  "What waited goes out at once, as fast as the destination's concurrency allows.",
  'is resumed',
);
