/** The template cannot be built here. The message names the resource and the property, as an author would look for it. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export const templateError = (logicalId: string, property: string, problem: string): TemplateError =>
  new TemplateError(`${logicalId}.${property}: ${problem}`);
