/** Signs as every provider of the catalogue, forges what was signed in every way, and counts what was accepted. */
import type { Provider } from '../../core/files/providerFile.ts';
import { entryOf, FORM_TYPE, isOfForms, JSON_TYPE, judged, signed, verdict } from './entry.ts';
import { forgeriesOf } from './forgeries.ts';

export interface ForgeryRun {
  readonly entries: number;
  /** Webhooks as their providers signed them, all of which must be accepted. */
  readonly genuine: number;
  /** By mutation. */
  readonly mutations: ReadonlyMap<string, { readonly entries: number; readonly tried: number }>;
  /** What should have been accepted and was not, and the other way round; each in a line. */
  readonly faults: readonly string[];
}

export interface ForgeryRunOptions {
  readonly providers: readonly Provider[];
  /** Bodies of each entry. */
  readonly rounds: number;
  /** Single bits of each body and of each signature. */
  readonly bits: number;
  readonly random: (bound: number) => number;
}

export async function forgeEverything({
  providers,
  rounds,
  bits,
  random,
}: ForgeryRunOptions): Promise<ForgeryRun> {
  const counts = new Map<string, { ids: Set<string>; tried: number }>();
  const faults: string[] = [];
  let genuine = 0;
  for (const provider of providers) {
    const entry = entryOf(provider);
    for (let round = 0; round < rounds; round += 1) {
      const isForm = isOfForms(entry.scheme) || (entry.id === 'twilio' && round % 2 === 1);
      const body = isForm ? formBody(random) : jsonBody(random);
      const contentType = isForm ? FORM_TYPE : JSON_TYPE;
      const webhook = await signed(entry, body, { contentType });
      const found = verdict(await judged(entry, webhook));
      genuine += 1;
      if (!found.startsWith('ok')) faults.push(`${entry.id}: its own webhook was refused: ${found}`);
      for await (const forgery of forgeriesOf(entry, webhook, { bits, random })) {
        const count = counts.get(forgery.mutation) ?? { ids: new Set(), tried: 0 };
        counts.set(forgery.mutation, count);
        count.ids.add(entry.id);
        count.tried += 1;
        const at = forgery.at === undefined ? {} : { at: forgery.at };
        const verification = await judged(forgery.entry ?? entry, forgery.webhook, at);
        if (verification.ok) faults.push(`${entry.id}: accepted ${forgery.mutation}`);
      }
    }
  }
  return {
    entries: providers.length,
    genuine,
    mutations: new Map(
      [...counts].map(([mutation, { ids, tried }]) => [mutation, { entries: ids.size, tried }]),
    ),
    faults,
  };
}

function jsonBody(random: (bound: number) => number): Buffer {
  const text = Array.from({ length: 8 + random(64) }, () => String.fromCodePoint(32 + random(0x3000))).join(
    '',
  );
  return Buffer.from(JSON.stringify({ type: 'order.paid', amount: random(1e6), text }));
}

function formBody(random: (bound: number) => number): Buffer {
  const pairs = Array.from({ length: 2 + random(5) }, (_, index) => [
    `Field${index}`,
    `value ${random(1e6)}`,
  ]);
  return Buffer.from(new URLSearchParams(pairs as [string, string][]).toString());
}
