/** Other addresses under which the provider may know us: slips of whoever wrote one down. */
import type { CodedScheme, SignedScheme } from '../../signatures/scheme.ts';
import { headerValue, type Webhook } from '../../webhook.ts';
import type { Trial } from './trial.ts';

/** The address that the request was posted to is only tried, never believed: a Host header is the caller's to write. */
export function* otherAddresses(scheme: SignedScheme | CodedScheme, webhook: Webhook): Generator<Trial> {
  for (const configured of addressesIn(scheme)) {
    for (const [detail, address] of variations(configured, webhook)) {
      if (address !== configured) yield { reason: 'other-url', detail, scheme: withAddress(scheme, address) };
    }
  }
}

const addressesIn = (scheme: SignedScheme | CodedScheme): readonly string[] =>
  scheme.kind === 'coded'
    ? scheme.url === undefined
      ? []
      : [scheme.url]
    : scheme.content.flatMap(part => (part.kind === 'url' ? [part.address] : []));

const withAddress = <Of extends SignedScheme | CodedScheme>(scheme: Of, address: string): Of =>
  scheme.kind === 'coded'
    ? { ...scheme, url: address }
    : {
        ...scheme,
        content: scheme.content.map(part => (part.kind === 'url' ? { ...part, address } : part)),
      };

function* variations(configured: string, webhook: Webhook): Generator<readonly [string, string]> {
  const host = headerValue(webhook, 'host');
  if (host !== undefined) yield ['as it was called', `https://${host}${webhook.path}`];
  const [base = '', ...query] = configured.split('?');
  const behind = query.length === 0 ? '' : `?${query.join('?')}`;
  yield ['slash at the end', `${base.endsWith('/') ? base.slice(0, -1) : `${base}/`}${behind}`];
  yield ['http', configured.replace(/^https:/, 'http:')];
  yield ['query', base];
}
