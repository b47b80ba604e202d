/** The copy in the archive: exact, on time, and never the reason that an event is refused. */
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PutObject } from '../../../aws/s3.ts';
import { archiveKey, decodeArchived, readArchiveKey } from '../../../core/archive.ts';
import { NOW, openedEnvelope } from '../../builders.ts';
import { type Answer, frontDoor, signedEvent } from './frontDoor.ts';

const ISSUE = '{"action":"opened","title":"Zoë 👩‍🚒"}';

interface Put {
  readonly key: string;
  readonly text: string;
  readonly late: AbortSignal;
}

function archive(answer: () => Promise<void> = async () => undefined): {
  readonly puts: Put[];
  readonly putObject: PutObject;
} {
  const puts: Put[] = [];
  return {
    puts,
    putObject: async (key, text, late) => {
      puts.push({ key, text: String(text), late });
      await answer();
    },
  };
}

const named = (name: string): Error => Object.assign(new Error('a message with the payload'), { name });

describe('an accepted event of a source that archives', () => {
  test('is kept as the queue has it, under a key that its log line tells', async () => {
    const { puts, putObject } = archive();
    const { post, queues } = frontDoor({}, { putObject });
    const { status, line } = await post(signedEvent('archived', ISSUE, { headers: { cookie: 'session' } }));
    expect(status).toBe(200);
    expect(puts).toHaveLength(1);
    const [{ key, text }] = puts as [Put];
    const decoded = decodeArchived(text);
    if (!decoded.ok) throw new Error('unreadable');
    const { event, headers, body } = openedEnvelope(queues.sent[0]?.body ?? '');
    expect(decoded.original).toEqual({ event, headers, body });
    expect(headers).not.toHaveProperty('cookie');
    expect(readArchiveKey(key)).toMatchObject({
      source: 'archived',
      id: event.id,
      type: 'issues.opened',
      receivedAt: NOW,
    });
    expect(line).toMatchObject({ state: 'accepted', archive: 'kept' });
    expect(line).not.toHaveProperty('ArchiveFailed');
    const { source, eventId: id, eventType: type, at: receivedAt } = line as Record<string, string>;
    expect(key).toBe(archiveKey({ source, id, type, receivedAt } as Parameters<typeof archiveKey>[0]));
  });

  test('is kept with whatever bytes it has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async body => {
        const { puts, putObject } = archive();
        const { post } = frontDoor({}, { putObject });
        expect((await post(signedEvent('archived', body))).status).toBe(200);
        const decoded = decodeArchived(puts[0]?.text ?? '');
        expect(decoded.ok && Buffer.from(decoded.original.body).equals(body)).toBe(true);
      }),
      { seed: 20_260_115, numRuns: 50 },
    );
  });

  test('is kept although no route takes it: a later one may', async () => {
    const { puts, putObject } = archive();
    const { post } = frontDoor({}, { putObject });
    const { line } = await post(signedEvent('archived', ISSUE, { eventType: 'star' }));
    expect(line).toMatchObject({ state: 'unmatched', archive: 'kept' });
    expect(puts).toHaveLength(1);
  });

  test('is on its way to the archive and to the queues at the same time', async () => {
    const order: string[] = [];
    const step = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise(resolve => setImmediate(resolve));
      order.push(`${name} ends`);
    };
    const { post } = frontDoor({}, { putObject: step('put'), sendMessage: step('send') });
    await post(signedEvent('archived', ISSUE));
    expect(order.slice(0, 2).sort()).toEqual(['put begins', 'send begins']);
  });
});

describe('an archive that fails', () => {
  test.each(['AccessDenied', 'NoSuchBucket', 'TimeoutError', 'SlowDown'])(
    'with %s costs the copy and not the event, and says so in line and metric',
    async name => {
      const { putObject } = archive(() => Promise.reject(named(name)));
      const { post, queues } = frontDoor({}, { putObject });
      const { status, line } = await post(signedEvent('archived', ISSUE));
      expect(status).toBe(200);
      expect(queues.sent).toHaveLength(1);
      expect(line).toMatchObject({
        state: 'accepted',
        archive: 'failed',
        archiveError: name,
        ArchiveFailed: 1,
      });
      expect(JSON.stringify(line)).not.toContain('payload');
    },
  );

  test('because the function does not know its bucket is told alike', async () => {
    const { status, line } = await frontDoor().post(signedEvent('archived', ISSUE));
    expect(status).toBe(200);
    expect(line).toMatchObject({ archive: 'failed', archiveError: 'bucket-unknown', ArchiveFailed: 1 });
  });

  describe('by never answering', () => {
    afterEach(() => void vi.useRealTimers());
    const hanging: PutObject = (_key, _text, late) =>
      new Promise((_, reject) => {
        late.addEventListener('abort', () => reject(late.reason), { once: true });
      });

    test('keeps the provider waiting for less than 1 s from when the queues have the event', async () => {
      vi.useFakeTimers();
      let enqueued = (): void => undefined;
      const sendMessage = () =>
        new Promise<void>(resolve => {
          enqueued = resolve;
        });
      let answered: Answer | undefined;
      const { post } = frontDoor({}, { putObject: hanging, sendMessage });
      const posted = post(signedEvent('archived', ISSUE)).then(answer => {
        answered = answer;
      });
      await vi.advanceTimersByTimeAsync(5_000);
      expect(answered).toBeUndefined();
      enqueued();
      await vi.advanceTimersByTimeAsync(1_000);
      await posted;
      expect(answered?.status).toBe(200);
      expect(answered?.line).toMatchObject({ archive: 'failed', archiveError: 'TimeoutError' });
    });

    test('does not keep waiting a provider that is told to come again', async () => {
      const { post, queues } = frontDoor({}, { putObject: hanging });
      queues.failing.add('hookwright-test-ledger');
      expect((await post(signedEvent('archived', ISSUE))).status).toBe(503);
    });
  });
});

describe('no copy is made', () => {
  test('of a source that does not archive, whose metrics do not speak of it', async () => {
    const { puts, putObject } = archive();
    const { line } = await frontDoor({}, { putObject }).post(signedEvent('github', ISSUE));
    expect(puts).toEqual([]);
    expect(line).not.toHaveProperty('archive');
    expect(line).not.toHaveProperty('ArchiveFailed');
  });

  test('of what is refused', async () => {
    const { puts, putObject } = archive();
    const { post } = frontDoor({}, { putObject });
    expect((await post(signedEvent('archived', ISSUE, { secret: 'guessed' }))).status).toBe(401);
    expect(puts).toEqual([]);
  });

  test('instead of a message: when a queue fails, the event is refused although it was copied', async () => {
    const { putObject } = archive();
    const { post, queues } = frontDoor({}, { putObject });
    queues.failing.add('hookwright-test-ledger');
    const { status, line } = await post(signedEvent('archived', ISSUE));
    expect(status).toBe(503);
    expect(line).toMatchObject({ state: 'refused', cause: 'queue-unavailable' });
  });
});
