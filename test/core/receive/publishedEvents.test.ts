/** What the catalogue reads from the events that vendors publish. */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readFolder } from '../../../authoring/readFolder.ts';
import { routeFile } from '../../../core/files/routeFile.ts';
import { readPayload } from '../../../core/payload.ts';
import { identifyEvent } from '../../../core/receive/identifyEvent.ts';
import { webhook } from '../../builders.ts';
import { providerNamed, providers } from '../../catalogue.ts';
import { publishedAToK } from './published/aToK.ts';
import { publishedLToZ } from './published/lToZ.ts';

const files = await readFolder(fileURLToPath(new URL('../../../catalogue', import.meta.url)), '');
const presetOf = (file: string) => basename(file, '.yaml');
const publishedEvents = [...publishedAToK, ...publishedLToZ];
const FORM = 'application/x-www-form-urlencoded';

describe('an event that its vendor publishes', () => {
  test.each(publishedEvents.map(event => [`${event.preset}: ${event.type}`, event] as const))(
    '%s',
    (_, { preset, headers, body, type, id }) => {
      const request =
        typeof body === 'string'
          ? webhook(body, { ...headers, 'content-type': FORM })
          : webhook(JSON.stringify(body), headers);
      const payload = () => readPayload(request.body, request.headers.get('content-type')?.[0]);
      const { scheme } = providerNamed(preset);
      const { eventType, providerEventId } = identifyEvent('crm', scheme, request, payload, undefined);
      expect({ type: eventType, id: providerEventId }).toEqual({ type, id });
    },
  );
});

test('each of those types can be listed in a route', () => {
  const events = publishedEvents.map(({ type }) => type);
  expect(routeFile.safeParse({ from: 'crm', to: 'chat', events }).error).toBeUndefined();
});

test('a preset that says where its event facts are from has a known answer', () => {
  const known = new Set(publishedEvents.map(({ preset }) => preset));
  const unproven = [...files].filter(
    ([file, text]) => parse(text).event.from !== undefined && !known.has(presetOf(file)),
  );
  expect(unproven.map(([file]) => file)).toEqual([]);
});

test('no id is taken from memory: it may be that of something else, and events would be lost as repeats', () => {
  const remembered = providers.filter(({ eventIdFrom }) => eventIdFrom === 'memory');
  expect(remembered.map(({ id }) => id)).toEqual([]);
});
