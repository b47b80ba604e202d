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

test('the committed map is generated from the shipped mappings', async () => {
  const text = (await generatedFiles()).get('docs/integrations.md');
  expect(text).toContain('shopify-order-to-ledger');
  expect(text).toContain('flowchart LR');
});
