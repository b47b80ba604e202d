/** The wide line and the metrics of one webhook. */
import { count, withMetrics } from '../../core/events/metrics.ts';
import type { WebhookLine } from '../../core/events/webhookLine.ts';
import { type ArchiveNote, type Receipt, replyTo } from '../../core/receive/receipt.ts';
import type { Webhook } from '../../core/webhook.ts';

export interface ReceiptContext {
  readonly webhook: Webhook | undefined;
  /** The source's name, only when such a source is configured: a stranger's path is not a dimension of ours. */
  readonly source: string | undefined;
  readonly stage: string;
  readonly requestId: string;
  readonly configuration: string;
  readonly durationMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function describeReceipt(receipt: Receipt, context: ReceiptContext): Record<string, unknown> {
  const { status } = replyTo(receipt);
  const { source, stage, webhook } = context;
  const line: WebhookLine = {
    line: 'webhook',
    at: new Date(context.now).toISOString(),
    state: receipt.kind === 'accepted' && receipt.deliveries.length === 0 ? 'unmatched' : receipt.kind,
    status,
    ...(source === undefined ? {} : { source }),
    ...(webhook === undefined ? {} : { bodyBytes: webhook.body.byteLength }),
    ...(receipt.kind === 'refused' ? { cause: receipt.cause } : {}),
    ...(receipt.kind === 'accepted'
      ? {
          ...receipt.identity,
          verification: receipt.strength,
          deliveries: receipt.deliveries,
          passedBy: receipt.decision.passedBy,
          ...(receipt.secretVersion === undefined ? {} : { secretVersion: receipt.secretVersion }),
          ...describeArchive(receipt.archive),
        }
      : {}),
    durationMs: Math.round(context.durationMs * 100) / 100,
    requestId: context.requestId,
    configuration: context.configuration,
  };
  const groups = [
    {
      dimensions: { Stage: stage },
      metrics: {
        Fault: count(status >= 500),
        // Written for sources that archive only: a metric that nobody needs costs, too.
        ...(line.archive === undefined ? {} : { ArchiveFailed: count(line.archive === 'failed') }),
      },
    },
    ...(source === undefined
      ? []
      : [
          {
            dimensions: { Stage: stage, Source: source },
            metrics: {
              Accepted: count(line.state === 'accepted'),
              Unmatched: count(line.state === 'unmatched'),
              Refused: count(line.state === 'refused'),
            },
          },
        ]),
  ];
  return withMetrics(line, groups, context.now);
}

function describeArchive(archive: ArchiveNote | undefined): Pick<WebhookLine, 'archive' | 'archiveError'> {
  if (archive === undefined) return {};
  return archive.kept ? { archive: 'kept' } : { archive: 'failed', archiveError: archive.error };
}
