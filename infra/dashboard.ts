/**
 * The first screen of an incident: what comes in, what goes out, what is stuck, and when something was deployed. It names
 * no source and no destination, so that it shows those of every shard and of the next deploy as well.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import {
  type AlarmBase,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS, type MetricName } from '../core/events/metrics.ts';
import { logGroupOf, SAVED_QUERIES, type SavedQueryName } from '../core/events/savedQueries.ts';
import { metricNamespace, stackName } from '../core/names.ts';
import type { OnCall } from './onCall.ts';
import { relayMetric } from './relayMetric.ts';
import type { Stage } from './stages.ts';

export interface IncidentDashboardProps {
  readonly stage: Stage;
  readonly onCall: OnCall;
  /** Of the relay itself; there are too many of destinations. */
  readonly alarms: readonly AlarmBase[];
}

type Statistic = 'Sum' | 'Average' | 'Maximum' | 'SampleCount';

const PERIOD = Duration.minutes(5);
const HALF = 12;
const THIRD = 8;

export class IncidentDashboard extends Construct {
  readonly #stage: Stage;

  constructor(scope: Construct, id: string, { stage, onCall, alarms }: IncidentDashboardProps) {
    super(scope, id);
    this.#stage = stage;
    const dashboard = new Dashboard(this, 'Default', {
      // A name of its own: it is what on-call staff look for in the console.
      dashboardName: stackName(stage.name),
      defaultInterval: Duration.hours(3),
      periodOverride: PeriodOverride.INHERIT,
    });
    dashboard.addWidgets(
      new TextWidget({ width: HALF, height: 5, markdown: this.#text(onCall) }),
      new AlarmStatusWidget({
        ...{ title: 'The relay itself', width: HALF, height: 5 },
        alarms: [...alarms],
      }),
    );
    dashboard.addWidgets(
      this.#graph('Sources: taken', this.#each('Taken', 'Sum')),
      this.#graph('Sources: rejected', this.#each('Refused', 'Sum'), this.#each('SignatureFailed', 'Sum')),
      this.#graph(
        'Sources: unmatched and repeated',
        this.#each('Unmatched', 'Sum'),
        this.#each('Duplicate', 'Sum'),
      ),
    );
    dashboard.addWidgets(
      this.#graph('Destinations: attempts', this.#each('Failed', 'SampleCount')),
      this.#graph('Destinations: share of attempts that failed', this.#each('Failed', 'Average')),
      this.#graph(
        'Destinations: retried and dead',
        this.#each('Retried', 'Sum'),
        this.#each('DeadLettered', 'Sum'),
      ),
    );
    dashboard.addWidgets(
      this.#graph('Destinations: age of late deliveries, s', this.#each('AgeSeconds', 'Maximum')),
      this.#graph('Queues: waiting', this.#queues('ApproximateNumberOfMessagesVisible')),
      this.#graph('Queues: in flight', this.#queues('ApproximateNumberOfMessagesNotVisible')),
    );
    dashboard.addWidgets(
      this.#answers('by-source', 'Sources: received, refused, latency', HALF),
      this.#answers('by-refusal-cause', 'Sources: why webhooks are refused', HALF),
    );
    dashboard.addWidgets(
      this.#answers('by-destination', 'Destinations: delivered, retried, dead, latency', HALF),
      this.#answers('by-failure-cause', 'Destinations: why attempts fail', HALF),
    );
    dashboard.addWidgets(
      this.#answers(
        'latency-by-destination',
        'Destinations: latency, ms',
        HALF,
        LogQueryVisualizationType.LINE,
      ),
      this.#answers('deploys', 'Deploys', HALF),
    );
  }

  /** A mark at each deploy is in every graph, because it is the first thing to ask. */
  #graph(title: string, ...left: readonly IMetric[]): GraphWidget {
    const deploys = relayMetric('Deployed', { stage: this.#stage.name }, 'Sum', 5).with({ label: 'deploy' });
    return new GraphWidget({
      ...{ title, width: THIRD, height: 6, period: PERIOD },
      left: [...left],
      leftYAxis: { min: 0 },
      right: [deploys],
      rightYAxis: { min: 0, max: 1, showUnits: false, label: 'deploy' },
    });
  }

  /** One line for each destination or source that has written the metric. */
  #each(name: MetricName, statistic: Statistic): MathExpression {
    const schema = [metricNamespace(this.#stage.name), ...METRICS[name]].join();
    return this.#search(`{${schema}} MetricName="${name}"`, statistic, name);
  }

  /** Source queues and dead-letter queues of every shard. */
  #queues(metricName: string): MathExpression {
    // A search goes by the words of a name.
    const tokens = stackName(this.#stage.name).replaceAll('-', ' ');
    return this.#search(`{AWS/SQS,QueueName} MetricName="${metricName}" ${tokens}`, 'Maximum', '');
  }

  #search(search: string, statistic: Statistic, label: string): MathExpression {
    return new MathExpression({
      expression: `SEARCH('${search}', '${statistic}', ${PERIOD.toSeconds()})`,
      usingMetrics: {},
      label,
      period: PERIOD,
    });
  }

  #answers(
    name: SavedQueryName,
    title: string,
    width: number,
    view = LogQueryVisualizationType.TABLE,
  ): LogQueryWidget {
    const saved = savedQuery(name);
    return new LogQueryWidget({
      ...{ title, width, height: 6, view },
      logGroupNames: [logGroupOf(this.#stage.name, saved)],
      queryString: saved.query,
    });
  }

  #text(onCall: OnCall): string {
    const { region } = Stack.of(this);
    const links = SAVED_QUERIES.map(
      saved => `[${saved.name}](${insightsUrl(region, logGroupOf(this.#stage.name, saved), saved.query)})`,
    );
    return [
      `# ${stackName(this.#stage.name)}`,
      `First look: \`${onCall.command('status')}\`, then the runbook section that the alarm names in docs/operations.md.`,
      '',
      `Saved queries: ${links.join(' · ')}`,
      '',
      'What is not drawn has not happened: all but attempts and taken webhooks is written only when there is something to count.',
    ].join('\n');
  }
}

function savedQuery(name: SavedQueryName): (typeof SAVED_QUERIES)[number] {
  const found = SAVED_QUERIES.find(saved => saved.name === name);
  if (found === undefined) throw new Error(`there is no saved query ${name}`);
  return found;
}

/** How the console writes a query of the last three hours into its address: `~` for quotes, `*` before two hex digits. */
function insightsUrl(region: string, logGroup: string, query: string): string {
  const escaped = (text: string): string =>
    text.replaceAll(
      /[^A-Za-z0-9_.-]/g,
      character => `*${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
  const detail = `~(end~0~start~-10800~timeType~'RELATIVE~unit~'seconds~editorString~'${escaped(query)}~source~(~'${escaped(logGroup)}))`;
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:logs-insights?queryDetail=${encodeURIComponent(detail)}`;
}
