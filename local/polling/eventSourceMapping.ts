/**
 * Lambda's poller for one queue, through the SQS SDK: long polls, invokes the function with batches, deletes what the
 * function did not report as failed. It never changes a visibility: what is kept comes back when its timeout has run out,
 * or when the function said.
 */
import { randomUUID } from 'node:crypto';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { queueArn, queueUrl } from '../account.ts';
import type { PoolResult } from '../functions/waitingLine.ts';
import type { EventSourceMappingDescription } from '../template/description.ts';
import { batchVerdict } from './batchResponse.ts';
import { sqsEvent } from './sqsEvent.ts';

export interface EventSourceMappingOptions {
  readonly description: EventSourceMappingDescription;
  /** With what calls have changed since it was deployed. */
  readonly inForce: EventSourceMappingDescription;
  readonly enabled: boolean;
  readonly sqs: SQSClient;
  readonly invoke: (functionName: string, event: string, queue: string) => Promise<PoolResult>;
  /** Ends the queue's long polls, so that disabling need not wait one out. */
  readonly interruptPolls: (queue: string) => Promise<void>;
  readonly say: (message: string) => void;
}

export type EventSourceMappingState = 'Enabled' | 'Disabling' | 'Disabled';

const LONG_POLL_SECONDS = 20;

/** SQS hands out at most ten messages a call, whatever the batch size. */
const MAX_RECEIVE = 10;

const PAUSE_AFTER_FAILED_CALL_MS = 500;

/** Deleting is tried this often before the messages are left to come back: a delivery may then happen twice. */
const DELETE_ATTEMPTS = 4;

/** How long an interrupted poll is given to come back before it is interrupted again: it may not have arrived yet. */
const INTERRUPT_AGAIN_MS = 20;

export class EventSourceMapping {
  readonly #options: EventSourceMappingOptions;
  /** The template's. */
  #description: EventSourceMappingDescription;
  /** The template's, or another batch size or concurrency that was set by a call. */
  #inForce: EventSourceMappingDescription;
  #enabled = false;
  #polling: Promise<void> | undefined;
  readonly #underWay = new Set<Promise<void>>();
  #slotFreed: (() => void) | undefined;

  constructor(options: EventSourceMappingOptions) {
    this.#options = options;
    this.#description = options.description;
    this.#inForce = options.inForce;
    if (options.enabled) this.enable();
  }

  get description(): EventSourceMappingDescription {
    return this.#description;
  }

  get state(): EventSourceMappingState {
    if (this.#enabled) return 'Enabled';
    return this.#polling !== undefined || this.#underWay.size > 0 ? 'Disabling' : 'Disabled';
  }

  deploy(description: EventSourceMappingDescription, inForce: EventSourceMappingDescription): void {
    this.#description = description;
    this.update(inForce);
  }

  /** Takes effect with the next batch. */
  update(inForce: EventSourceMappingDescription): void {
    this.#inForce = inForce;
    this.#slotFreed?.();
  }

  enable(): void {
    this.#enabled = true;
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = undefined;
      // Enabled again while the last poll was coming back.
      if (this.#enabled) this.enable();
    });
  }

  /** Stops receiving at once; resolves when the batches that were under way have been finished. */
  async disable(): Promise<void> {
    this.#enabled = false;
    this.#slotFreed?.();
    while (this.#polling !== undefined && !this.#enabled) {
      await this.#options.interruptPolls(this.#description.queue);
      await Promise.race([this.#polling, delay(INTERRUPT_AGAIN_MS)]);
    }
    await Promise.all(this.#underWay);
  }

  async #poll(): Promise<void> {
    await this.#look();
    while (this.#enabled) {
      if (this.#underWay.size >= this.#inForce.maximumConcurrency) {
        await new Promise<void>(resolve => {
          this.#slotFreed = resolve;
        });
        continue;
      }
      const messages = await this.#nextBatch();
      if (messages.length === 0) continue;
      const work = this.#process(messages).finally(() => {
        this.#underWay.delete(work);
        this.#slotFreed?.();
      });
      this.#underWay.add(work);
    }
  }

  /** Lambda looks at a queue before it polls it, and so the function's role has to allow that. */
  async #look(): Promise<void> {
    const { sqs, say } = this.#options;
    const QueueUrl = queueUrl(this.#description.queue);
    await sqs
      .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }))
      .catch((error: Error) => say(`${this.#description.queue} cannot be looked at: ${error.message}`));
  }

  /** One receive, or with a batching window as many as fill the batch before the window closes. */
  async #nextBatch(): Promise<readonly Message[]> {
    const { batchSize, batchingWindowMs } = this.#inForce;
    const messages = await this.#receive(Math.min(batchSize, MAX_RECEIVE), LONG_POLL_SECONDS);
    if (messages.length === 0 || batchingWindowMs === 0) return messages;
    const closesAt = performance.now() + batchingWindowMs;
    while (messages.length < batchSize && this.#enabled) {
      const leftSeconds = Math.floor((closesAt - performance.now()) / 1000);
      if (leftSeconds <= 0) break;
      messages.push(
        ...(await this.#receive(Math.min(batchSize - messages.length, MAX_RECEIVE), leftSeconds)),
      );
    }
    return messages;
  }

  async #receive(max: number, waitSeconds: number): Promise<Message[]> {
    try {
      const { Messages } = await this.#options.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl(this.#description.queue),
          MaxNumberOfMessages: max,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages ?? [];
    } catch (error) {
      if (this.#enabled) {
        this.#options.say(`receiving from ${this.#description.queue} failed: ${String(error)}`);
        await delay(PAUSE_AFTER_FAILED_CALL_MS);
      }
      return [];
    }
  }

  async #process(messages: readonly Message[]): Promise<void> {
    const { queue, functionName, reportsBatchItemFailures } = this.#description;
    const result = await this.#options.invoke(
      functionName,
      JSON.stringify(sqsEvent(messages, queueArn(queue))),
      queue,
    );
    if (result.kind !== 'response') {
      const problem =
        result.kind === 'throttled' ? 'throttled' : `${result.error.errorType}: ${result.error.errorMessage}`;
      this.#options.say(
        `${functionName} failed on ${messages.length} of ${queue}; they come back: ${problem}`,
      );
      return;
    }
    const verdict = batchVerdict(
      result.body,
      messages.map(({ MessageId }) => MessageId ?? ''),
      reportsBatchItemFailures,
    );
    if (verdict.kind === 'keep-all') {
      this.#options.say(
        `${functionName} gave no usable batch response for ${queue}, so all of it comes back: ${verdict.reason}`,
      );
      return;
    }
    await this.#delete(messages.filter(({ MessageId }) => verdict.messageIds.includes(MessageId ?? '')));
  }

  async #delete(messages: readonly Message[]): Promise<void> {
    for (let from = 0; from < messages.length; from += MAX_RECEIVE) {
      let left = messages
        .slice(from, from + MAX_RECEIVE)
        .map(({ ReceiptHandle }) => ({ Id: randomUUID(), ReceiptHandle }));
      for (let attempt = 1; left.length > 0 && attempt <= DELETE_ATTEMPTS; attempt += 1) {
        const failed = await this.#deleteEntries(left);
        left = left.filter(({ Id }) => failed.has(Id));
      }
      if (left.length > 0)
        this.#options.say(
          `${left.length} messages of ${this.#description.queue} could not be deleted and come back`,
        );
    }
  }

  /** The ids of the entries that were not deleted. */
  async #deleteEntries(
    entries: readonly { readonly Id: string; readonly ReceiptHandle: string | undefined }[],
  ): Promise<ReadonlySet<string>> {
    try {
      const { Failed } = await this.#options.sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl: queueUrl(this.#description.queue), Entries: [...entries] }),
      );
      return new Set((Failed ?? []).map(({ Id }) => Id ?? ''));
    } catch {
      return new Set(entries.map(({ Id }) => Id));
    }
  }
}

const delay = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
