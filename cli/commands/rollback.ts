import { z } from 'zod';
import { functionName } from '../../core/names.ts';
import { stepsBack, stepsForward, type VersionStep } from '../../core/rollback.ts';
import { recordBegin, recordEnd } from '../audit.ts';
import { defineCommand, Misuse } from '../command.ts';
import { functionsOf, putInForce } from '../functionVersions.ts';
import { dataOption, stageOption } from '../options.ts';
import { openStage } from '../stage.ts';
import { table } from '../terminal.ts';

const version = z.object({ version: z.int(), published: z.string(), configuration: z.string() });

export const rollback = defineCommand({
  details:
    'Code and configuration, mappings among them, of every function that the last deploy changed go back to what was in\n' +
    'force before it, within seconds; called again, one deploy further. Queues, alarms and rights stay as they are. A later\n' +
    'deploy that changes a function puts its own version in force. Events that only the newer configuration has a route for\n' +
    'become dead letters (`route-removed`), and are redriven once it is back.\n\n' +
    'Exit code 0: done, or it would be; 1: there is nothing to go to; 2: misuse.',
  arguments: [
    {
      name: '[FUNCTION]',
      description: 'receive, deliver or deliver-N: this one only; else all that the last deploy changed',
    },
  ],
  options: [
    { flags: '--undo', description: 'to the newest version of each: what was deployed last' },
    { flags: '--dry-run', description: 'say what would be in force, and change nothing' },
    stageOption,
    dataOption,
  ],
  examples: ['rollback --stage prod --dry-run', 'rollback --stage prod', 'rollback --stage prod --undo'],
  output: z.object({
    stage: z.string(),
    changed: z.boolean(),
    functions: z.array(z.object({ name: z.string(), from: version, to: version })),
  }),
  async run({ arguments: [wanted], options }) {
    const stage = await openStage(options);
    const all = await functionsOf(stage);
    const prefix = functionName(stage.name, 'receive').replace(/receive$/, '');
    const chosen = all.filter(({ name }) => wanted === undefined || name === `${prefix}${wanted}`);
    if (chosen.length === 0) {
      throw new Misuse(
        `the stage "${stage.name}" has no function "${wanted}"`,
        `it has ${all.map(({ name }) => name.slice(prefix.length)).join(', ')}`,
      );
    }
    const isBack = options['undo'] !== true;
    const steps = isBack ? stepsBack(chosen) : stepsForward(chosen);
    const output = { stage: stage.name, changed: false, functions: steps.map(describe) };
    if (steps.length === 0 || options['dryRun'] === true) {
      return { exitCode: steps.length === 0 ? 1 : 0, output };
    }
    const said = Object.fromEntries(steps.map(({ name, to }) => [name, to.version]));
    await recordBegin(stage, 'rollback', 'relay', said);
    // Whoever sends goes back first and forward last, so that deliver knows every route that receive sends to.
    for (const step of isBack ? steps : steps.toReversed()) await putInForce(stage, step);
    await recordEnd(stage, 'rollback', 'relay', said);
    return { exitCode: 0, output: { ...output, changed: true } };
  },
  print: ({ stage, changed, functions }) =>
    functions.length === 0
      ? `${stage}: there is no other version to put in force`
      : [
          table([
            ['function', 'in force', changed ? 'now' : 'would be', 'published'],
            ...functions.map(({ name, from, to }) => [
              name,
              `${from.version} (${from.configuration})`,
              `${to.version} (${to.configuration})`,
              to.published,
            ]),
          ]),
          changed ? 'undo: hookwright rollback --undo' : 'nothing was changed',
        ].join('\n'),
});

const describe = ({ name, from, to }: VersionStep) => {
  const words = ({ version, publishedAt, description }: VersionStep['to']) => ({
    version,
    published: Number.isNaN(publishedAt) ? 'unknown' : new Date(publishedAt).toISOString(),
    configuration: description.replace(/^configuration /, ''),
  });
  return { name, from: words(from), to: words(to) };
};
