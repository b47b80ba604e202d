/**
 * Which messages of a batch Lambda deletes, from what the function answered.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export type BatchVerdict =
  | { readonly kind: 'delete'; readonly messageIds: readonly string[] }
  /** Nothing is deleted: every message comes back when its visibility timeout has run out. */
  | { readonly kind: 'keep-all'; readonly reason: string };

export function batchVerdict(
  responseBody: string,
  messageIds: readonly string[],
  reportsBatchItemFailures: boolean,
): BatchVerdict {
  const all: BatchVerdict = { kind: 'delete', messageIds };
  if (!reportsBatchItemFailures) return all;
  const response = parsed(responseBody);
  if (response === undefined) return { kind: 'keep-all', reason: 'the response is not JSON' };
  if (response === null) return all;
  if (typeof response !== 'object' || Array.isArray(response))
    return { kind: 'keep-all', reason: 'the response is not an object' };
  const failures = (response as { readonly batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return all;
  if (!Array.isArray(failures)) return { kind: 'keep-all', reason: 'batchItemFailures is not a list' };
  const failed = new Set<string>();
  for (const failure of failures) {
    const id = (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || id === '')
      return { kind: 'keep-all', reason: 'an itemIdentifier is missing or empty' };
    if (!messageIds.includes(id))
      return { kind: 'keep-all', reason: `itemIdentifier ${id} is no message of the batch` };
    failed.add(id);
  }
  return { kind: 'delete', messageIds: messageIds.filter(id => !failed.has(id)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
