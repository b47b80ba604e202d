import { basename, dirname, relative } from 'node:path';
import { z } from 'zod';
import { type CheckReport, ProjectChecker } from '../../authoring/checkProject.ts';
import type { FileMarks } from '../../authoring/folderMarks.ts';
import { VerdictCache } from '../../authoring/verdictCache.ts';
import { deployedProblems } from '../../core/files/deployed.ts';
import { formatProblem, type Problem } from '../../core/files/problem.ts';
import { describePromise } from '../../core/files/promise.ts';
import { versionNameOf } from '../../core/files/routeVersions.ts';
import { describeDedupe } from '../../core/files/sourceFile.ts';
import { describeReplay } from '../../core/receive/replay.ts';
import { replayDefence, strengthOf } from '../../core/signatures/schemeTraits.ts';
import { defineCommand, Failure, Misuse, type OptionValues, textOption } from '../command.ts';
import { counted } from '../counted.ts';
import { githubAnnotation } from '../githubAnnotations.ts';
import { mappingsOption } from '../options.ts';
import { table } from '../terminal.ts';
import { watchOption, whileWatching } from '../whileWatching.ts';

const place = z.object({ file: z.string(), line: z.int(), column: z.int() });

const problem = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  file: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
  message: z.string(),
  hint: z.string().optional(),
  cause: place.optional().describe('where in a mapping it comes from, when that is not `file`'),
  excerpt: z.string().optional().describe('that line, with a caret below the place'),
});

const shape = z.object({
  ok: z.boolean(),
  problems: z.array(problem),
  sources: z.array(
    z.object({
      name: z.string(),
      provider: z.string(),
      verification: z.enum(['verified', 'authenticated', 'unverified']),
      replay: z.enum(['signed-timestamp', 'signed-event-id', 'undefended']),
      replayed: z.string().describe('what becomes of a webhook that somebody recorded and posts again'),
      repeats: z.string(),
      archiveDays: z.int().optional(),
    }),
  ),
  destinations: z.array(z.object({ name: z.string(), promise: z.string() })),
  routes: z.array(
    z.object({ name: z.string(), examples: z.int(), version: z.string(), beside: z.array(z.string()) }),
  ),
  examples: z.int(),
});

type Output = z.output<typeof shape>;

function outputOf({ project, problems, ok, examples }: CheckReport): Output {
  const { sources, destinations, routes } = project;
  return {
    ok,
    problems: [...problems],
    sources: Object.values(sources).map(({ name, provider, scheme, dedupe, archiveDays }) => ({
      name,
      provider,
      verification: strengthOf(scheme),
      replay: replayDefence(scheme),
      replayed: describeReplay(scheme, dedupe),
      repeats: describeDedupe(dedupe),
      ...(archiveDays === undefined ? {} : { archiveDays }),
    })),
    destinations: Object.values(destinations).map(destination => ({
      name: destination.name,
      promise: describePromise(destination),
    })),
    routes: routes.map(({ name, mapping, examples, versions }) => ({
      name,
      examples: examples.length,
      version: versionNameOf(mapping.file),
      beside: versions.map(version => version.name),
    })),
    examples,
  };
}

function printed({ ok, problems, sources, destinations, routes, examples }: Output): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const lines = problems.map(({ excerpt, ...found }, index) => {
    // One mistake in a mapping fails many examples: its line is shown once.
    const isNew = excerpt !== problems[index - 1]?.excerpt;
    return formatProblem({ ...found, ...(isNew && excerpt !== undefined ? { excerpt } : {}) } as Problem);
  });
  if (lines.length > 0) lines.push('');
  if (ok) {
    lines.push(
      table([
        ...sources.map(({ name, provider, verification, replayed, repeats, archiveDays }) => [
          'source',
          name,
          `${provider}; ${verification === 'verified' ? verification : verification.toUpperCase()}; replayed: ${replayed}; repeats: ${repeats}${archiveDays === undefined ? '' : `; archive: ${archiveDays} d`}`,
        ]),
        ...destinations.map(({ name, promise }) => ['destination', name, promise]),
        ...routes.map(({ name, examples: some, version, beside }) => [
          'route',
          name,
          `${counted(some, 'example')} pass${some === 1 ? 'es' : ''}${beside.length === 0 ? '' : `; ${version} in force, ${beside.join(', ')} beside it`}`,
        ]),
      ]),
      '',
    );
  }
  lines.push(
    `${counted(routes.length, 'route')}, ${counted(examples, 'example')}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`,
  );
  return lines.join('\n');
}

/** Adds what only the stage can tell. */
async function againstStage(
  report: CheckReport,
  mappings: string,
  options: OptionValues,
): Promise<CheckReport> {
  // The clients are read for this alone.
  const { openStage } = await import('../stage.ts');
  const { deployedDestinations } = await import('../deployedDestinations.ts');
  const deployed = await deployedDestinations(await openStage(options));
  const found = deployedProblems(basename(mappings), report.project, deployed);
  return { ...report, ok: report.ok && found.length === 0, problems: [...report.problems, ...found] };
}

export const check = defineCommand({
  details:
    'Runs every example; then says what they leave unproven, and which damage to their payloads changes an output without\n' +
    'an error. Exit code 1 when there is any error; warnings alone pass, unless --strict says otherwise.\n' +
    '`hookwright codes CODE` explains a code.\n' +
    'With --stage NAME, what is deployed there is looked at as well: a destination that is gone while messages wait on its\n' +
    'queue, and one that moved to another shard, are errors. Run it before each deploy.\n' +
    '--format github prints annotations, which a pull request shows at their lines.',
  arguments: [],
  options: [
    mappingsOption,
    watchOption,
    { flags: '--strict', description: 'warnings fail, too' },
    {
      flags: '--cache <dir>',
      description: 'where it keeps what it found out about routes that nobody touched',
      default: '.hookwright/cache',
    },
    {
      flags: '--format <form>',
      description: 'text, or github for annotations in a workflow',
      default: 'text',
    },
    {
      flags: '--stage <name>',
      description:
        'hold the files against what is deployed in this stage (credentials and region as for the AWS CLI)',
    },
    { flags: '--data <dir>', description: 'the same against the local stack whose state is in this folder' },
  ],
  examples: [
    'check',
    'check --watch',
    'check --format github',
    'check --strict',
    'check --stage prod',
    'check --mappings ../our-mappings --json',
  ],
  output: shape,
  async run({ options, terminal }) {
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    const form = textOption(options, 'format') ?? 'text';
    if (form !== 'text' && form !== 'github') throw new Misuse('--format takes text or github');
    const cache = new VerdictCache(textOption(options, 'cache') ?? '.hookwright/cache', mappings);
    const checker = new ProjectChecker(mappings, cache);
    const isAgainstStage = options['stage'] !== undefined || options['data'] !== undefined;
    const run = async (files?: FileMarks): Promise<Output> => {
      const report = await checker.check(files);
      return outputOf(isAgainstStage ? await againstStage(report, mappings, options) : report);
    };
    let output = await run().catch((error: Error) => {
      throw new Failure(error.message);
    });
    if (options['watch'] === true) {
      let isFirst = true;
      await whileWatching(mappings, [], terminal, async files => {
        if (!isFirst) output = await run(files);
        isFirst = false;
        terminal.write(terminal.isJson ? JSON.stringify(output) : printed(output));
      });
      return { exitCode: output.ok ? 0 : 1, output, isShown: true };
    }
    const prefix = relative('.', dirname(mappings)).replaceAll('\\', '/');
    if (form === 'github') {
      for (const found of output.problems)
        terminal.write(githubAnnotation(found as Problem, prefix === '' ? '' : `${prefix}/`));
    }
    return {
      exitCode: output.ok && (options['strict'] !== true || output.problems.length === 0) ? 0 : 1,
      output,
    };
  },
  print: printed,
});
