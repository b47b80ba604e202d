/** DynamoDB, the two calls that claims take: PutItem and DeleteItem, with a condition. */
import { tableArn } from '../account.ts';
import { type Condition, ConditionError, parseCondition } from '../tables/condition.ts';
import type { Item, TableStore } from '../tables/tableStore.ts';
import type { TableDescription } from '../template/description.ts';
import type { Service, ServiceRequest, ServiceResponse } from './awsEndpoint.ts';

const PREFIX = 'DynamoDB_20120810.';

/** What each action may be told. Anything else would change what the call means, so it is refused. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  PutItem: ['Item'],
  DeleteItem: ['Key'],
};
const COMMON_PARAMETERS: readonly string[] = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
];

export function dynamoDbService(tables: TableStore): Service {
  return {
    action: ({ target, body }) => {
      const name = target.startsWith(PREFIX) ? target.slice(PREFIX.length) : '';
      if (!Object.hasOwn(PARAMETERS, name)) return undefined;
      return { name: `dynamodb:${name}`, resource: tableArn(String(body['TableName'] ?? '')) };
    },
    answer: request => ({
      ...write(request, tables),
      headers: { 'content-type': 'application/x-amz-json-1.0' },
    }),
  };
}

function write({ target, body }: ServiceRequest, tables: TableStore): ServiceResponse {
  const action = target.slice(PREFIX.length);
  const known = [...COMMON_PARAMETERS, ...(PARAMETERS[action] ?? [])];
  const unknown = Object.keys(body).find(parameter => !known.includes(parameter));
  if (unknown !== undefined) return invalid(`the local stack does not know ${action}'s ${unknown}`);
  const table = tables.table(String(body['TableName'] ?? ''));
  if (table === undefined) return failure('ResourceNotFoundException', 'Requested resource not found');

  const attributes = (body['Item'] ?? body['Key']) as Item | undefined;
  const problem = attributes === undefined ? `${action} names no item` : problemOf(attributes, table);
  if (problem !== undefined) return invalid(problem);
  const key = String(attributes?.[table.partitionKey]?.['S']);
  const condition = conditionOf(body);
  if (condition instanceof ConditionError) return invalid(condition.message);

  const result = tables.write(table, key, body['Item'] as Item | undefined, condition);
  if (result.kind === 'written') return { status: 200, body: {} };
  const returnsOld = body['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' && result.old !== undefined;
  return failure('ConditionalCheckFailedException', 'The conditional request failed', {
    ...(returnsOld ? { Item: result.old } : {}),
  });
}

function conditionOf(body: ServiceRequest['body']): Condition | ConditionError {
  const { ConditionExpression: expression, ExpressionAttributeValues: values } = body;
  if (expression === undefined) {
    return values === undefined
      ? () => true
      : new ConditionError('ExpressionAttributeValues can only be specified when using expressions');
  }
  try {
    return parseCondition(String(expression), values as Record<string, Item[string]> | undefined);
  } catch (error) {
    if (error instanceof ConditionError) return error;
    throw error;
  }
}

/** Texts and numbers only: a claim has no other. */
function problemOf(attributes: Item, { partitionKey }: TableDescription): string | undefined {
  for (const [name, value] of Object.entries(attributes)) {
    const [[type, content] = [], ...others] = Object.entries(value);
    if (others.length > 0 || typeof content !== 'string' || (type !== 'S' && type !== 'N')) {
      return `the local stack keeps texts (S) and numbers (N); ${name} is neither`;
    }
    if (type === 'N' && !/^-?\d+(\.\d+)?$/.test(content)) {
      return `The parameter cannot be converted to a numeric value: ${content}`;
    }
  }
  const key = attributes[partitionKey]?.['S'];
  return key === undefined || key === ''
    ? `One or more parameter values were invalid: Missing the key ${partitionKey} in the item`
    : undefined;
}

const invalid = (message: string): ServiceResponse =>
  failure('com.amazon.coral.validate#ValidationException', message);

const failure = (type: string, message: string, more: object = {}): ServiceResponse => ({
  status: 400,
  body: {
    __type: type.includes('#') ? type : `com.amazonaws.dynamodb.v20120810#${type}`,
    message,
    ...more,
  },
});
