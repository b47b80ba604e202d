/** Reads what a request to SQS says, refusing what the service refuses in the service's words. */
import { queueNameOf } from '../account.ts';
import { invalidParameter, missingParameter, SqsError } from './sqsError.ts';

export type ActionInput = Readonly<Record<string, unknown>>;

export const MAX_BATCH = 10;

/** The queue's name, for the record of calls; empty when the input names none. */
export const queueNameOfInput = (input: ActionInput): string =>
  typeof input['QueueUrl'] === 'string' ? queueNameOf(input['QueueUrl']) : '';

export function batchEntries(input: ActionInput): readonly ActionInput[] {
  const entries = Array.isArray(input['Entries']) ? (input['Entries'] as readonly ActionInput[]) : [];
  const batchError = (name: string, message: string): SqsError =>
    new SqsError(name, message, `AWS.SimpleQueueService.${name}`);
  if (entries.length === 0)
    throw batchError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MAX_BATCH) {
    throw batchError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_BATCH}. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const entry of entries) {
    const id = String(entry['Id'] ?? '');
    if (!/^[\w-]{1,80}$/.test(id)) {
      throw batchError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (ids.has(id)) throw batchError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    ids.add(id);
  }
  return entries;
}

export function parseReceipt(handle: string): { readonly id: number; readonly token: string } {
  const [, id = '', token = ''] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(handle) ?? [];
  if (id === '')
    throw new SqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  return { id: Number(id), token };
}

export function requiredString(input: ActionInput, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '') throw missingParameter(name);
  return value;
}

export function integer(
  input: ActionInput,
  name: string,
  from: number,
  to: number,
  byDefault: number,
): number {
  const value = input[name] ?? byDefault;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to) {
    throw invalidParameter(
      `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${from} and ${to}, if provided.`,
    );
  }
  return value;
}

export const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
