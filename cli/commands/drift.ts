import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { addUp } from '../../core/drift/report.ts';
import { toTypes, VALUE_TYPES, type ValueType } from '../../core/drift/valueTypes.ts';
import { latestShapeLinesOf } from '../../core/events/queries.ts';
import { BASELINE_FILE, writeBaseline } from '../../core/files/baselineFile.ts';
import type { Route } from '../../core/files/routeFile.ts';
import { formatPath } from '../../core/reads/inputPath.ts';
import { defineCommand, Misuse, textOption } from '../command.ts';
import { counted } from '../counted.ts';
import { shapeLines } from '../logQueries.ts';
import { dataOption, mappingsOption, stageOption } from '../options.ts';
import { routeNamed } from '../routeNamed.ts';
import { openStage, type Stage } from '../stage.ts';
import { table } from '../terminal.ts';
import { timeOption } from '../time.ts';

const DEFAULT_SINCE = '7d';

const types = z.array(z.enum(VALUE_TYPES));

const drifted = z.object({
  route: z.string(),
  path: z.string().describe('below the payload, as a mapping writes it'),
  baseline: types,
  met: z.partialRecord(z.enum(VALUE_TYPES), z.int()).describe('types that are new, and in how many events'),
  drifted: z.boolean().describe('no event of the last ones is as the baseline says'),
  events: z.int(),
  since: z.string(),
  until: z.string(),
});

export const drift = defineCommand({
  details:
    'Deliver looks at the paths that a mapping reads, in each event or in a sample of them, and writes down where a field is\n' +
    'absent that never was, or has a type that it never had. The baseline is what the examples have, and what was accepted.\n' +
    'Fields that no mapping reads are not looked at. Values are never kept. --accept writes what was met into\n' +
    'ROUTE/baseline.json, once the mapping can bear it: then it is no news any more. Exit code 1 when a path has drifted.',
  arguments: [{ name: '[ROUTE]', description: 'one route; default: all' }],
  options: [
    { flags: '--since <time>', description: 'since then: 2h, 7d or a time', default: DEFAULT_SINCE },
    { flags: '--accept', description: "take what was met into the route's baseline" },
    mappingsOption,
    stageOption,
    dataOption,
  ],
  examples: [
    'drift',
    'drift shop-order-to-ledger --since 24h --stage prod',
    'drift shop-order-to-ledger --accept',
  ],
  output: z.object({
    stage: z.string(),
    since: z.string(),
    routes: z.array(
      z.object({ route: z.string(), events: z.int().describe('that were looked at'), watched: z.int() }),
    ),
    paths: z.array(drifted),
    written: z.array(z.string()),
  }),
  async run({ arguments: [routeName], options }) {
    const now = Date.now();
    const since = timeOption({ since: textOption(options, 'since') ?? DEFAULT_SINCE }, 'since', now) ?? now;
    if (options['accept'] === true && routeName === undefined) {
      throw new Misuse('--accept is for one route', 'look first: `hookwright drift`');
    }
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    const compiled = await loadProject(mappings);
    const routes = routeName === undefined ? compiled.project.routes : [routeNamed(compiled, routeName)];
    const stage = await openStage(options);
    const routeReports: { route: string; events: number; watched: number }[] = [];
    const paths: z.output<typeof drifted>[] = [];
    const written: string[] = [];
    for (const route of routes) {
      const looked = await lookAt(route, stage, (now - since) / 1000);
      routeReports.push(looked.report);
      paths.push(...looked.paths);
      if (options['accept'] !== true || looked.paths.length === 0) continue;
      const file = join(mappings, route.name, BASELINE_FILE);
      await writeFile(file, writeBaseline(acceptedBy(route, looked.paths)));
      written.push(relative('.', file));
    }
    return {
      exitCode: written.length === 0 && paths.some(path => path.drifted) ? 1 : 0,
      output: {
        stage: stage.name,
        since: new Date(since).toISOString(),
        routes: routeReports,
        paths,
        written,
      },
    };
  },
  print({ since, routes, paths, written }) {
    const seen = routes.reduce((sum, { events }) => sum + events, 0);
    const watched = routes.reduce((sum, route) => sum + route.watched, 0);
    const lines = [
      `${counted(watched, 'path')} of ${counted(routes.length, 'route')}, ${counted(seen, 'event')} looked at since ${since}: ${paths.length === 0 ? 'nothing has changed' : `${counted(paths.length, 'path')} ${paths.length === 1 ? 'has' : 'have'}`}`,
    ];
    if (paths.length > 0) {
      lines.push(
        '',
        table([
          ['ROUTE', 'PATH', 'WAS', 'IS NEW', 'EVENTS', 'LAST', ''],
          ...paths.map(path => [
            path.route,
            `payload.${path.path}`,
            path.baseline.join(', '),
            Object.entries(path.met)
              .map(([type, count]) => `${type} (${count})`)
              .join(', '),
            String(path.events),
            path.until,
            path.drifted ? 'DRIFTED: no event is any more as it was' : '',
          ]),
        ]),
        '',
        ...(written.length === 0
          ? [
              'Make one an example (hookwright capture), mend the mapping if it cannot bear it, and then: hookwright drift ROUTE --accept',
            ]
          : written.map(file => `wrote ${file}; it is in force with the next deploy`)),
      );
    }
    return lines.join('\n');
  },
});

async function lookAt(route: Route, stage: Stage, sinceSeconds: number) {
  const watched = new Map(
    (route.watch?.() ?? []).map(({ path, baseline }) => [formatPath(path), toTypes(baseline)]),
  );
  const { events, paths } = addUp(await shapeLines(stage, latestShapeLinesOf(route.name), sinceSeconds));
  return {
    report: { route: route.name, events, watched: watched.size },
    // What is in the baseline by now, or not read any more, was news once.
    paths: paths.flatMap(({ path, met, ...rest }) => {
      const baseline = watched.get(path);
      const news = Object.fromEntries(
        Object.entries(met).filter(([type]) => baseline?.includes(type as ValueType) === false),
      );
      return baseline === undefined || Object.keys(news).length === 0
        ? []
        : [{ route: route.name, path, baseline: [...baseline], met: news, ...rest }];
    }),
  };
}

/** What was accepted before, and what is to be from now on. */
function acceptedBy(
  route: Route,
  paths: readonly z.output<typeof drifted>[],
): ReadonlyMap<string, readonly string[]> {
  const accepted = new Map<string, readonly string[]>(
    [...route.baseline].map(([path, bits]) => [path, toTypes(bits)]),
  );
  for (const { path, baseline, met } of paths) {
    const all = new Set([...baseline, ...Object.keys(met)]);
    accepted.set(
      path,
      VALUE_TYPES.filter(type => all.has(type)),
    );
  }
  return accepted;
}
