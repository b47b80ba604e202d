/** DynamoDB as the local stack has it: what it keeps, what it refuses, and what outlives a crash. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAwsEndpoint } from '../../local/services/awsEndpoint.ts';
import { dynamoDbService } from '../../local/services/dynamodb.ts';
import { parseCondition } from '../../local/tables/condition.ts';
import { TableStore } from '../../local/tables/tableStore.ts';
import { claimsTable } from './claimsTable.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const TableName = claimsTable.name;

function open(file = join(temporaryFolder(), 'tables.sqlite'), now = () => 0) {
  const tables = new TableStore(file, now);
  onTestFinished(() => tables.close());
  tables.define([claimsTable]);
  return tables;
}

async function client() {
  const aws = await openAwsEndpoint([dynamoDbService(open())]);
  onTestFinished(() => aws.close());
  return new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'receive', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

const item = (fields: Record<string, { S: string } | { N: string }> = {}) => ({
  claimId: { S: 'a' },
  ...fields,
});
/** A write that does not happen gives what is there. */
function peek(tables: TableStore, key: string): unknown {
  const result = tables.write(claimsTable, key, undefined, () => false);
  return result.kind === 'condition-failed' ? result.old : undefined;
}

describe('a condition', () => {
  const holds = (expression: string, old?: Record<string, object>, values?: Record<string, object>) =>
    parseCondition(expression, values as never)(old as never);

  it.each([
    ['attribute_not_exists(a)', undefined, undefined, true],
    ['attribute_not_exists(a)', { b: { S: 'x' } }, undefined, true],
    ['attribute_not_exists(a)', { a: { S: 'x' } }, undefined, false],
    ['a = :v', { a: { S: 'x' } }, { ':v': { S: 'x' } }, true],
    ['a = :v', { a: { S: 'x' } }, { ':v': { S: 'X' } }, false],
    ['a = :v', undefined, { ':v': { S: 'x' } }, false],
    ['a = :v', { a: { N: '1.0' } }, { ':v': { N: '1' } }, true],
    ['a = :v', { a: { N: '1' } }, { ':v': { S: '1' } }, false],
    ['a <= :v', { a: { N: '9' } }, { ':v': { N: '10' } }, true],
    ['a <= :v', { a: { N: '10' } }, { ':v': { N: '10' } }, true],
    ['a <= :v', { a: { N: '11' } }, { ':v': { N: '10' } }, false],
    ['a <= :v', { a: { S: '9' } }, { ':v': { S: '10' } }, false],
    ['a <= :v', { a: { S: '9' } }, { ':v': { N: '10' } }, false],
    ['attribute_not_exists(a) OR b <= :v', { a: { S: 'x' }, b: { N: '1' } }, { ':v': { N: '1' } }, true],
    ['attribute_not_exists(a) OR b <= :v', { a: { S: 'x' }, b: { N: '2' } }, { ':v': { N: '1' } }, false],
  ])('%s on %j with %j is %s', (expression, old, values, expected) => {
    expect(holds(expression, old, values)).toBe(expected);
  });

  it.each([
    ['a = :v AND b = :v', '"a = :v AND b = :v"'],
    ['NOT a = :v', '"NOT a = :v"'],
    ['attribute_exists(a)', '"attribute_exists(a)"'],
    ['#a = :v', '"#a = :v"'],
    ['a < :v', '"a < :v"'],
    ['a = b', '"a = b"'],
    ['(a = :v)', '"(a = :v)"'],
    ['', '""'],
    ['a = :v OR ', '""'],
    ['a = :w', 'not defined; attribute value: :w'],
    ['attribute_not_exists(a)', 'unused in expressions: keys: {:v}'],
  ])('%s is refused, and the refusal says what', (expression, said) => {
    expect(() => holds(expression, {}, { ':v': { S: 'x' } })).toThrow(said);
  });
});

describe('the endpoint', () => {
  it('gives the old item with a condition that fails, to those who ask', async () => {
    const dynamodb = await client();
    const Item = item({ n: { N: '1' } });
    await dynamodb.send(new PutItemCommand({ TableName, Item }));
    const put = (more: object) =>
      dynamodb.send(
        new PutItemCommand({
          TableName,
          Item,
          ConditionExpression: 'attribute_not_exists(claimId)',
          ...more,
        }),
      );
    await expect(put({})).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: undefined,
    });
    await expect(put({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).rejects.toMatchObject({ Item });
  });

  it('deletes what is there, and what is not', async () => {
    const dynamodb = await client();
    const Key = item();
    await dynamodb.send(new PutItemCommand({ TableName, Item: Key }));
    for (let times = 0; times < 2; times += 1) await dynamodb.send(new DeleteItemCommand({ TableName, Key }));
  });

  it.each([
    [
      'a condition it cannot evaluate',
      { ConditionExpression: 'size(a) > :v' },
      /does not evaluate "size\(a\)/,
    ],
    ['values without a condition', { ExpressionAttributeValues: { ':v': { S: 'x' } } }, /only be specified/],
    ['a parameter it would not heed', { ReturnValues: 'ALL_OLD' }, /does not know PutItem's ReturnValues/],
    ['an item without its key', { Item: { other: { S: 'x' } } }, /Missing the key claimId/],
    ['a key that is empty', { Item: { claimId: { S: '' } } }, /Missing the key claimId/],
    [
      'a number that is none',
      { Item: item({ n: { N: 'ten' } }) },
      /cannot be converted to a numeric value: ten/,
    ],
    ['a type it does not keep', { Item: { claimId: { S: 'a' }, b: { BOOL: true } } }, /b is neither/],
  ])('refuses %s', async (_, input, said) => {
    const dynamodb = await client();
    await expect(
      dynamodb.send(new PutItemCommand({ TableName, Item: item(), ...(input as object) })),
    ).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringMatching(said) });
  });

  it('does not know a table that is not in the template, nor calls that the product does not make', async () => {
    const dynamodb = await client();
    await expect(
      dynamodb.send(new PutItemCommand({ TableName: 'other', Item: item() })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(dynamodb.send(new UpdateItemCommand({ TableName, Key: item() }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});

describe('a table', () => {
  it('keeps its items through a restart, and through kill -9', async () => {
    const file = join(temporaryFolder(), 'tables.sqlite');
    const child = fork(join(import.meta.dirname, 'tableToKill.ts'), [file], { execArgv: [] });
    await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(peek(open(file), 'a')).toEqual(item({ n: { N: '1' } }));
  });

  it('deletes what has expired, within minutes and not at once', () => {
    let now = 1_000_000;
    const tables = open(undefined, () => now);
    tables.write(claimsTable, 'a', item({ expiresAt: { N: '1010' } }), () => true);
    now = 1_030_000;
    expect(peek(tables, 'a')).toBeDefined();
    now = 1_090_000;
    expect(peek(tables, 'a')).toBeUndefined();
  });

  it('goes with its items when the template has it no longer', () => {
    const tables = open();
    tables.write(claimsTable, 'a', item(), () => true);
    tables.define([claimsTable]);
    expect(peek(tables, 'a')).toBeDefined();
    tables.define([]);
    expect(tables.table(TableName)).toBeUndefined();
    tables.define([claimsTable]);
    expect(peek(tables, 'a')).toBeUndefined();
  });
});
