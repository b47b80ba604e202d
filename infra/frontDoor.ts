/** The public URL: an HTTP API that hands every request, whatever its method and path, to receive. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RelayFunction } from './relayFunction.ts';
import type { Stage } from './stages.ts';

export interface FrontDoorProps {
  readonly stage: Stage;
  readonly receive: RelayFunction;
  readonly receiveTimeout: Duration;
}

export class FrontDoor extends Construct {
  /** Providers have this written down: replacing the API breaks every source at once. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: FrontDoorProps) {
    super(scope, id);
    const { stage, receive } = props;

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
      integration: new HttpLambdaIntegration('Receive', receive.function, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_1_0,
        // A second more than the function has, so that the function's own time-out is the one that shows.
        timeout: props.receiveTimeout.plus(Duration.seconds(1)),
      }),
    });

    const accessLogs = new LogGroup(this, 'AccessLogs', {
      // This prefix keeps the account's log resource policy, which API Gateway writes to, within its size limit.
      logGroupName: `/aws/vendedlogs/hookwright/${stage.name}/front-door`,
      retention: stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const apiStage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: {
        rateLimit: stage.throttle.requestsPerSecond,
        burstLimit: stage.throttle.burst,
      },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    this.url = apiStage.url;
  }
}

/**
 * What the gateway answers itself (over its limits, receive not reachable) is nowhere else. No header and no query
 * string: providers put tokens there.
 */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationStatus: '$context.integration.status',
  integrationLatencyMs: '$context.integration.latency',
  error: '$context.error.message',
  integrationError: '$context.integration.error',
};
