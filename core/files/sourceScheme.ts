/** The scheme of one source: of its preset or spelled out, with what its file says filled in. */

import type { EventIdentityRules, Scheme } from '../signatures/scheme.ts';
import { needsSecret } from '../signatures/schemeTraits.ts';
import type { ProblemCode } from './codes.ts';
import { compileScheme, type Site } from './compileScheme.ts';
import type { Provider } from './providerFile.ts';
import type { SchemeFile } from './schemeFile.ts';
import { didYouMean } from './suggest.ts';

export interface WrittenSource {
  readonly scheme?: SchemeFile | undefined;
  readonly unverified?: string | undefined;
  readonly secret?: string | undefined;
  readonly url?: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

type Report = (path: string[], code: ProblemCode, message: string, hint?: string) => void;

/**
 * @param name - the source's.
 * @param report - is told every mistake; the scheme is of no use then.
 */
export function compileSourceScheme(
  name: string,
  written: WrittenSource,
  provider: Provider | undefined,
  identity: EventIdentityRules,
  report: Report,
): Scheme {
  const { scheme, needed } = schemeAndNeeds(written, provider, identity);
  const known = Object.keys(provider?.parameters ?? {});

  for (const parameter of Object.keys(written.parameters)) {
    if (known.includes(parameter)) continue;
    report(
      ['parameters', parameter],
      'unknown-parameter',
      `${provider === undefined ? 'a scheme of your own' : provider.name} takes no parameter "${parameter}"`,
      didYouMean(parameter, known) ??
        (known.length === 0 ? 'delete this line' : `known: ${known.join(', ')}`),
    );
  }
  for (const parameter of needed.parameters) reportParameter(parameter, written, provider, report);
  if (needed.url && written.url === undefined) {
    report(
      [],
      'url-missing',
      'this provider signs the address that it posts to, so "url" is missing',
      `write it exactly as it is registered with the provider, such as url: https://hooks.example.com/${name}`,
    );
  }
  if (!needed.url && written.url !== undefined) {
    report(['url'], 'url-unused', 'the address is no part of what this provider signs', 'delete this line');
  }
  reportSecret(name, written, scheme, report);
  return scheme;
}

interface Needs {
  /** The address that the provider posts to. */
  url: boolean;
  readonly parameters: Set<string>;
}

function schemeAndNeeds(
  written: WrittenSource,
  provider: Provider | undefined,
  identity: EventIdentityRules,
): { readonly scheme: Scheme; readonly needed: Needs } {
  const needed: Needs = { url: false, parameters: new Set() };
  const scheme = schemeAt(siteOf(written, provider, needed), written, provider, identity);
  if (scheme.kind === 'coded')
    for (const known of Object.keys(provider?.parameters ?? {})) needed.parameters.add(known);
  return { scheme, needed };
}

/** What a source of this provider must say, with a value for each parameter that is right in form only. */
export function whatSourceNeeds(provider: Provider): {
  readonly url: boolean;
  readonly secret: boolean;
  readonly parameters: Readonly<Record<string, string>>;
} {
  const { scheme, needed } = schemeAndNeeds({ parameters: {} }, provider, {
    eventId: [],
    eventType: [],
  });
  const examples = [...needed.parameters].flatMap(name => {
    const known = provider.parameters[name];
    return known === undefined || known.default !== undefined ? [] : [[name, known.example] as const];
  });
  return { url: needed.url, secret: needsSecret(scheme), parameters: Object.fromEntries(examples) };
}

function siteOf(written: WrittenSource, provider: Provider | undefined, needed: Needs): Site {
  const defaults = Object.fromEntries(
    Object.entries(provider?.parameters ?? {}).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  const parameters = { ...defaults, ...written.parameters };
  return {
    url: () => {
      needed.url = true;
      return written.url ?? 'https://unknown.invalid/';
    },
    parameter: name => {
      needed.parameters.add(name);
      return parameters[name] ?? '';
    },
    parameters,
  };
}

function schemeAt(
  site: Site,
  written: WrittenSource,
  provider: Provider | undefined,
  identity: EventIdentityRules,
): Scheme {
  if (provider !== undefined) {
    // An event type that stands elsewhere is not written with the preset's separator.
    const { eventTypeSeparator: _, ...scheme } = provider.schemeAt(site);
    return { ...scheme, ...identity };
  }
  return written.scheme === undefined
    ? { kind: 'unverified', ...identity }
    : compileScheme(written.scheme, identity, site);
}

function reportParameter(
  name: string,
  written: WrittenSource,
  provider: Provider | undefined,
  report: Report,
): void {
  const known = provider?.parameters[name];
  const value = written.parameters[name] ?? known?.default;
  if (known === undefined) {
    report(['scheme'], 'unknown-parameter', `{parameter.${name}} is for presets`, 'write the value itself');
  } else if (value === undefined) {
    report(
      [],
      'parameter-missing',
      `"parameters.${name}" is missing: ${known.description}`,
      `add parameters: { ${name}: ${JSON.stringify(known.example)} } with your own value`,
    );
  } else if (known.pattern !== undefined && !new RegExp(`^(?:${known.pattern})$`).test(value)) {
    report(
      ['parameters', name],
      'parameter-malformed',
      `"${value}" is not ${known.description}`,
      `such as ${known.example}`,
    );
  }
}

function reportSecret(name: string, written: WrittenSource, scheme: Scheme, report: Report): void {
  if (needsSecret(scheme) && written.secret === undefined) {
    report([], 'missing-key', '"secret" is missing', `add a line such as: secret: sources/${name}`);
  }
  if (!needsSecret(scheme) && written.secret !== undefined) {
    report(
      ['secret'],
      'secret-unused',
      scheme.kind === 'unverified'
        ? 'an unverified source uses no secret'
        : 'this provider publishes its key, so there is no secret',
      'delete this line',
    );
  }
}
