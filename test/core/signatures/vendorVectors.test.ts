/** Requests that vendors published, signed with the secrets that they published: what is right, and what is wrong. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { strengthOf } from '../../../core/signatures/schemeTraits.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import type { Webhook } from '../../../core/webhook.ts';
import { NOW, webhook } from '../../builders.ts';
import { providers } from '../../catalogue.ts';

interface Vectors {
  readonly provider: string;
  readonly signedAtSeconds?: number;
  readonly cases: readonly {
    readonly name: string;
    readonly secret: string;
    /** The address as it is registered; absent where it is not signed. */
    readonly url?: string;
    readonly atSeconds?: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly accepted: boolean;
  }[];
}

const cases = [
  'twilio/documentation',
  'hubspot/documentation',
  'adyen/documentation',
  'sendgrid/eventwebhook',
  'messagebird/reference',
].flatMap(path => {
  const file = new URL(`../../vectors/${path}.json`, import.meta.url);
  const { provider, signedAtSeconds, cases: all } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
  return all.map(each => ({
    provider,
    at: (each.atSeconds ?? signedAtSeconds ?? NOW / 1000) * 1000,
    ...each,
  }));
});

describe.each(cases)('$provider: $name', ({ provider: id, secret, url, at, headers, body, accepted }) => {
  const provider = providers.find(candidate => candidate.id === id);
  const scheme = provider?.schemeAt({
    url: () => url ?? '',
    parameter: () => '',
    parameters: {},
  });
  if (scheme === undefined) throw new Error(`the catalogue has no ${id}`);
  const query = new Map<string, string[]>();
  for (const [name, value] of new URL(url ?? 'https://any.example').searchParams) {
    query.set(name, [...(query.get(name) ?? []), value]);
  }
  const posted = webhook(body, headers, { query });
  const isAccepted = async (of: Webhook, current = secret): Promise<boolean> =>
    (await verifyWebhook(scheme, { current }, of, at)).ok;

  test(accepted ? 'is accepted as published' : 'is refused as published', async () => {
    expect(await isAccepted(posted)).toBe(accepted);
  });

  test('is refused with another body', async () => {
    if (strengthOf(scheme) !== 'verified') return;
    const longer = headers['content-type']?.includes('form') === true ? `${body}&a=1` : `${body} `;
    expect(await isAccepted({ ...posted, body: Buffer.from(longer) })).toBe(false);
  });
});

test('there are right ones and wrong ones', () => {
  expect(cases.filter(({ accepted }) => accepted).length).toBeGreaterThan(8);
  expect(cases.filter(({ accepted }) => !accepted).length).toBeGreaterThan(5);
});
