/** Claims through the real client: against the local stack's tables, and against servers that lose, refuse and hang. */
import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Claims, claimsWith, createDynamoDbClient } from '../../aws/claims.ts';
import { type Claim, doneClaim, judgeClaim, LEASE_SECONDS, newClaim } from '../../core/receive/claim.ts';
import { type AwsEndpoint, openAwsEndpoint } from '../../local/services/awsEndpoint.ts';
import { dynamoDbService } from '../../local/services/dynamodb.ts';
import { TableStore } from '../../local/tables/tableStore.ts';
import { bytes, NOW } from '../builders.ts';
import { fakeClaims } from '../fakes/claims.ts';
import { claimsTable } from '../local/claimsTable.ts';
import { temporaryFolder } from '../local/temporaryFolder.ts';

const TABLE = claimsTable.name;
const LEASE_MS = LEASE_SECONDS * 1000;

const claimBy = (holder: string, at = NOW, event = 'evt_1'): Claim =>
  newClaim(event as `evt_${string}`, bytes('{}'), 'id', holder, at);

let tables: TableStore;
let aws: AwsEndpoint;
let servers: Server[] = [];

/** As a function finds them: the endpoint of a stack on a laptop, the region and credentials of its role. */
function claimsAt(url: string, table = TABLE): Claims {
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url);
  // A machine that is busy with other tests must not run into the limit of a call.
  return claimsWith(createDynamoDbClient(), table, 60_000);
}

beforeEach(async () => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'receive');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  tables = new TableStore(join(temporaryFolder(), 'tables.sqlite'), () => NOW);
  tables.define([claimsTable]);
  aws = await openAwsEndpoint([dynamoDbService(tables)]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
  await aws.close();
  tables.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a claim in the table', () => {
  test('is taken once, and whoever comes later is told of it', async () => {
    const claims = claimsAt(aws.url);
    const first = claimBy('first');
    expect(await claims.take(first)).toBeUndefined();
    expect(await claims.take(claimBy('second', NOW + 1))).toEqual(first);
  });

  test('is taken over from the moment its lease has run out, though nobody has deleted it', async () => {
    const claims = claimsAt(aws.url);
    await claims.take(claimBy('first'));
    expect(await claims.take(claimBy('second', NOW + LEASE_MS - 1))).toMatchObject({ holder: 'first' });
    expect(await claims.take(claimBy('second', NOW + LEASE_MS))).toBeUndefined();
  });

  test('stays, once marked, until the source’s time is over', async () => {
    const claims = claimsAt(aws.url);
    const done = doneClaim(claimBy('first'), 3600);
    await claims.take(claimBy('first'));
    await claims.mark(done);
    expect(await claims.take(claimBy('second', NOW + 3_599_999))).toEqual(done);
    expect(await claims.take(claimBy('second', NOW + 3_600_000))).toBeUndefined();
  });

  test('is free again when it was released', async () => {
    const claims = claimsAt(aws.url);
    await claims.take(claimBy('first'));
    await claims.release(claimBy('first'));
    expect(await claims.take(claimBy('second'))).toBeUndefined();
  });

  test('is neither marked nor released by one who lost it', async () => {
    const claims = claimsAt(aws.url);
    await claims.take(claimBy('first'));
    const second = claimBy('second', NOW + LEASE_MS);
    await claims.take(second);
    await expect(claims.mark(doneClaim(claimBy('first'), 3600))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    await claims.release(claimBy('first'));
    expect(await claims.take(claimBy('third', NOW + LEASE_MS))).toEqual(second);
  });

  test('goes to exactly one of many at once', async () => {
    const claims = claimsAt(aws.url);
    const held = await Promise.all(
      Array.from({ length: 40 }, (_, index) => claims.take(claimBy(`holder-${index}`))),
    );
    expect(held.filter(claim => claim === undefined)).toHaveLength(1);
  });

  test('is judged by the condition as the pure decision judges it, one call after another', async () => {
    const real = claimsAt(aws.url);
    const model = fakeClaims();
    // A fixed walk: every holder, every call, at times on both sides of every limit.
    const times = [0, 1, LEASE_MS - 1, LEASE_MS, LEASE_MS + 1, 60_000, 3_600_000];
    let taken = 0;
    for (let step = 0; step < 300; step += 1) {
      const mine = claimBy(`holder-${(step * 7) % 3}`, NOW + (times[(step * 5) % times.length] ?? 0));
      const call = (['take', 'take', 'mark', 'release'] as const)[(step * 11) % 4] ?? 'take';
      const told = await Promise.all(
        [real, model].map(async claims => {
          if (call === 'take') return judgeClaim(await claims.take(mine), mine).kind;
          const work = call === 'mark' ? claims.mark(doneClaim(mine, 60)) : claims.release(mine);
          return work.then(
            () => 'done',
            () => 'not ours',
          );
        }),
      );
      if (call !== 'release') expect(told[0], `step ${step}`).toBe(told[1]);
      if (told[0] === 'free') taken += 1;
    }
    expect(taken).toBeGreaterThan(10);
  });
});

describe('what goes over the wire', () => {
  test('is what the role allows, on the one table', async () => {
    const claims = claimsAt(aws.url);
    await claims.take(claimBy('first'));
    await claims.mark(doneClaim(claimBy('first'), 60));
    await claims.release(claimBy('first'));
    const resource = 'arn:aws:dynamodb:us-east-1:000000000000:table/hookwright-local-claims';
    expect(aws.calls()).toEqual([
      { principal: 'receive', action: 'dynamodb:PutItem', resource, count: 2 },
      { principal: 'receive', action: 'dynamodb:DeleteItem', resource, count: 1 },
    ]);
  });

  test('names no attribute that DynamoDB reserves, and says when an item may be deleted', async () => {
    const seen: Record<string, unknown>[] = [];
    const url = await listen(
      createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
        seen.push(JSON.parse(Buffer.concat(chunks).toString()));
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
      }),
    );
    await claimsAt(url).take(claimBy('first'));
    expect(seen).toEqual([
      {
        TableName: TABLE,
        Item: {
          claimId: { S: 'evt_1' },
          holder: { S: 'first' },
          phase: { S: 'in-flight' },
          heldUntil: { N: String(NOW + LEASE_MS) },
          receivedAt: { N: String(NOW) },
          expiresAt: { N: String((NOW + LEASE_MS) / 1000) },
        },
        // A word such as `state`, `ttl` or `status` would be refused here by the service.
        ConditionExpression: 'attribute_not_exists(claimId) OR heldUntil <= :now',
        ExpressionAttributeValues: { ':now': { N: String(NOW) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
  });
});

describe('when DynamoDB is ill', () => {
  /** Passes every call on, and loses the answer to the first ones. */
  const losing = (answers: number) => {
    let lost = 0;
    return listen(
      createServer((incoming, outgoing) => {
        const { method, headers, url } = incoming;
        const passed = forward(new URL(url ?? '/', aws.url), { method, headers }, answer => {
          if (lost < answers) {
            lost += 1;
            answer.resume().on('end', () => outgoing.socket?.destroy());
          } else {
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(outgoing);
          }
        });
        incoming.pipe(passed);
      }),
    );
  };

  test('a claim whose first answer was lost is known to be ours, and can be marked', async () => {
    const claims = claimsAt(await losing(1));
    const ours = claimBy('first');
    expect(judgeClaim(await claims.take(ours), ours).kind).toBe('ours');
    await claims.mark(doneClaim(ours, 60));
  });

  test.each(['mark', 'release'] as const)(
    'to %s twice, because an answer was lost, is done all the same',
    async call => {
      await claimsAt(aws.url).take(claimBy('first'));
      await claimsAt(await losing(1))[call](doneClaim(claimBy('first'), 60));
    },
  );

  test('a call that hangs is given up, so that the provider gets its answer in time', async () => {
    const url = await listen(createServer(() => undefined));
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url);
    const claims = claimsWith(createDynamoDbClient(), TABLE);
    await expect(claims.take(claimBy('first'))).rejects.toMatchObject({ name: 'AbortError' });
  }, 30_000);

  test('a table that is not there is an error, and so is an item that is no claim', async () => {
    await expect(claimsAt(aws.url, 'another').take(claimBy('first'))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    tables.write(claimsTable, 'evt_1', { claimId: { S: 'evt_1' }, holder: { S: 'x' } }, () => true);
    await expect(claimsAt(aws.url).take(claimBy('first'))).rejects.toThrow('a claim in no phase');
  });
});
