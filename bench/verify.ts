/**
 * Verifying a signature against the least that it can cost: one `createHmac`, its update with the same bytes, and one
 * `timingSafeEqual`. In processor time, both sides in turn, so that a busy machine
 * slows both.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readCatalogue } from '../authoring/readCatalogue.ts';
import type { HmacScheme } from '../core/signatures/scheme.ts';
import { decodeSecret } from '../core/signatures/secret.ts';
import { signWebhook } from '../core/signatures/sign.ts';
import { verifyWebhook } from '../core/signatures/verify.ts';
import type { Webhook } from '../core/webhook.ts';
import { type BenchResult, type Figure, printResult } from './figures.ts';
import { median } from './percentiles.ts';
import { readOptions } from './readOptions.ts';

export interface VerifyOptions {
  /** Of each side, and of each the median counts. */
  readonly batches: number;
}

const NOW = Date.UTC(2026, 0, 15, 12);
const SECRETS = {
  utf8: 'a secret of some length',
  sha1: 'a secret of some length',
  hex: '00112233445566778899aabbccddeeff',
  base64: 'AAECAwQFBgcICQoLDA0ODw==',
  whsec: 'whsec_AAECAwQFBgcICQoLDA0ODw==',
} as const;

/** One of each family: where the signature stands, what is signed beside the body, and with what. */
const FAMILIES = [
  ['github', 'a prefix, hex'],
  ['shopify', 'base64'],
  ['slack', 'a time in a header'],
  ['stripe', 'a list with a time'],
  ['standard-webhooks', 'an id, a time, a list'],
  ['vercel', 'hmac-sha1'],
  ['paystack', 'hmac-sha512'],
] as const;

const SIZES = [
  { name: '4 KB', bytes: 4096, calls: 500, atMost: 1.5 },
  { name: '1 MiB', bytes: 1024 * 1024, calls: 10, atMost: 1.1 },
] as const;

export async function measureVerify({ batches }: VerifyOptions): Promise<BenchResult> {
  const catalogue = await readCatalogue();
  const figures: Figure[] = [];
  for (const { name, bytes, calls, atMost } of SIZES) {
    for (const [id, what] of FAMILIES) {
      const scheme = catalogue.provider(id)?.scheme;
      if (scheme?.kind !== 'hmac') throw new Error(`${id} signs with no HMAC`);
      const { ours, bare } = sidesOf(scheme, Buffer.alloc(bytes, '{"a":1}'));
      const times = { ours: [] as number[], bare: [] as number[] };
      for (let batch = 0; batch < batches; batch += 1) {
        for (const side of batch % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) {
          const work = side === 'ours' ? ours : bare;
          const before = process.cpuUsage();
          for (let call = 0; call < calls; call += 1) work();
          const { user, system } = process.cpuUsage(before);
          times[side].push((user + system) / calls);
        }
      }
      const [ourTime, bareTime] = [median(times.ours), median(times.bare)];
      figures.push({
        what: `${name}, ${id}`,
        value: ourTime / bareTime,
        unit: '×',
        limit: { atMost },
        note: `${ourTime.toFixed(1)} against ${bareTime.toFixed(1)} µs; ${what}`,
      });
    }
  }
  return {
    title: `verifying against the bare HMAC, CPU, medians of ${batches} batches of each in turn`,
    figures,
  };
}

function sidesOf(scheme: HmacScheme, body: Buffer): { readonly ours: () => void; readonly bare: () => void } {
  const secret = SECRETS[scheme.secretEncoding];
  const request = signWebhook(scheme, secret, { body, eventType: 'a.b', eventId: 'id-1', now: NOW });
  const webhook: Webhook = {
    method: 'POST',
    path: '/source',
    headers: new Map(Object.entries(request.headers).map(([name, value]) => [name, [value]])),
    query: new Map(),
    body,
    receivedAt: NOW,
  };
  const decoded = decodeSecret(secret, scheme.secretEncoding);
  if (!decoded.ok) throw new Error(decoded.problem);
  // As one writes it: the key's bytes for each HMAC. We make the key once, which is how we come out below.
  const { key } = decoded;
  const digest = scheme.algorithm.slice('hmac-'.length);
  const before = scheme.content.length === 1 ? '' : `${request.headers['webhook-id'] ?? 'v0'}.${NOW / 1000}.`;
  const signature = createHmac(digest, key).update(before).update(body).digest();
  return {
    ours: () => {
      const verification = verifyWebhook(scheme, { current: secret }, webhook, NOW);
      if (!verification.ok) throw new Error(verification.cause);
    },
    bare: () => {
      const mac = createHmac(digest, key);
      if (before !== '') mac.update(before);
      if (!timingSafeEqual(mac.update(body).digest(), signature)) throw new Error('not its own signature');
    },
  };
}

if (import.meta.main) printResult(await measureVerify(readOptions({ batches: 101 })));
