/** A mappings folder in memory: complete and right, until a test changes one file of it. */
import { authoringEngine } from '../../../authoring/authoringEngine.ts';
import { readCatalogue } from '../../../authoring/readCatalogue.ts';
import { type CompiledProject, compileProject } from '../../../core/files/compileProject.ts';

const RIGHT: Readonly<Record<string, string>> = {
  'sources/shop.yaml': 'provider: shopify\nsecret: sources/shop\nowner: sales\n',
  'destinations/desk.yaml':
    'url: https://desk.example.com/hooks\nowner: sales\nrunbook: docs/operations.md#desk\n',
  'order-to-desk/route.yaml': 'from: shop\nevents: [orders.create]\nto: desk\n',
  'order-to-desk/mapping.jsonata': '{ "id": payload.id }',
  'order-to-desk/examples/typical.input.json': '{ "id": 1 }',
  'order-to-desk/examples/typical.output.json': '{ "id": 1 }',
};

const catalogue = readCatalogue();

/** @param changes - path → text; undefined takes the file away. */
export async function compileFolder(
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<CompiledProject> {
  const files = new Map<string, string>();
  for (const [path, text] of Object.entries({ ...RIGHT, ...changes })) {
    if (text !== undefined) files.set(`mappings/${path}`, text);
  }
  return compileProject('mappings', files, await catalogue, await authoringEngine());
}
