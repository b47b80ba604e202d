/** The shipped catalogue, read once for all tests of a file. */
import { readCatalogue } from '../authoring/readCatalogue.ts';
import type { Provider } from '../core/files/providerFile.ts';
import type { HmacScheme } from '../core/signatures/scheme.ts';

const catalogue = await readCatalogue();
export const providers: readonly Provider[] = catalogue.names.map(providerNamed);

export function providerNamed(id: string): Provider {
  const provider = catalogue.provider(id);
  if (provider === undefined) throw new Error(`the catalogue has no ${id}`);
  return provider;
}

export function schemeOf(id: string): HmacScheme {
  const { scheme } = providerNamed(id);
  if (scheme.kind !== 'hmac') throw new Error(`${id} signs with no HMAC`);
  return scheme;
}
