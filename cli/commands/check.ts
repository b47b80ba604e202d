import { z } from 'zod';
import { checkProject } from '../../authoring/checkProject.ts';
import { formatProblem } from '../../core/files/problem.ts';
import { describePromise } from '../../core/files/promise.ts';
import { versionNameOf } from '../../core/files/routeVersions.ts';
import { describeDedupe } from '../../core/files/sourceFile.ts';
import { describeReplay } from '../../core/receive/replay.ts';
import { replayDefence, strengthOf } from '../../core/signatures/schemeTraits.ts';
import { defineCommand, Failure, textOption } from '../command.ts';
import { mappingsOption } from '../options.ts';
import { table } from '../terminal.ts';

const problem = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  file: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
  message: z.string(),
  hint: z.string().optional(),
});

export const check = defineCommand({
  details: 'Exit code 1 when there is any error; warnings alone pass.',
  arguments: [],
  options: [mappingsOption],
  examples: ['check', 'check --mappings ../our-mappings --json'],
  output: z.object({
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
  }),
  async run({ options }) {
    const report = await checkProject(textOption(options, 'mappings') ?? 'mappings').catch((error: Error) => {
      throw new Failure(error.message);
    });
    const { sources, destinations, routes } = report.project;
    return {
      exitCode: report.ok ? 0 : 1,
      output: {
        ok: report.ok,
        problems: [...report.problems],
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
        examples: report.examples,
      },
    };
  },
  print({ ok, problems, sources, destinations, routes, examples }) {
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    const warnings = problems.length - errors;
    const lines = problems.map(found => formatProblem(found as Parameters<typeof formatProblem>[0]));
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
          ...routes.map(({ name, examples: count, version, beside }) => [
            'route',
            name,
            `${count} examples pass${beside.length === 0 ? '' : `; ${version} in force, ${beside.join(', ')} beside it`}`,
          ]),
        ]),
        '',
      );
    }
    lines.push(`${routes.length} routes, ${examples} examples: ${errors} errors, ${warnings} warnings`);
    return lines.join('\n');
  },
});
