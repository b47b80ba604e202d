/** What the inbox of a running relay has on record. */
export interface ArrivedDelivery {
  readonly destination: string;
  readonly webhookId: string | null;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  readonly body: string;
}

/** More than any bench delivers. */
const ALL = 10_000_000;

/** Oldest first. @param limit - only so many of the newest. */
export async function readInbox(inboxUrl: string, limit: number = ALL): Promise<ArrivedDelivery[]> {
  const answer = await fetch(`${inboxUrl}?limit=${limit}`);
  if (!answer.ok) throw new Error(`the inbox answers ${answer.status}`);
  return ((await answer.json()) as ArrivedDelivery[]).reverse();
}
