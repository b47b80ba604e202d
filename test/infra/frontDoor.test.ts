import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { filteredLine, matchFilterPattern, parseFilterPattern } from '../../core/filterPattern.ts';
import { STAGES, type StageSettings } from '../../infra/stages.ts';
import {
  functionOf,
  ofType,
  only,
  pointsTo,
  type Resources,
  resource,
  resourcesFor,
  stackFor,
} from './synthesize.ts';

const resources = resourcesFor();
/** Everything calls the version in force. */
const live = ofType(resources, 'AWS::Lambda::Alias').find(([id]) => id.startsWith('Receive'))?.[0];

describe('the front door', () => {
  it('hands every request to receive', () => {
    const route = only(resources, 'AWS::ApiGatewayV2::Route').Properties;
    expect(route['RouteKey']).toBe('$default');
    const integrationId = ofType(resources, 'AWS::ApiGatewayV2::Integration')[0]?.[0];
    expect(route['Target']).toEqual({ 'Fn::Join': ['', ['integrations/', { Ref: integrationId }]] });
    const integration = only(resources, 'AWS::ApiGatewayV2::Integration').Properties;
    expect(integration['IntegrationType']).toBe('AWS_PROXY');
    expect(pointsTo(integration['IntegrationUri'])).toBe(live);
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
    const permissions = ofType(resources, 'AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties)
      .filter(properties => pointsTo(properties['FunctionName']) === live);
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
    expect(Format.split(' ')).toEqual([
      '$context.requestId',
      '$context.status',
      '$context.integration.integrationStatus',
      '$context.error.messageString',
      '$context.path',
    ]);
  });

  it('counts what it refuses by itself, in a namespace of the stage', () => {
    const { AccessLogSettings } = only(resources, 'AWS::ApiGatewayV2::Stage').Properties;
    const [filter = {}] = ofType(resources, 'AWS::Logs::MetricFilter')
      .map(([, { Properties }]) => Properties)
      .filter(properties => properties['FilterPattern'].startsWith('['));
    expect(pointsTo(filter['LogGroupName'])).toBe(pointsTo(AccessLogSettings.DestinationArn));
    const pattern = parseFilterPattern(filter['FilterPattern']);
    const matches = (line: string) => matchFilterPattern(pattern, filteredLine(line)) !== undefined;
    expect(matches('JKJaXmPLvHcESHA= 429 - "Too Many Requests" /github')).toBe(true);
    expect(matches('JKJaXmPLvHcESHA= 200 200 - /github')).toBe(false);
    expect(filter['MetricTransformations']).toEqual([
      { MetricName: 'GatewayRefused', MetricNamespace: 'Hookwright/prod', MetricValue: '1' },
    ]);
  });

  it('leaves the concurrency of receive to the account', () => {
    expect(functionOf(resources, 'receive')[1].Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });
});

const withDoor = (frontDoor: StageSettings['frontDoor']) => {
  const stack = stackFor(undefined, 'prod', undefined, { frontDoor });
  const { Resources, Outputs } = Template.fromStack(stack).toJSON();
  return { resources: Resources as Resources, url: Outputs['WebhookUrl'].Value, outputs: Outputs };
};

describe('a front door with a domain', () => {
  const certificateArn = 'arn:aws:acm:eu-central-1:123456789012:certificate/1';
  const door = withDoor({ kind: 'http-api', domain: { name: 'hooks.example.com', certificateArn } });

  it('is known by it, over TLS 1.2 at the least', () => {
    expect(door.url).toBe('https://hooks.example.com/');
    expect(only(door.resources, 'AWS::ApiGatewayV2::DomainName').Properties).toMatchObject({
      DomainName: 'hooks.example.com',
      DomainNameConfigurations: [{ CertificateArn: certificateArn, SecurityPolicy: 'TLS_1_2' }],
    });
    const mapping = only(door.resources, 'AWS::ApiGatewayV2::ApiMapping').Properties;
    expect(mapping['Stage']).toBe('$default');
  });

  it('says what the name has to point to', () => {
    expect(door.outputs['DomainTarget'].Description).toBe('Point a CNAME record of hooks.example.com here.');
  });
});

describe('a function URL as the front door', () => {
  const door = withDoor({ kind: 'function-url' });

  it('is that of the version in force, open to everybody', () => {
    const [[id, url] = ['', undefined]] = ofType(door.resources, 'AWS::Lambda::Url');
    expect(url?.Properties).toMatchObject({ AuthType: 'NONE', Qualifier: 'live', InvokeMode: 'BUFFERED' });
    expect(pointsTo(url?.Properties['TargetFunctionArn'])).toBe(functionOf(door.resources, 'receive')[0]);
    expect(door.url).toEqual({ 'Fn::GetAtt': [id, 'FunctionUrl'] });
  });

  it('may be called as a URL, and by no other way', () => {
    const permissions = ofType(door.resources, 'AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties)
      .filter(({ Principal }) => Principal === '*');
    expect(permissions.map(({ Action }) => Action).sort()).toEqual([
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
    ]);
    for (const permission of permissions) {
      expect(
        permission['FunctionUrlAuthType'] === 'NONE' || permission['InvokedViaFunctionUrl'] === true,
      ).toBe(true);
    }
  });

  it('is throttled by the concurrency of receive, ten requests a second for each', () => {
    expect(functionOf(door.resources, 'receive')[1].Properties['ReservedConcurrentExecutions']).toBe(
      STAGES.prod.throttle.requestsPerSecond / 10,
    );
  });

  it('needs nothing of API Gateway', () => {
    expect(Object.values(door.resources).filter(({ Type }) => Type.includes('ApiGateway'))).toEqual([]);
  });
});
