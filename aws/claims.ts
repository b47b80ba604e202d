/** DynamoDB, for claims: taken, marked and released by conditional writes alone, so that nothing happens between a look and a write. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Claim } from '../core/receive/claim.ts';

export const createDynamoDbClient = (): DynamoDBClient => new DynamoDBClient({});

export interface Claims {
  /** Undefined when the claim is stored, otherwise the one that stands in its way. */
  readonly take: (claim: Claim) => Promise<Claim | undefined>;
  /** Replaces the claim of the same holder. Rejects when somebody else has it by now. */
  readonly mark: (claim: Claim) => Promise<void>;
  /** Deletes the claim of the same holder. One that is gone, or somebody else's by now, is not ours to delete. */
  readonly release: (claim: Claim) => Promise<void>;
}

/**
 * For one call, its repeats by the SDK included. A provider waits as little as 3 s, and an event that is accepted without
 * a claim is better than one that is not accepted.
 */
const MAX_CALL_MS = 1_500;

export function claimsWith(client: DynamoDBClient, table: string, maxCallMs: number = MAX_CALL_MS): Claims {
  const withinTime = () => ({ abortSignal: AbortSignal.timeout(maxCallMs) });
  const sameHolder = ({ holder }: Claim) => ({
    ConditionExpression: 'holder = :holder',
    ExpressionAttributeValues: { ':holder': { S: holder } },
  });
  return {
    async take(claim) {
      const command = new PutItemCommand({
        TableName: table,
        Item: itemOf(claim),
        // By the time in the item: DynamoDB deletes what has expired hours or days later.
        ConditionExpression: 'attribute_not_exists(claimId) OR heldUntil <= :now',
        ExpressionAttributeValues: { ':now': { N: String(claim.receivedAt) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      try {
        await client.send(command, withinTime());
        return undefined;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return claimOf(error.Item ?? {});
        throw error;
      }
    },
    async mark(claim) {
      const command = new PutItemCommand({ TableName: table, Item: itemOf(claim), ...sameHolder(claim) });
      await client.send(command, withinTime());
    },
    async release(claim) {
      const Key = { claimId: { S: claim.id } };
      const command = new DeleteItemCommand({ TableName: table, Key, ...sameHolder(claim) });
      await client.send(command, withinTime()).catch((error: unknown) => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      });
    },
  };
}

const itemOf = ({ id, holder, phase, heldUntil, receivedAt }: Claim): Record<string, AttributeValue> => ({
  claimId: { S: id },
  holder: { S: holder },
  phase: { S: phase },
  heldUntil: { N: String(heldUntil) },
  receivedAt: { N: String(receivedAt) },
  // In seconds, as DynamoDB's time to live wants it.
  expiresAt: { N: String(Math.ceil(heldUntil / 1000)) },
});

/** @throws Error when the item is none of ours: better no claim than a wrong one. */
function claimOf(item: Readonly<Record<string, AttributeValue>>): Claim {
  const { claimId, holder, phase, heldUntil, receivedAt } = item;
  const times = { heldUntil: Number(heldUntil?.N), receivedAt: Number(receivedAt?.N) };
  if (claimId?.S === undefined || holder?.S === undefined) throw new Error('an item that is no claim');
  if (phase?.S !== 'in-flight' && phase?.S !== 'done') throw new Error('a claim in no phase that is known');
  if (!Number.isFinite(times.heldUntil) || !Number.isFinite(times.receivedAt)) {
    throw new Error('a claim without its times');
  }
  return { id: claimId.S, holder: holder.S, phase: phase.S, ...times };
}
