/** The address under which a provider knows us: configured, never rebuilt from what a request says of itself. */
import type { Webhook } from '../webhook.ts';
import type { UrlPart } from './requestPart.ts';

/**
 * The URL that the provider signed. Its query is the request's own, because it is signed along: as configured where
 * the parameters are the same, else written anew in the order in which they came.
 */
export function signedUrl({ address, form }: UrlPart, webhook: Webhook): string {
  if (form === 'path') return new URL(address).pathname;
  const whole = withQuery(address, webhook.query);
  return form === 'decoded' ? undoEscapes(whole) : whole;
}

export function withQuery(address: string, query: Webhook['query']): string {
  const mark = address.indexOf('?');
  const configured = mark < 0 ? '' : address.slice(mark + 1);
  if (isSameQuery(configured, query)) return address;
  const base = mark < 0 ? address : address.slice(0, mark);
  const pairs = [...query].flatMap(([name, values]) =>
    values.map(value => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return pairs.length === 0 ? base : `${base}?${pairs.join('&')}`;
}

function isSameQuery(configured: string, query: Webhook['query']): boolean {
  if (configured === '') return query.size === 0;
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(configured)) {
    const known = parameters.get(name);
    if (known === undefined) parameters.set(name, [value]);
    else known.push(value);
  }
  return JSON.stringify([...parameters]) === JSON.stringify([...query]);
}

/** @hubspot/api-client 13.5.0, Signature: these and no others. */
const HUBSPOT_ESCAPES = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

const undoEscapes = (url: string): string => url.replace(HUBSPOT_ESCAPES, found => decodeURIComponent(found));
