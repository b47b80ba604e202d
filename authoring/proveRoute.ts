/** Every example of a route is run, judged, watched and damaged: what `check` says beyond what the files say. */

import { withoutAccepted } from '../core/authoring/lint/acceptedHere.ts';
import { contractFields } from '../core/authoring/lint/contractFields.ts';
import { lintMapping } from '../core/authoring/lint/lintMapping.ts';
import { nowInOutput } from '../core/authoring/lint/nowInOutput.ts';
import { collectReads, type ReadPlace } from '../core/authoring/proof/observe.ts';
import { proveMapping } from '../core/authoring/proof/proveMapping.ts';
import { allTogether } from '../core/authoring/proof/sight.ts';
import type { SourceText } from '../core/configuration.ts';
import { routeConfiguration, textsOfRequest } from '../core/files/configure.ts';
import type { Example } from '../core/files/exampleFiles.ts';
import type { Problem } from '../core/files/problem.ts';
import type { Route } from '../core/files/routeFile.ts';
import { everyVersion } from '../core/files/routeVersions.ts';
import { exampleInput, judgeExample, transformExample } from '../core/files/runExample.ts';
import { GUARD_WORDS, type Guard } from '../core/guards/guard.ts';
import type { DataObject, Value } from '../core/jsonata/values.ts';
import type { ContractCheck } from '../core/mapping/contract.ts';
import type { Engine } from '../core/mapping/engine.ts';
import type { MappingError } from '../core/mapping/mappingError.ts';
import { OutOfTime, withinTimeLimit } from '../core/mapping/timeLimit.ts';
import type { Transformed } from '../core/mapping/transform.ts';
import { readPayload } from '../core/payload.ts';
import { shownOfShared } from './proveShared.ts';
import type { ShownOfShared, Verdict } from './verdict.ts';
import { watchedText } from './watchedText.ts';
import { placeSeen, whatItSaw } from './whatItSaw.ts';

export function proveRoute(engine: Engine, checkContract: ContractCheck, written: Route): Verdict {
  const verdicts = everyVersion(written).map((route): Verdict => {
    const runnable = { ...routeConfiguration(route), events: route.events };
    const run = (example: Example, body: string): Transformed =>
      transformExample(engine, checkContract, runnable, { ...example, body });
    const judged = route.examples.flatMap(example => {
      const transformed = run(example, example.body);
      const failed = judgeExample(example, transformed, route.beside);
      return failed === undefined
        ? guardProblems(example, transformed)
        : [withNearest(engine, route, example, failed)];
    });
    // What an example fails says more than what it does not show.
    if (judged.some(({ severity }) => severity === 'error')) return { problems: judged, shown: {} };
    const { problems, shown } = proveByWatching(engine, route, run);
    return { problems: [...judged, ...problems], shown };
  });
  return { problems: verdicts.flatMap(({ problems }) => problems), shown: together(verdicts) };
}

/** What any version shows. */
function together(verdicts: readonly Verdict[]): ShownOfShared {
  const names = new Set(verdicts.flatMap(({ shown }) => Object.keys(shown)));
  return Object.fromEntries(
    [...names].map(name => [name, allTogether(verdicts.map(({ shown }) => shown[name] ?? []))]),
  );
}

/** A name that is written wrongly shows as a field that is missing somewhere else. */
function withNearest(engine: Engine, route: Route, example: Example, failed: Problem): Problem {
  const names = whatItSaw(engine, route, example)
    .missing.filter(({ nearest }) => nearest !== undefined)
    .map(missed => `${placeSeen(missed)}: not in this payload; did you mean "${missed.nearest}"?`);
  if (names.length === 0) return failed;
  return { ...failed, hint: [failed.hint, ...names].filter(part => part !== undefined).join('\n      ') };
}

/** The other guards compare with the examples themselves, so in an example they find nothing. */
const FOUND_IN_EXAMPLES = ['required', 'integers', 'numbers', 'dates'] as const satisfies readonly Guard[];

/** What the guards find in an example that is as expected: the expectation may be wrong. */
const guardProblems = ({ expectation }: Example, transformed: Transformed): Problem[] =>
  transformed.kind !== 'body'
    ? []
    : FOUND_IN_EXAMPLES.flatMap(guard =>
        (transformed.findings ?? [])
          .filter(finding => finding.guard === guard)
          .map(
            ({ path }): Problem => ({
              severity: 'warning',
              code: `guard-${guard}`,
              file: expectation.file,
              message: `${path === '' ? 'the whole output' : path} ${GUARD_WORDS[guard]}`,
              hint: `mend the mapping, or say guards: { ${guard}: off } in route.yaml`,
            }),
          ),
      );

/**
 * One limit for all damaged payloads of a route: a guard for each would cost more than they do. What it catches is a
 * contract with a costly pattern, since a mapping ends by its own budget.
 */
const PROOF_LIMIT_MS = 60_000;

function withinLimit({ mapping }: Route, prove: () => Problem[]): Problem[] {
  const describe = (): MappingError => ({
    code: 'MAPPING_TIMEOUT',
    message: 'takes too long',
    file: mapping.file,
  });
  try {
    return withinTimeLimit(PROOF_LIMIT_MS, describe, prove);
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    return [
      {
        severity: 'warning',
        code: 'silent-change',
        file: mapping.file,
        message: `damaged payloads take longer than ${PROOF_LIMIT_MS / 1000} s to go through: what would change in silence is not known`,
        hint: 'look for a costly pattern or uniqueItems in the contracts',
      },
    ];
  }
}

function proveByWatching(
  engine: Engine,
  route: Route,
  run: (example: Example, body: string) => Transformed,
): Verdict {
  let now = 0;
  const watch = (text: SourceText) => watchedText(engine, text, () => now);
  const mapping = watch(route.mapping);
  const filters = route.when === undefined ? [] : [watch(route.when)];
  const shaping = textsOfRequest(route.request).flatMap(text => (text === undefined ? [] : [watch(text)]));
  const watched = [mapping, ...filters];
  const reads = new Map<string, ReadPlace>();
  for (const example of route.examples) {
    const { input, now: at } = exampleInput(route, example);
    now = at;
    const payload = readPayload(input.body, input.headers['content-type']);
    if (payload.kind === 'undecodable') continue;
    const whole = { payload: payload.value, headers: input.headers, event: input.event } as unknown as Value;
    for (const one of example.expectation.kind === 'dropped' ? filters : watched) {
      one.evaluate(whole);
      collectReads(one, reads);
    }
    if (shaping.length === 0 || example.expectation.kind !== 'output') continue;
    const made = run(example, example.body);
    if (made.kind !== 'body') continue;
    const withOutput = {
      output: JSON.parse(made.json) as Value,
      ...(whole as DataObject),
    } as unknown as Value;
    for (const one of shaping) one.evaluate(withOutput);
  }
  const problems = [
    ...watched.flatMap(lintMapping),
    ...nowInOutput(route),
    ...contractFields(route, reads.values()),
    ...withinLimit(route, () => proveMapping(route, watched, reads, run)),
  ];
  const shared = route.mapping.shared;
  const texts = [route.mapping, ...(shared?.functions ?? []).map(({ source }) => source)];
  return {
    problems: texts.reduce((left, { file, text }) => withoutAccepted(left, file, text), problems),
    shown: shownOfShared(shared, [...watched, ...shaping]),
  };
}
