/** What lies beside the bundles: no more than each function needs, and no secret's value. */
import { expect, test } from 'vitest';
import { deliverConfiguration, receiveConfiguration } from '../../../core/files/configure.ts';
import { compileFolder } from './projectFiles.ts';

const RECEIVER = 'destinations/desk.yaml';
const good = 'url: https://desk.example.com/hooks\nowner: sales\nrunbook: docs/x.md\n';

test('receive knows who may post and where an event goes, and no URL and no mapping', async () => {
  const { project } = await compileFolder();
  const configuration = receiveConfiguration(project);
  expect(configuration).toMatchObject({
    format: 2,
    sources: { shop: { provider: 'shopify', secret: 'sources/shop', scheme: { kind: 'hmac' } } },
    routes: [{ name: 'order-to-desk', from: 'shop', events: ['orders.create'], to: 'desk' }],
  });
  expect(JSON.stringify(configuration)).not.toMatch(/desk\.example\.com|payload\.id/);
});

test('receive knows which sources dedupe, and for how long', async () => {
  const shop = 'provider: shopify\nsecret: sources/shop\nowner: sales\n';
  const { project } = await compileFolder({ 'sources/shop.yaml': `${shop}dedupe: 24h\n` });
  expect(receiveConfiguration(project).sources['shop']?.dedupe).toEqual({
    seconds: 86_400,
    by: 'id-and-body',
  });
  const without = (await compileFolder({ 'sources/shop.yaml': shop })).project;
  expect(receiveConfiguration(without).sources['shop']).not.toHaveProperty('dedupe');
});

test('deliver knows how to transform and where to send, and nothing of the sources', async () => {
  const { project } = await compileFolder();
  const configuration = deliverConfiguration(project);
  expect(configuration).toMatchObject({
    routes: {
      'order-to-desk': { from: 'shop', to: 'desk', mapping: { text: '{ "id": payload.id }', line: 1 } },
    },
    destinations: { desk: { url: 'https://desk.example.com/hooks', timeoutMs: 10_000, concurrency: 5 } },
  });
  expect(JSON.stringify(configuration)).not.toContain('sources/shop');
});

test('deliver knows which routes want long numbers as texts', async () => {
  const route = 'from: shop\nevents: [orders.create]\nto: desk\n';
  const numbersOf = async (text: string) => {
    const { project } = await compileFolder({ 'order-to-desk/route.yaml': text });
    return deliverConfiguration(project).routes['order-to-desk'];
  };
  expect(await numbersOf(`${route}numbers: strings\n`)).toMatchObject({ numbers: 'strings' });
  expect(await numbersOf(`${route}numbers: exact\n`)).not.toHaveProperty('numbers');
});

test('with an inbox every delivery goes there, and only to that address', async () => {
  const { project } = await compileFolder({ [RECEIVER]: `${good}allowPrivate: [10.0.0.0/8]\n` });
  const { destinations } = deliverConfiguration(project, { inboxUrl: 'http://127.0.0.1:8787/_inbox' });
  expect(destinations['desk']).toMatchObject({
    url: 'http://127.0.0.1:8787/_inbox/desk',
    allowPrivate: ['127.0.0.1/32'],
  });
});

test('equal files give equal digests, and each part changes its own', async () => {
  const digests = async (changes: Record<string, string>) => {
    const { project } = await compileFolder(changes);
    const deliver = deliverConfiguration(project);
    return {
      receive: receiveConfiguration(project).digest,
      deliver: deliver.digest,
      mapping: deliver.routes['order-to-desk']?.mappingDigest,
    };
  };
  const before = await digests({});
  expect(await digests({})).toEqual(before);

  const mapping = await digests({ 'order-to-desk/mapping.jsonata': '{ "id": payload.id & "" }' });
  expect(mapping).toMatchObject({ receive: before.receive });
  expect([mapping.deliver, mapping.mapping]).not.toContain(before.mapping);
  expect(mapping.deliver).not.toBe(before.deliver);

  const route = 'from: shop\nevents: [orders.create]\nto: desk\n';
  const filter = await digests({ 'order-to-desk/route.yaml': `${route}when: "true"\n` });
  expect(filter.mapping).not.toBe(before.mapping);

  const events = await digests({ 'order-to-desk/route.yaml': route.replace('create', 'paid') });
  expect(events.receive).not.toBe(before.receive);
  expect(events.mapping).toBe(before.mapping);

  const receiver = await digests({ [RECEIVER]: `${good}timeout: 5s\n` });
  expect(receiver).toMatchObject({ receive: before.receive, mapping: before.mapping });
  expect(receiver.deliver).not.toBe(before.deliver);
});
