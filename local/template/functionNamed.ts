import type { FunctionDescription } from './description.ts';
import type { Properties } from './properties.ts';

/** A function is named by its name or its ARN, or by the gateway's path that has the ARN inside. */
export function functionNamed(
  properties: Properties,
  property: string,
  functions: readonly FunctionDescription[],
): FunctionDescription {
  const value = properties.string(property);
  const found = functions.find(
    ({ name, arn }) => value === name || value === arn || value.includes(`/functions/${arn}/`),
  );
  if (found === undefined) throw properties.error(property, `'${value}' is no function of this template`);
  return found;
}
