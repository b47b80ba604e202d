/**
 * Keys that a provider publishes. Here is decided which one a webhook needs and what its text means; fetching it is for
 * others. A request may name a key, and never a host that the scheme does not know.
 */
import type { KeyObject } from 'node:crypto';
import { isInForce, readJwk, readPublishedKey } from './publicKey.ts';
import type { RequestValues } from './requestValues.ts';
import type { PublicKeyScheme, PublishedKey } from './scheme.ts';
import { misconfigured, refused, type Unproven } from './verification.ts';

/** What has to be fetched before a webhook can be judged. */
export interface KeyRequest {
  /** Tells this key from all others. */
  readonly id: string;
  /** https, on a host that the scheme pins. */
  readonly url: string;
  /** For an API that wants to know who asks: a POST with this JSON. */
  readonly post?: string;
}

/** The answer's text, as it came from the pinned host. */
export type FetchedKey = string;

const NO_ITEMS: ReadonlyMap<string, readonly string[]> = new Map();

export function publishedKeyWanted(published: PublishedKey, values: RequestValues): KeyRequest | Unproven {
  if (published.kind === 'jwks') return { id: published.url, url: published.url };
  const [address, ...more] = values.of(published.url, NO_ITEMS);
  if (more.length > 0) return refused('signed-header-repeated');
  if (address === undefined) return refused('signed-header-missing');
  const [host = ''] = published.hosts;
  const whole = address.startsWith('/') ? `https://${host}${address}` : address;
  const url = pinnedUrl(whole, published.hosts);
  return url === undefined ? refused('key-elsewhere') : { id: url, url };
}

/** The address in its one spelling, or undefined when it is not https on exactly one of these hosts and the usual port. */
export function pinnedUrl(address: string, hosts: readonly (string | RegExp)[]): string | undefined {
  // What a browser would forgive, such as a backslash or a line break, is not forgiven here.
  if (!/^https:\/\/[\x21-\x7e]+$/.test(address) || /[\\@#]/.test(address) || address.length > 512) {
    return undefined;
  }
  const url = URL.parse(address);
  if (url === null || url.protocol !== 'https:' || url.port !== '') return undefined;
  const isPinned = hosts.some(host => (typeof host === 'string' ? host === url.host : host.test(url.host)));
  return isPinned && url.username === '' ? url.href : undefined;
}

/** The keys that may have signed; an unknown name is the request's fault, an unreadable set the provider's or ours. */
export function publishedKeys(
  { published, algorithm }: PublicKeyScheme & { readonly published: PublishedKey },
  values: RequestValues,
  fetched: FetchedKey,
  now: number,
): readonly KeyObject[] | Unproven {
  if (published.kind === 'certificate') {
    if (!isInForce(fetched, now)) return misconfigured('key-unusable');
    const key = readPublishedKey(fetched, algorithm);
    return key === undefined ? misconfigured('key-unusable') : [key];
  }
  const set = readKeySet(fetched);
  if (set === undefined) return misconfigured('key-unusable');
  const wanted = published.id === undefined ? undefined : values.of(published.id, NO_ITEMS)[0];
  if (published.id !== undefined && wanted === undefined) return refused('signed-header-missing');
  const keys = set.flatMap(jwk =>
    wanted === undefined || jwk['kid'] === wanted ? (readJwk(jwk, algorithm) ?? []) : [],
  );
  return keys.length === 0 ? refused('key-unknown') : keys.slice(0, MAX_KEYS);
}

/** A set holds the key in use, the next one and perhaps the last one. */
const MAX_KEYS = 4;

type Jwk = Readonly<Record<string, unknown>>;

/** The keys of a JSON Web Key Set (RFC 7517, section 5). */
export function readKeySet(text: string): readonly Jwk[] | undefined {
  try {
    const set = JSON.parse(text) as { keys?: unknown } | null;
    if (typeof set !== 'object' || set === null || !Array.isArray(set.keys)) return undefined;
    return set.keys.filter((key): key is Jwk => typeof key === 'object' && key !== null);
  } catch {
    return undefined;
  }
}
