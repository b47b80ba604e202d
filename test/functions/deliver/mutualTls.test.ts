/** A destination that asks who connects: our certificate, and the authority that vouches for theirs, come from a secret. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { deliverBatch } from '../../../functions/deliver/handler.ts';
import { post } from '../../../functions/deliver/post.ts';
import { destinationConfiguration } from '../../builders.ts';
import { createAuthority, type Identity } from '../../fakes/certificates.ts';
import { configuration, deliverTools, message } from './deliverTools.ts';

const theirs = createAuthority('theirs');
const ours = createAuthority('ours');
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Answers those whom `ours` vouches for with their certificate's fingerprint, and nobody else. */
async function destinationThatAsks(): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer(
    { ...theirs.issue({ names: ['localhost'] }), ca: ours.cert, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      seen.push((request.socket as TLSSocket).getPeerCertificate().fingerprint256);
      request.resume().on('end', () => response.end());
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://localhost:${(server.address() as AddressInfo).port}/`, seen };
}

const secretOf = ({ cert, key }: Identity, authority: string | undefined = theirs.cert): string =>
  JSON.stringify({ certificate: cert, key, ...(authority === undefined ? {} : { authority }) });

async function deliver(url: string, secret: string) {
  const destination = destinationConfiguration({
    url,
    allowPrivate: ['127.0.0.0/8', '::1/128'],
    clientCertificate: 'destinations/ledger-certificate',
    timeoutMs: 10_000,
  });
  const { tools, seen } = deliverTools(undefined, {
    configuration: { ...configuration, destinations: { ledger: destination } },
    readSecret: async () => ({ current: secret }),
    post,
    now: Date.now,
  });
  await deliverBatch([message('a', { id: 1 }, { sentAt: Date.now(), firstReceivedAt: Date.now() })], tools);
  return seen.lines[0];
}

describe('mutual TLS', () => {
  test('delivers with our certificate to a server that their authority vouches for', async () => {
    const { url, seen } = await destinationThatAsks();
    expect(await deliver(url, secretOf(ours.issue()))).toMatchObject({ state: 'delivered', status: 200 });
    expect(seen).toHaveLength(1);
  });

  test('a connection proves one certificate: after a rotation a new one is made', async () => {
    const { url, seen } = await destinationThatAsks();
    const [before, after] = [ours.issue(), ours.issue()];
    await deliver(url, secretOf(before));
    await deliver(url, secretOf(before));
    await deliver(url, secretOf(after));
    expect(seen).toHaveLength(3);
    expect(seen[0]).toBe(seen[1]);
    expect(seen[2]).not.toBe(seen[0]);
  });

  test('a certificate of a stranger’s is refused by them', async () => {
    const { url, seen } = await destinationThatAsks();
    expect(await deliver(url, secretOf(theirs.issue()))).toMatchObject({
      state: 'retrying',
      // Node's own server says nothing and hangs up; others send an alert.
      code: expect.stringMatching(/^(?:client-certificate-refused|connection-(?:closed|reset))$/),
    });
    expect(seen).toEqual([]);
  });

  test('a server that no known authority vouches for gets nothing', async () => {
    const { url, seen } = await destinationThatAsks();
    expect(await deliver(url, secretOf(ours.issue(), ours.cert))).toMatchObject({
      state: 'retrying',
      code: 'certificate-untrusted',
    });
    expect(seen).toEqual([]);
  });

  test('a key that belongs to another certificate is ours to mend', async () => {
    const { url, seen } = await destinationThatAsks();
    const mixed = { cert: ours.issue().cert, key: ours.issue().key };
    expect(await deliver(url, secretOf(mixed))).toMatchObject({
      state: 'retrying',
      code: 'certificate-unusable',
    });
    expect(seen).toEqual([]);
  });

  test('so is a chain of which TLS takes only the first certificate, and it is tried again', async () => {
    const { url, seen } = await destinationThatAsks();
    const { cert, key } = ours.issue();
    const chain = `${cert.trimEnd()}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
    expect(await deliver(url, secretOf({ cert: chain, key }))).toMatchObject({
      state: 'retrying',
      code: 'certificate-unusable',
    });
    expect(seen).toEqual([]);
  });
});
