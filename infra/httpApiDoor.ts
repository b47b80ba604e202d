/** The front door as an HTTP API: throttled, its access logged, under a domain of its own where the stage has one. */
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { GATEWAY_REFUSED, gatewayLogGroupName, metricNamespace } from '../core/names.ts';
import type { FrontDoorProps } from './frontDoor.ts';
import type { HttpApiSettings } from './stages.ts';

export interface HttpApiDoorProps extends FrontDoorProps {
  readonly settings: HttpApiSettings;
}

export class HttpApiDoor extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, props: HttpApiDoorProps) {
    super(scope, id);
    const { stage, receive, settings } = props;

    const api = new HttpApi(this, 'Api', {
      apiName: `hookwright-${stage.name}`,
      description: 'POST /{source}: webhooks of SaaS tools',
      createDefaultStage: false,
    });

    // One route, so that receive answers 404 and 405 in its own words, handshakes by GET included. Signatures are the
    // authorization. Payload format 1.0, because 2.0 joins repeated headers and a second signature would not show.
    new HttpRoute(this, 'Route', {
      httpApi: api,
      routeKey: HttpRouteKey.DEFAULT,
      authorizer: new HttpNoneAuthorizer(),
      integration: new HttpLambdaIntegration('Receive', receive.live, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_1_0,
        // A second more than the function has, so that the function's own time-out is the one that shows.
        timeout: props.receiveTimeout.plus(Duration.seconds(1)),
      }),
    });

    const accessLogs = new LogGroup(this, 'AccessLogs', {
      logGroupName: gatewayLogGroupName(stage.name),
      retention: stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // What the gateway refuses never reaches receive, so that no line of ours counts it.
    new MetricFilter(this, 'Refused', {
      logGroup: accessLogs,
      filterPattern: FilterPattern.spaceDelimited('id', 'status', 'lambda', '...').whereString(
        'lambda',
        '=',
        NOT_CALLED,
      ),
      metricNamespace: metricNamespace(stage.name),
      metricName: GATEWAY_REFUSED,
      metricValue: '1',
    });

    const domain = settings.domain === undefined ? undefined : this.#domain(settings.domain);
    const apiStage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.requestsPerSecond, burstLimit: stage.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(ACCESS_LOG.join(' ')),
      },
      ...(domain === undefined ? {} : { domainMapping: { domainName: domain } }),
    });
    this.url = settings.domain === undefined ? apiStage.url : `https://${settings.domain.name}/`;
  }

  #domain({ name, certificateArn }: NonNullable<HttpApiSettings['domain']>): DomainName {
    const domain = new DomainName(this, 'Domain', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    // The zone may be anywhere, so that the record is made by hand; this is what it points to.
    new CfnOutput(Stack.of(this), 'DomainTarget', {
      value: domain.regionalDomainName,
      description: `Point a CNAME record of ${name} here.`,
    });
    return domain;
  }
}

/** What the gateway writes for a value that it does not have. */
const NOT_CALLED = '-';

/**
 * Only what receive's own line lacks, in words and not in JSON, because it is paid for by the byte. No header and no query
 * string: providers put tokens there. A path has no more than the 10,240 bytes that the gateway takes for a request line and
 * all headers.
 */
const ACCESS_LOG = [
  // The gateway takes no format without it; the provider has it as the header `apigw-requestid`.
  '$context.requestId',
  '$context.status',
  /** What the Lambda service answered, whatever the function did. */
  '$context.integration.integrationStatus',
  /** In quotes, or a hyphen. */
  '$context.error.messageString',
  /** Last, since nobody knows what is in it. */
  '$context.path',
];
