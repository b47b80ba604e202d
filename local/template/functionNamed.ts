import type { FunctionDescription } from './description.ts';
import type { Properties } from './properties.ts';

/** A function is named by its name or its ARN, with or without an alias, or by the gateway's path that has the ARN inside. */
export function functionNamed(
  properties: Properties,
  property: string,
  functions: readonly FunctionDescription[],
): FunctionDescription {
  const value = properties.string(property);
  const [, inside = value] = /\/functions\/(.+)\/invocations$/.exec(value) ?? [];
  const found = functions.find(({ name }) => name === functionNameOf(inside));
  if (found === undefined) throw properties.error(property, `'${value}' is no function of this template`);
  return found;
}

/** `arn:aws:lambda:us-east-1:000000000000:function:deliver:live`, `deliver:live` and `deliver` are all `deliver`. */
export const functionNameOf = (text: string): string =>
  /^(?:arn:.+:function:)?([^:]+)(?::[^:]+)?$/.exec(text)?.[1] ?? text;
