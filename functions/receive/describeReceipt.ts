/** The wide line and the metrics of one webhook. */
import { type MetricValues, once, withMetrics } from '../../core/events/metrics.ts';
import type { WebhookLine } from '../../core/events/webhookLine.ts';
import { type ArchiveNote, isUnproven, type Receipt, type Refused } from '../../core/receive/receipt.ts';
import type { Webhook } from '../../core/webhook.ts';

export interface ReceiptContext {
  readonly webhook: Webhook | undefined;
  /** The source's name, only when such a source is configured: a stranger's path is not a dimension of ours. */
  readonly source: string | undefined;
  /** The source's file says that it sends events which no route wants. */
  readonly expectsUnmatched?: boolean;
  readonly stage: string;
  /** Of our answer. */
  readonly status: number;
  readonly requestId: string;
  readonly configuration: string;
  readonly durationMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function describeReceipt(receipt: Receipt, context: ReceiptContext): Record<string, unknown> {
  const claim = receipt.kind === 'accepted' || receipt.kind === 'refused' ? receipt.claim : undefined;
  const { source, stage, status, webhook } = context;
  const line: WebhookLine = {
    line: 'webhook',
    at: new Date(context.now).toISOString(),
    state: receipt.kind === 'accepted' && receipt.deliveries.length === 0 ? 'unmatched' : receipt.kind,
    status,
    ...(source === undefined ? {} : { source }),
    ...(webhook === undefined ? {} : { bodyBytes: webhook.body.byteLength }),
    ...(receipt.kind === 'refused'
      ? { cause: receipt.cause, ...found(receipt), ...receipt.repeat?.identity }
      : {}),
    ...(receipt.kind === 'accepted' || receipt.kind === 'duplicate'
      ? {
          ...receipt.identity,
          verification: receipt.strength,
          ...(receipt.secretVersion === undefined ? {} : { secretVersion: receipt.secretVersion }),
        }
      : {}),
    ...(receipt.kind === 'handshake'
      ? {
          asked: receipt.asked,
          ...(receipt.note === undefined ? {} : { detail: receipt.note }),
          ...(receipt.sealed === undefined ? {} : { sealed: receipt.sealed }),
          ...(receipt.secretVersion === undefined ? {} : { secretVersion: receipt.secretVersion }),
        }
      : {}),
    ...(receipt.kind === 'accepted'
      ? {
          deliveries: receipt.deliveries,
          passedBy: receipt.decision.passedBy,
          ...describeArchive(receipt.archive),
        }
      : {}),
    ...(receipt.kind === 'duplicate'
      ? { firstReceivedAt: new Date(receipt.firstReceivedAt).toISOString() }
      : {}),
    ...(claim === undefined ? {} : { claim: claim.state }),
    ...(claim?.error === undefined ? {} : { claimError: claim.error }),
    durationMs: Math.round(context.durationMs * 100) / 100,
    requestId: context.requestId,
    configuration: context.configuration,
  };
  return withMetrics(line, stage, metricsOf(receipt, line, context), context.now);
}

function metricsOf(
  receipt: Receipt,
  { state, status, source, claimError, archive }: WebhookLine,
  { expectsUnmatched = false }: ReceiptContext,
): MetricValues {
  // A repeat that has to wait for the first is nobody's fault.
  const isInFlight = receipt.kind === 'refused' && receipt.refusal === 'in-flight';
  const ofStage: MetricValues = {
    Fault: once(status >= 500 && !isInFlight),
    ClaimFault: once(claimError !== undefined),
    ArchiveFailed: once(archive === 'failed'),
  };
  if (source === undefined) return ofStage;
  return {
    ...ofStage,
    Refused: once(state === 'refused'),
    SignatureFailed: once(receipt.kind === 'refused' && isUnproven(receipt)),
    Unmatched: once(state === 'unmatched' && !expectsUnmatched),
    Duplicate: once(state === 'duplicate'),
  };
}

/** What the trial found; absent where there was none. */
function found({ diagnosis }: Refused): Pick<WebhookLine, 'reason' | 'detail'> {
  if (diagnosis === undefined) return {};
  const { reason, detail } = diagnosis;
  return { reason, ...(detail === undefined ? {} : { detail }) };
}

function describeArchive(archive: ArchiveNote | undefined): Pick<WebhookLine, 'archive' | 'archiveError'> {
  if (archive === undefined) return {};
  return archive.kept ? { archive: 'kept' } : { archive: 'failed', archiveError: archive.error };
}
