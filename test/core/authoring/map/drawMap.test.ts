/** The map says who depends on whom, and stays one whatever stands in the files. */
import { describe, expect, test } from 'vitest';
import { generatedFiles } from '../../../../cli/generatedFiles.ts';
import { drawMap } from '../../../../core/authoring/map/drawMap.ts';
import { asMarkdown } from '../../../../core/authoring/map/markdown.ts';
import { asMermaid } from '../../../../core/authoring/map/mermaid.ts';
import { compileFolder } from '../../files/projectFiles.ts';

const FILES = {
  'destinations/shelf.yaml':
    'url: https://shelf.example.com/\nowner: "store | <b>\\"x\\"</b>"\nrunbook: b\ndeadline: 6h\n',
  'order-to-desk/route.yaml':
    'from: shop\nevents: [orders.create]\nto: desk\nmapping: v1.jsonata\ncontract: { input: in.json }\n',
  'order-to-desk/in.json': '{}',
  'order-to-desk/mapping.jsonata': undefined,
  'order-to-desk/v1.jsonata': '{ "id": payload.id }',
  'order-to-desk/v2.jsonata': '{ "id": payload.id }',
  'order-to-shelf/route.yaml':
    'from: shop\nevents: [orders.*]\nwhen: "true"\nto: shelf\nmapping: order-to-desk/v2.jsonata\n',
};
const map = async () => drawMap((await compileFolder(FILES)).project);

describe('the map', () => {
  test('tells versions, contracts and where a mapping lies', async () => {
    const { routes } = await map();
    expect(routes).toEqual([
      {
        ...{ name: 'order-to-desk', from: 'shop', to: 'desk', events: ['orders.create'], filtered: false },
        ...{ version: 'v1', beside: ['v2'], contract: { input: 'in.json' }, examples: 1 },
      },
      {
        ...{ name: 'order-to-shelf', from: 'shop', to: 'shelf', events: ['orders.*'], filtered: true },
        ...{ version: 'v2', beside: [], borrowedFrom: 'order-to-desk', contract: {}, examples: 0 },
      },
    ]);
  });

  test('tells what happens when a part is down, and whom to tell', async () => {
    const { sources, destinations } = await map();
    expect(sources[0]?.ifDown).toMatchObject({
      said: 'desk and shelf get nothing of order-to-desk and order-to-shelf',
      reaches: ['desk', 'shelf'],
    });
    expect(sources[0]?.patience).toContain('Shopify waits 5 s');
    const down = Object.fromEntries(destinations.map(({ name, ifDown }) => [name, ifDown.said]));
    expect(down).toEqual({
      desk: 'order-to-desk waits, then dead letters; no other destination notices',
      shelf: 'order-to-shelf waits for 6 h at the most, then dead letters; no other destination notices',
    });
    expect(destinations[0]?.ifDown.owners).toEqual(['sales']);
  });

  test('as a picture: what stands in a file ends no label and is no HTML', async () => {
    const picture = asMermaid(await map());
    expect(picture).toContain('-- "order-to-desk (v1)" -->');
    expect(picture).toContain('store | #60;b#62;#34;x#34;#60;/b#62;');
    expect(picture.split('\n').filter(line => (line.match(/"/g)?.length ?? 0) % 2 === 1)).toEqual([]);
  });

  test('as Markdown: every row has as many cells as its header', async () => {
    const lines = asMarkdown(await map()).split('\n');
    let columns = 0;
    for (const [index, line] of lines.entries()) {
      if (!line.startsWith('|')) continue;
      const cells = line.replaceAll('\\|', '').split('|').length;
      if (!lines[index - 1]?.startsWith('|')) columns = cells;
      expect(cells, line).toBe(columns);
    }
    expect(lines.join('\n')).toContain('v2 of order-to-desk');
  });
});

describe('what mappings share', () => {
  const shared = async () =>
    drawMap(
      (
        await compileFolder({
          ...FILES,
          'lib/country.jsonata': 'function($code) { $lookup($countryNames, $code) }',
          'lib/label.jsonata': 'function($order) { $order.id & $country("DE") }',
          'tables/country-names.csv': 'code,name\nDE,Germany\n',
          'tables/limits.yaml': 'most: 10\n',
          'order-to-desk/v1.jsonata': '{ "id": $label(payload) }',
        })
      ).project,
    );

  test('names who uses it by way of others, and who gets something else when it changes', async () => {
    const drawn = await shared();
    const by = Object.fromEntries(drawn.shared.map(({ name, routes, uses }) => [name, { routes, uses }]));
    expect(by).toEqual({
      $country: { routes: ['order-to-desk'], uses: ['$countryNames'] },
      $countryNames: { routes: ['order-to-desk'], uses: [] },
      $label: { routes: ['order-to-desk'], uses: ['$country', '$countryNames'] },
      $limits: { routes: [], uses: [] },
    });
    const [country, , , limits] = drawn.shared;
    expect(country).toMatchObject({
      kind: 'function',
      file: 'mappings/lib/country.jsonata',
      ifChanged: {
        said: 'order-to-desk maps anew: desk gets something else, or dead letters',
        reaches: ['desk'],
        owners: ['sales'],
      },
    });
    expect(limits?.ifChanged.said).toBe('nothing changes: no route uses it');
  });

  test('stands in the tables and in the picture, and not where there is nothing', async () => {
    const drawn = await shared();
    expect(asMermaid(drawn)).toContain('shared_countryNames -.-> destination_desk');
    expect(asMarkdown(drawn)).toContain('| change of $country | order-to-desk maps anew');
    expect(asMarkdown(await map())).not.toContain('Shared by');
  });
});

test('the committed map is generated from the shipped mappings', async () => {
  const text = (await generatedFiles()).get('docs/integrations.md');
  expect(text).toContain('shopify-order-to-ledger');
  expect(text).toContain('flowchart LR');
});
