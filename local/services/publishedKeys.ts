/**
 * Plays the providers that publish keys: receive asks here for `HOST/PATH`, and gets the public halves of the rehearsal's
 * keys in the form in which that provider publishes its own.
 */
import { createServer } from 'node:http';
import { testKeySet } from '../../core/signatures/testKey.ts';
import { publicKeyOf, publicPemOf, type TestKeys } from '../secrets/testKeys.ts';
import { type LocalServer, listenLocally } from './localServer.ts';

/** @param keys - made when somebody asks: most projects never do. */
export async function openPublishedKeys(keys: () => TestKeys): Promise<LocalServer> {
  const server = createServer((request, response) => {
    request.resume();
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const [type, body] = answerTo(path, keys());
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
  return listenLocally(server);
}

function answerTo(path: string, keys: TestKeys): readonly [type: string, body: string] {
  // Every provider that publishes a certificate or a lone key signs with RSA.
  if (path.endsWith('.pem') || path.includes('/certs/'))
    return ['application/x-pem-file', publicPemOf(keys.rsa)];
  const set = testKeySet({
    ed25519: publicKeyOf(keys.ed25519),
    ec: publicKeyOf(keys.ec),
    rsa: publicKeyOf(keys.rsa),
  });
  if (!path.endsWith('/webhook_verification_key/get')) return ['application/json', set];
  const { keys: all } = JSON.parse(set) as { keys: { kty: string }[] };
  return ['application/json', JSON.stringify({ key: all.find(({ kty }) => kty === 'EC') })];
}
