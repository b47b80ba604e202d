import { describe, expect, it } from 'vitest';
import { deadLetterQueueName, queueName } from '../../core/names.ts';
import {
  destination,
  functionOf,
  list,
  ofType,
  pointsTo,
  projectOf,
  queueNamed,
  resource,
  resourcesFor,
} from './synthesize.ts';

const resources = resourcesFor();
const queues = ofType(resources, 'AWS::SQS::Queue');
const deadLetterQueueOf = (queue: (typeof queues)[number][1]): string | undefined => {
  const target = queue.Properties['RedrivePolicy']?.deadLetterTargetArn;
  return target === undefined ? undefined : pointsTo(target);
};

describe('queues', () => {
  it('each have a dead-letter queue or are one', () => {
    const deadLetterQueues = new Set(queues.map(([, queue]) => deadLetterQueueOf(queue)));
    const neither = queues.filter(
      ([id, queue]) => deadLetterQueueOf(queue) === undefined && !deadLetterQueues.has(id),
    );
    expect(neither.map(([id]) => id)).toEqual([]);
    expect(queues).toHaveLength(4);
  });

  it('share their dead-letter queue with no other', () => {
    const used = queues.map(([, queue]) => deadLetterQueueOf(queue)).filter(id => id !== undefined);
    expect(used).toHaveLength(2);
    expect(new Set(used).size).toBe(2);
  });

  it('have the names that the functions and the command compute', () => {
    expect(queues.map(([, queue]) => queue.Properties['QueueName']).sort()).toEqual(
      ['ledger', 'ops-chat']
        .flatMap(name => [queueName('prod', name), deadLetterQueueName('prod', name)])
        .sort(),
    );
  });

  it('keep messages for 14 days', () => {
    for (const [, queue] of queues) expect(queue.Properties['MessageRetentionPeriod']).toBe(14 * 24 * 3600);
  });

  it('take messages of 1 MiB', () => {
    for (const [, queue] of queues) expect(queue.Properties['MaximumMessageSize']).toBe(2 ** 20);
  });

  it('outlive the stack and a replacement', () => {
    for (const [, queue] of queues) {
      expect([queue.DeletionPolicy, queue.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    }
  });

  it('are encrypted at rest', () => {
    for (const [, queue] of queues) expect(queue.Properties['SqsManagedSseEnabled']).toBe(true);
  });

  it('are each reached over TLS only', () => {
    const tlsOnly = ofType(resources, 'AWS::SQS::QueuePolicy').flatMap(([, policy]) =>
      policy.Properties['PolicyDocument'].Statement.filter(
        (statement: Record<string, unknown>) =>
          statement['Effect'] === 'Deny' &&
          statement['Action'] === 'sqs:*' &&
          JSON.stringify(statement['Condition']) === '{"Bool":{"aws:SecureTransport":"false"}}' &&
          pointsTo(list(policy.Properties['Queues'])[0]) === pointsTo(statement['Resource']),
      ).map((statement: Record<string, unknown>) => pointsTo(statement['Resource'])),
    );
    expect(tlsOnly.sort()).toEqual(queues.map(([id]) => id).sort());
  });

  it('hide a received message for six times the time limit of deliver', () => {
    const timeout = functionOf(resources, 'deliver')[1].Properties['Timeout'];
    expect(timeout).toBe(60);
    for (const name of ['ledger', 'ops-chat']) {
      expect(queueNamed(resources, queueName('prod', name))[1].Properties['VisibilityTimeout']).toBe(
        6 * timeout,
      );
    }
  });

  it('hand a message out 20 times more often than its schedule needs, hops included', () => {
    // 30 s is one wait and 20 h are two, each under SQS's 12 h; the first receive comes before any wait.
    const receives = 1 + 1 + 2;
    const slow = resourcesFor(projectOf([destination('slow', { retryDelaysSeconds: [30, 20 * 3600] })]));
    const [, queue] = queueNamed(slow, queueName('prod', 'slow'));
    expect(queue.Properties['RedrivePolicy'].maxReceiveCount).toBe(receives + 20);
  });

  it('lead dead letters to the queue named after them', () => {
    const [, queue] = queueNamed(resources, queueName('prod', 'ledger'));
    const id = deadLetterQueueOf(queue);
    expect(resource(resources, id ?? '').Properties['QueueName']).toBe(deadLetterQueueName('prod', 'ledger'));
  });
});
