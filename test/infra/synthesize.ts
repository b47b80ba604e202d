/** A stack from a small project, and plain ways to ask its template. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppProps, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Destination } from '../../core/files/destinationFile.ts';
import type { Source } from '../../core/files/sourceFile.ts';
import { shardsOf } from '../../core/shards.ts';
import type { Assets } from '../../infra/assets.ts';
import { makeStacks } from '../../infra/stacks.ts';
import { type StageName, type StageSettings, stageOf } from '../../infra/stages.ts';
import type { RelayProject } from '../../infra/webhookRelay.ts';
import { Resolver } from '../../local/template/intrinsics.ts';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape, and assertions name what they expect
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** By logical id. */
export type Resources = Readonly<Record<string, Resource>>;

export const destination = (name: string, overrides: Partial<Destination> = {}): Destination => ({
  name,
  file: `mappings/destinations/${name}.yaml`,
  url: `https://${name}.example.com/hooks`,
  auth: { type: 'standard-webhooks', secret: `destinations/${name}` },
  allow: { methods: ['POST'], paths: [], query: [], headers: [] },
  headers: {},
  schedule: 'custom',
  retryDelaysSeconds: [5, 60, 3600],
  retryRules: { on: [], never: [] },
  concurrency: 5,
  timeoutMs: 10_000,
  allowPrivate: [],
  shard: 0,
  owner: `${name}-team`,
  runbook: `docs/operations.md#${name}`,
  secrets: [`destinations/${name}`],
  stages: {},
  ...overrides,
});

export const source = (name: string, overrides: Partial<Source> = {}): Source => ({
  name,
  file: `mappings/sources/${name}.yaml`,
  owner: `${name}-team`,
  provider: 'custom',
  scheme: { kind: 'unverified', eventId: [], eventType: [] },
  secret: `sources/${name}`,
  secrets: [`sources/${name}`],
  stages: {},
  headers: [],
  shard: 0,
  ...overrides,
});

const byName = <T extends { readonly name: string }>(all: readonly T[]): Record<string, T> =>
  Object.fromEntries(all.map(each => [each.name, each]));

export const projectOf = (
  destinations: readonly Destination[],
  sources: readonly Source[] = [source('github'), source('stripe')],
): RelayProject => ({ sources: byName(sources), destinations: byName(destinations) });

/** Two sources, two destinations: the smallest in which one could get what is another's. */
const PROJECT = projectOf([destination('ledger'), destination('ops-chat')]);

/** Stands in for a bundle: what is in it shows nowhere in the template but in the asset's hash. */
const directory = mkdtempSync(join(tmpdir(), 'hookwright-assets-'));
function emptyAsset(name: string): string {
  const asset = join(directory, name);
  mkdirSync(asset, { recursive: true });
  writeFileSync(join(asset, 'index.mjs'), `export const handler = '${name}';`);
  return asset;
}

const configured = (name: string) => ({ directory: emptyAsset(name), digest: '0123456789ab' });

const assetsFor = ({ destinations }: RelayProject): Assets => ({
  receive: configured('receive'),
  keeper: emptyAsset('keeper'),
  deliver: new Map(
    shardsOf(Object.values(destinations)).map(shard => [shard, configured(`deliver-${shard}`)]),
  ),
});

/** The stacks of a stage, by shard. */
export function stacksFor(
  project: RelayProject = PROJECT,
  stage: StageName = 'prod',
  props: AppProps = { builtinCloudFormationValidation: false },
  settings: Partial<StageSettings> = {},
): ReadonlyMap<number, Stack> {
  const app = new App({ ...props, context: { ...props.context, 'aws:cdk:bundling-stacks': [] } });
  return makeStacks(app, { stage: { ...stageOf(stage), ...settings }, project, assets: assetsFor(project) });
}

/** The stack of the relay itself, with the first shard. */
export function stackFor(...of: Parameters<typeof stacksFor>): Stack {
  const [stack] = stacksFor(...of).values();
  if (stack === undefined) throw new Error('there is no stack');
  return stack;
}

export const resourcesFor = (project?: RelayProject, stage?: StageName): Resources =>
  resourcesOf(stackFor(project, stage));

export const resourcesOf = (stack: Stack): Resources => Template.fromStack(stack).toJSON()['Resources'];

/** Without the versions of the functions, which are there to be new ones at each deploy. */
export const idsOf = (resources: Resources): string[] =>
  Object.entries(resources).flatMap(([id, { Type }]) => (Type === 'AWS::Lambda::Version' ? [] : [id]));

export function ofType(resources: Resources, type: string): Array<[logicalId: string, resource: Resource]> {
  return Object.entries(resources).filter(([, resource]) => resource.Type === type);
}

/** The one resource of its type; a second one is as much a surprise as none. */
export function only(resources: Resources, type: string): Resource {
  const [first, second] = ofType(resources, type);
  if (first === undefined || second !== undefined) throw new Error(`not exactly one ${type}`);
  return first[1];
}

export function resource(resources: Resources, logicalId: string): Resource {
  const found = resources[logicalId];
  if (found === undefined) throw new Error(`no resource ${logicalId}`);
  return found;
}

/** The logical id that a `Ref`, a `GetAtt` or a list of them points to; throws for anything else. */
export function pointsTo(value: unknown): string {
  if (value !== null && typeof value === 'object') {
    if ('Ref' in value && typeof value.Ref === 'string') return value.Ref;
    if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return String(value['Fn::GetAtt'][0]);
  }
  throw new Error(`not a reference: ${JSON.stringify(value)}`);
}

/** What a reference, or a name put together, comes to in an account of zeros. */
export function arnOf(resources: Resources, value: unknown): string {
  const resolver = new Resolver({ Resources: resources }, 'hookwright');
  return String(resolver.resolve(value, { logicalId: 'test', property: 'value' }));
}

/** A property that CloudFormation takes as one thing or as a list of them. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

export function queueNamed(resources: Resources, name: string): [logicalId: string, queue: Resource] {
  const found = ofType(resources, 'AWS::SQS::Queue').find(
    ([, queue]) => queue.Properties['QueueName'] === name,
  );
  if (found === undefined) throw new Error(`no queue ${name}`);
  return found;
}

/** Told apart by the construct they stand in. */
export function functionOf(
  resources: Resources,
  role: 'receive' | 'deliver' | 'keeper',
): [logicalId: string, fn: Resource] {
  const construct = { receive: 'Receive', deliver: 'Deliver', keeper: 'PauseKeeper' }[role];
  const found = ofType(resources, 'AWS::Lambda::Function').find(([id]) => id.startsWith(construct));
  if (found === undefined) throw new Error(`no function ${role}`);
  return found;
}
