/**
 * What vendors' pages and the code around their webhooks show of one event: the keys that identify it, and what Hookwright is
 * to read there. To add one to a list: what is posted, the type as a route lists it, the id where the preset takes one.
 */
export interface PublishedEvent {
  readonly preset: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Posted as JSON; a text as a form. */
  readonly body: unknown;
  readonly type: string;
  readonly id?: string;
}

export const posted = (
  preset: string,
  body: unknown,
  type: string,
  id?: string,
  headers: Readonly<Record<string, string>> = {},
): PublishedEvent => ({ preset, headers, body, type, ...(id === undefined ? {} : { id }) });

/** Told by headers; the body is the changed thing. */
export const told = (preset: string, headers: Readonly<Record<string, string>>, type: string, id?: string) =>
  posted(preset, { id: 7 }, type, id, headers);
