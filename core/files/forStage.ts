/** The integrators' files as one stage has them: a destination or a source may have another URL or secret there. */

import type { Project } from './compileProject.ts';
import type { Destination } from './destinationFile.ts';
import type { Source } from './sourceFile.ts';
import { type StageDifference, secretsOf } from './stageDifference.ts';

export const forStage = (project: Project, stage: string): Project => ({
  ...project,
  sources: mapped(project.sources, source => sourceIn(source, source.stages[stage])),
  destinations: mapped(project.destinations, destination =>
    destinationIn(destination, destination.stages[stage]),
  ),
});

/** Names of stages that files speak of, each with a file that does. */
export const stagesNamed = ({ sources, destinations }: Project): ReadonlyMap<string, string> =>
  new Map(
    [...Object.values(sources), ...Object.values(destinations)].flatMap(({ file, stages }) =>
      Object.keys(stages).map(stage => [stage, file] as const),
    ),
  );

function sourceIn(source: Source, difference: StageDifference = {}): Source {
  const { secret } = difference;
  return secret === undefined || source.secret === undefined
    ? source
    : { ...source, secret, secrets: source.secrets.map(name => (name === source.secret ? secret : name)) };
}

function destinationIn(destination: Destination, { url, secret }: StageDifference = {}): Destination {
  const auth =
    secret === undefined || destination.auth.type === 'none'
      ? destination.auth
      : { ...destination.auth, secret };
  const changed = { ...destination, auth, url: url ?? destination.url };
  return { ...changed, secrets: secretsOf(changed.url, auth, changed.clientCertificate) };
}

const mapped = <Value>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value) => Value,
): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
