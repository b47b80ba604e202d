import { readFileSync } from 'node:fs';
import { CONFIGURATION_FORMAT } from '../core/configuration.ts';

/**
 * The configuration file beside a bundle.
 * @throws Error when it is missing or of another format than this bundle reads: better no start than a wrong one.
 */
export function readConfiguration<T extends { readonly format: number }>(bundleUrl: string): T {
  const configuration = JSON.parse(readFileSync(new URL('./configuration.json', bundleUrl), 'utf8')) as T;
  if (configuration.format !== CONFIGURATION_FORMAT) {
    throw new Error(
      `configuration.json has format ${configuration.format}, and this bundle reads ${CONFIGURATION_FORMAT}: deploy again`,
    );
  }
  return configuration;
}
