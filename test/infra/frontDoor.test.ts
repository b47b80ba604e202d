import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { STAGES } from '../../infra/stages.ts';
import { functionOf, ofType, only, pointsTo, resource, resourcesFor, stackFor } from './synthesize.ts';

const resources = resourcesFor();

describe('the front door', () => {
  it('hands every request to receive', () => {
    const route = only(resources, 'AWS::ApiGatewayV2::Route').Properties;
    expect(route['RouteKey']).toBe('$default');
    const integrationId = ofType(resources, 'AWS::ApiGatewayV2::Integration')[0]?.[0];
    expect(route['Target']).toEqual({ 'Fn::Join': ['', ['integrations/', { Ref: integrationId }]] });
    const integration = only(resources, 'AWS::ApiGatewayV2::Integration').Properties;
    expect(integration['IntegrationType']).toBe('AWS_PROXY');
    expect(pointsTo(integration['IntegrationUri'])).toBe(functionOf(resources, 'receive')[0]);
  });

  it('keeps repeated headers apart', () => {
    const integration = only(resources, 'AWS::ApiGatewayV2::Integration').Properties;
    expect(integration['PayloadFormatVersion']).toBe('1.0');
  });

  it('waits longer than receive may take', () => {
    const receive = functionOf(resources, 'receive')[1].Properties['Timeout'];
    const integration = only(resources, 'AWS::ApiGatewayV2::Integration').Properties;
    expect(integration['TimeoutInMillis']).toBeGreaterThan(receive * 1000);
  });

  it('may invoke receive from this API only', () => {
    const receive = functionOf(resources, 'receive')[0];
    const permissions = ofType(resources, 'AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties)
      .filter(properties => pointsTo(properties['FunctionName']) === receive);
    const [permission = {}] = permissions;
    expect(permissions).toHaveLength(1);
    const api = ofType(resources, 'AWS::ApiGatewayV2::Api')[0]?.[0];
    expect(permission['Principal']).toBe('apigateway.amazonaws.com');
    expect(permission['SourceArn']['Fn::Join'][1].slice(-2)).toEqual([{ Ref: api }, '/*/*']);
  });

  it('has a URL without a stage in its path', () => {
    const stage = only(resources, 'AWS::ApiGatewayV2::Stage').Properties;
    expect(stage).toMatchObject({ StageName: '$default', AutoDeploy: true });
    const { Value } = Template.fromStack(stackFor()).toJSON()['Outputs']['WebhookUrl'];
    const api = ofType(resources, 'AWS::ApiGatewayV2::Api')[0]?.[0];
    expect(Value['Fn::Join'][1].slice(0, 2)).toEqual(['https://', { Ref: api }]);
    expect(Value['Fn::Join'][1].at(-1)).toBe('/');
  });

  it('limits the rate as the stage says', () => {
    const { requestsPerSecond, burst } = STAGES.prod.throttle;
    expect(only(resources, 'AWS::ApiGatewayV2::Stage').Properties['DefaultRouteSettings']).toEqual({
      ThrottlingRateLimit: requestsPerSecond,
      ThrottlingBurstLimit: burst,
    });
  });

  it('logs what it answers itself, and no header, query string or body', () => {
    const { DestinationArn, Format } = only(resources, 'AWS::ApiGatewayV2::Stage').Properties[
      'AccessLogSettings'
    ];
    expect(resource(resources, pointsTo(DestinationArn)).Type).toBe('AWS::Logs::LogGroup');
    expect(Object.values(JSON.parse(Format))).toEqual([
      '$context.requestId',
      '$context.requestTime',
      '$context.httpMethod',
      '$context.path',
      '$context.status',
      '$context.responseLength',
      '$context.responseLatency',
      '$context.integration.status',
      '$context.integration.latency',
      '$context.error.message',
      '$context.integration.error',
    ]);
  });
});
