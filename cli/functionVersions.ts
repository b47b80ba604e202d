/** The published versions of a stage's functions, and which of them is in force. */
import {
  GetAliasCommand,
  type LambdaClient,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { functionName, LIVE } from '../core/names.ts';
import type { PublishedVersion, VersionedFunction, VersionStep } from '../core/rollback.ts';
import { FIRST_SHARD, MAX_SHARD } from '../core/shards.ts';
import { Failure } from './command.ts';
import type { Stage } from './stage.ts';

/** Questions under way at once: which shards there are is known by asking. */
const AT_ONCE = 20;

/** Receive first, then deliver of each shard. @throws Failure when the stage has none. */
export async function functionsOf(stage: Stage): Promise<readonly VersionedFunction[]> {
  const shards = Array.from({ length: MAX_SHARD + 1 }, (_, shard) => shard + FIRST_SHARD);
  const names = [
    functionName(stage.name, 'receive'),
    ...shards.map(shard => functionName(stage.name, 'deliver', shard)),
  ];
  const found: VersionedFunction[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = await Promise.all(names.slice(at, at + AT_ONCE).map(name => functionNamed(stage, name)));
    found.push(...some.filter(one => one !== undefined));
  }
  if (found.length === 0)
    throw new Failure(`there is no function of the stage "${stage.name}"`, 'deploy it first');
  return found;
}

async function functionNamed(stage: Stage, name: string): Promise<VersionedFunction | undefined> {
  try {
    const { FunctionVersion } = await stage.lambda.send(
      new GetAliasCommand({ FunctionName: name, Name: LIVE }),
    );
    return { name, live: Number(FunctionVersion), versions: await versionsOf(stage.lambda, name) };
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function versionsOf(lambda: LambdaClient, name: string): Promise<PublishedVersion[]> {
  const versions: PublishedVersion[] = [];
  let marker: string | undefined;
  do {
    const page = await lambda.send(
      new ListVersionsByFunctionCommand({
        FunctionName: name,
        ...(marker === undefined ? {} : { Marker: marker }),
      }),
    );
    for (const { Version, LastModified, Description = '' } of page.Versions ?? []) {
      if (Version === undefined || !/^\d+$/.test(Version)) continue;
      versions.push({
        version: Number(Version),
        // Lambda writes the zone as +0000.
        publishedAt: Date.parse((LastModified ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2')),
        description: Description,
      });
    }
    marker = page.NextMarker;
  } while (marker !== undefined && marker !== '');
  return versions;
}

export async function putInForce(stage: Stage, { name, to }: VersionStep): Promise<void> {
  await stage.lambda.send(
    new UpdateAliasCommand({ FunctionName: name, Name: LIVE, FunctionVersion: String(to.version) }),
  );
}
