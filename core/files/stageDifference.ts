/** What differs in a stage, in a source's or a destination's file. */
import type { DestinationAuth } from '../delivery/auth/destinationAuth.ts';

type Url = string | { readonly secret: string };

export interface StageDifference {
  readonly url?: Url;
  /** In the place of the one that `auth` or the source names. */
  readonly secret?: string;
}

interface Written {
  readonly url?: Url | undefined;
  readonly secret?: string | undefined;
}

/** By the stage's name, without the keys that are not written. */
export const differencesIn = (written: Readonly<Record<string, Written>>): Record<string, StageDifference> =>
  Object.fromEntries(
    Object.entries(written).map(([stage, { url, secret }]) => [
      stage,
      { ...(url === undefined ? {} : { url }), ...(secret === undefined ? {} : { secret }) },
    ]),
  );

/** The secrets of a URL, of an authentication, and of mutual TLS. */
export const secretsOf = (
  url: Url,
  auth: DestinationAuth,
  clientCertificate: string | undefined,
): string[] => [
  ...new Set([
    ...(typeof url === 'string' ? [] : [url.secret]),
    ...(auth.type === 'none' ? [] : [auth.secret]),
    ...(clientCertificate === undefined ? [] : [clientCertificate]),
  ]),
];
