/** What can go wrong with one source, and who is told. A quiet source is as much an incident as a loud one. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { formatDuration } from '../core/files/duration.ts';
import type { Source as SourceFile } from '../core/files/sourceFile.ts';
import { providerConsequence } from '../core/receive/consequence.ts';
import { silenceWindow } from '../core/silenceWindow.ts';
import type { OnCall } from './onCall.ts';
import { relayMetric } from './relayMetric.ts';
import type { Stage } from './stages.ts';

export interface WatchedSource {
  readonly stage: Stage;
  readonly source: SourceFile;
  readonly onCall: OnCall;
}

/** Of what the gateway lets in: all sources share that, so one of them that takes this much is a danger to the others. */
const SPIKE_SHARE = 0.5;
const SPIKE_SECONDS = 300;

/** Four alarms at most: `RESOURCES.perSource` (core/shards.ts) counts them. */
export class SourceAlarms extends Construct {
  constructor(scope: Construct, id: string, { stage, source, onCall }: WatchedSource) {
    super(scope, id);
    const { name, owner } = source;
    const about = { subject: name, owner };
    const of = { stage: stage.name, source: name };

    onCall.alarm(this, 'SignatureFailures', {
      ...about,
      urgency: 'page',
      section: 'signature-failures',
      whatFailed: `Half or more of the webhooks of ${name} were refused for their signature: a secret differs, or somebody knocks.`,
      consequence: providerConsequence(source),
      firstCommand: onCall.command(`status ${name}`),
      // A single stray request is no half of anything: it takes three more failures than webhooks that were taken.
      metric: new MathExpression({
        expression: 'failed / (failed + FILL(taken, 0) + 3)',
        usingMetrics: {
          failed: relayMetric('SignatureFailed', of, 'Sum', 15),
          taken: relayMetric('Taken', of, 'Sum', 15),
        },
        period: Duration.minutes(15),
      }),
      threshold: 0.5,
      // Written for each failure: no data is that none failed.
      missingData: TreatMissingData.NOT_BREACHING,
    });
    const spike = source.expectAtMost ?? {
      webhooks: Math.ceil(stage.throttle.requestsPerSecond * SPIKE_SECONDS * SPIKE_SHARE),
      seconds: SPIKE_SECONDS,
    };
    onCall.alarm(this, 'Spike', {
      ...about,
      urgency: 'ticket',
      section: 'spike',
      whatFailed: `${name} sent ${spike.webhooks} webhooks or more within ${formatDuration(spike.seconds)}, which is more than is expected of it. What is over the gateway's limit is refused, whichever source sends it.`,
      firstCommand: onCall.command(`status ${name} --since 15m`),
      metric: relayMetric('Taken', of, 'Sum', spike.seconds / 60),
      threshold: spike.webhooks,
      missingData: TreatMissingData.NOT_BREACHING,
    });
    onCall.alarm(this, 'UnmatchedEvents', {
      ...about,
      urgency: 'ticket',
      section: 'unmatched-events',
      whatFailed: `${name} sent events that no route wants: they were verified, answered with success, and went nowhere.`,
      firstCommand: onCall.command('events --state unmatched --since 2h'),
      metric: relayMetric('Unmatched', of, 'Sum', 60),
      threshold: 1,
      missingData: TreatMissingData.NOT_BREACHING,
    });
    if (source.expectEverySeconds === undefined) return;
    const { periodMinutes, periods } = silenceWindow(source.expectEverySeconds);
    onCall.alarm(this, 'Silence', {
      ...about,
      urgency: 'page',
      section: 'silence',
      whatFailed: `${name} has sent nothing that was taken for ${formatDuration(source.expectEverySeconds)}.`,
      consequence: providerConsequence(source),
      firstCommand: onCall.command(`status ${name} --since 24h`),
      metric: relayMetric('Taken', of, 'Sum', periodMinutes),
      comparison: 'below',
      threshold: 1,
      periods,
      // Written for each webhook that was taken. So there is data, or there is the fault.
      missingData: TreatMissingData.MISSING,
    });
  }
}
