/** Reads the front door: the routes of an HTTP API or a function's own URL, and where the gateway writes who called. */
import type { AccessLogDescription, FunctionDescription, RouteDescription } from './description.ts';
import { functionNamed } from './functionNamed.ts';
import type { Resolver } from './intrinsics.ts';
import { Properties } from './properties.ts';

export function routes(
  resolver: Resolver,
  functions: readonly FunctionDescription[],
): readonly RouteDescription[] {
  return [...apiRoutes(resolver, functions), ...functionUrls(resolver, functions)];
}

function apiRoutes(
  resolver: Resolver,
  functions: readonly FunctionDescription[],
): readonly RouteDescription[] {
  return resolver.resourcesOfType('AWS::ApiGatewayV2::Route').map(([logicalId, resource]) => {
    const properties = Properties.of(resolver, logicalId, resource);
    const [, integrationId = ''] = /^integrations\/(.+)$/.exec(properties.string('Target')) ?? [];
    const integrations = resolver.resourcesOfType('AWS::ApiGatewayV2::Integration');
    const found = integrations.find(([id]) => resolver.physicalName(id) === integrationId);
    if (found === undefined)
      throw properties.error('Target', `'${integrationId}' is no integration of this template`);
    const integration = Properties.of(resolver, ...found);
    integration.oneOf('IntegrationType', ['AWS_PROXY']);
    integration.oneOf('PayloadFormatVersion', ['1.0']);
    const { name } = functionNamed(integration, 'IntegrationUri', functions);
    return { logicalId, door: 'http-api', routeKey: properties.string('RouteKey'), functionName: name };
  });
}

/** It stands for every path and method, as `$default` does. */
function functionUrls(
  resolver: Resolver,
  functions: readonly FunctionDescription[],
): readonly RouteDescription[] {
  return resolver.resourcesOfType('AWS::Lambda::Url').map(([logicalId, resource]) => {
    const properties = Properties.of(resolver, logicalId, resource);
    properties.oneOf('AuthType', ['NONE']);
    properties.oneOf('InvokeMode', ['BUFFERED'], 'BUFFERED');
    const { name } = functionNamed(properties, 'TargetFunctionArn', functions);
    return { logicalId, door: 'function-url', routeKey: '$default', functionName: name };
  });
}

/** Undefined where the front door writes none. */
export function accessLog(resolver: Resolver): AccessLogDescription | undefined {
  const [found] = resolver.resourcesOfType('AWS::ApiGatewayV2::Stage');
  if (found === undefined) return undefined;
  const settings = Properties.of(resolver, ...found).nested('AccessLogSettings');
  if (settings === undefined) return undefined;
  const [, logGroup] = /:log-group:([^:]+)(?::\*)?$/.exec(settings.string('DestinationArn')) ?? [];
  if (logGroup === undefined) throw settings.error('DestinationArn', 'is no log group');
  return { logGroup, format: settings.string('Format') };
}
