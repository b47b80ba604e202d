import { z } from 'zod';
import { readDuration } from '../../core/files/duration.ts';
import { recordBegin, recordEnd } from '../audit.ts';
import { defineCommand, Misuse, type OptionValues } from '../command.ts';
import { counted } from '../counted.ts';
import { eventSourceOf, isPaused, resumeMapping } from '../eventSource.ts';
import { untilInterrupted } from '../interrupt.ts';
import { dataOption, stageOption } from '../options.ts';
import { depthOf } from '../queueDepth.ts';
import { ramp } from '../ramp.ts';
import { openStage, queuesOf } from '../stage.ts';

const RAMP_SECONDS = 300;

export const resume = defineCommand({
  details:
    "Without --ramp what waited goes out as fast as the destination's concurrency allows. With it the event source mapping\n" +
    'is let go in steps that double, from one message for each of two invocations (Lambda has no slower setting), while the\n' +
    'command runs and watches. Ctrl-C, half of the attempts failing, or a log that cannot be read leave it paused; killed, it\n' +
    'is paused again within minutes of the end of its step. It ends early when nothing waits any more.\n\n' +
    'Exit code 0: resumed; 1: the ramp was called off, and it is paused; 2: misuse.',
  arguments: [{ name: 'NAME', description: 'the destination' }],
  options: [
    { flags: '--ramp [duration]', description: 'let it go gradually, over 5m unless said otherwise' },
    stageOption,
    dataOption,
  ],
  examples: ['resume ledger', 'resume ledger --ramp 15m --stage prod'],
  output: z.object({
    destination: z.string(),
    paused: z.boolean(),
    state: z.string(),
    waiting: z.int(),
    /** Why the ramp was called off. */
    stopped: z.string().optional(),
    steps: z.int().optional(),
    stepsDone: z.int().optional(),
  }),
  async run({ arguments: [destination = ''], options, terminal }) {
    const seconds = rampSeconds(options);
    const stage = await openStage(options);
    const mapping = await eventSourceOf(stage, destination);
    await recordBegin(stage, 'resume', destination, seconds === undefined ? {} : { rampSeconds: seconds });
    const resumed =
      seconds === undefined
        ? { mapping: await resumeMapping(stage, mapping) }
        : await untilInterrupted(signal => ramp({ stage, destination, seconds, signal, terminal }));
    const { mapping: after, ...rampFigures } = resumed;
    await recordEnd(stage, 'resume', destination, rampFigures);
    const { visible } = await depthOf(stage, (await queuesOf(stage, destination)).queueUrl);
    const paused = isPaused(after);
    return {
      exitCode: paused ? 1 : 0,
      output: { destination, paused, state: after.State ?? 'unknown', waiting: visible, ...rampFigures },
    };
  },
  print: ({ destination, state, waiting, stopped, steps, stepsDone }) =>
    stopped === undefined
      ? `${destination} is resumed (${state.toLowerCase()}); ${counted(waiting, 'message')} wait${waiting === 1 ? 's' : ''}`
      : [
          `${destination} is paused again: ${stopped} (after ${stepsDone} of ${steps} steps); ${counted(waiting, 'message')} wait${waiting === 1 ? 's' : ''}`,
          `look: hookwright status ${destination}`,
        ].join('\n'),
});

function rampSeconds(options: OptionValues): number | undefined {
  const { ramp: value } = options;
  if (value === undefined) return undefined;
  if (value === true) return RAMP_SECONDS;
  const seconds = readDuration(String(value));
  if (seconds === undefined) throw new Misuse(`--ramp takes 30s, 15m or 2h, and got "${value}"`);
  return seconds;
}
