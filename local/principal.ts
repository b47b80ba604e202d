/**
 * Every function and poller of the local stack has its own access key, which is its name; the signature is not checked.
 * So an endpoint can tell who calls what, which is how roles are shown to be neither too wide nor too narrow.
 */
const CREDENTIAL = /Credential=(.+?)\/\d{8}\//;

export const principalOf = (authorization: string | undefined): string =>
  CREDENTIAL.exec(authorization ?? '')?.[1] ?? 'anonymous';
