/** From a scheme as it is written to the parts that receive reads: what the source's file says is filled in here. */

import { CODED_MODULES } from '../signatures/codedModules.ts';
import type { ContentPart } from '../signatures/requestPart.ts';
import type {
  EventIdentityRules,
  JwtScheme,
  ProviderScheme,
  PublicKeyAlgorithm,
  PublicKeyEncoding,
  PublishedKey,
  SecretEncoding,
  SignatureList,
  SignaturePlace,
  SignedScheme,
  TokenRef,
  TokenScheme,
} from '../signatures/scheme.ts';
import type { WrittenPart } from './requestPartFile.ts';
import type { JwtSchemeFile, SchemeFile, SignedSchemeFile } from './schemeFile.ts';
import { readTemplate } from './template.ts';

/** What a scheme asks of its source. Whoever answers notes what is missing. */
export interface Site {
  /** The address under which the provider knows us. */
  readonly url: () => string;
  /** What the source's file says for its preset. */
  readonly parameter: (name: string) => string;
  /** All that it says. */
  readonly parameters: Readonly<Record<string, string>>;
}

export function compileScheme(written: SchemeFile, identity: EventIdentityRules, site: Site): ProviderScheme {
  if ('token' in written) return { ...compileToken(written.token, site), ...identity };
  if ('jwt' in written) return { ...compileJwt(written.jwt, site), ...identity };
  if ('module' in written) {
    const { module } = written;
    return {
      kind: 'coded',
      module,
      parameters: site.parameters,
      ...(CODED_MODULES[module].needsUrl ? { url: site.url() } : {}),
      ...identity,
    };
  }
  return { ...compileSigned(written, site), ...identity };
}

type Rules<S> = S extends EventIdentityRules ? Omit<S, keyof EventIdentityRules> : never;

function compileSigned(written: SignedSchemeFile, site: Site): Rules<SignedScheme> {
  const { timestamp, algorithm, key, prehash } = written;
  const secret = written.secret ?? 'utf8';
  const rules = {
    signature: compileSignature(written.signature, site),
    content: compileParts(written.content, site),
    ...(timestamp === undefined
      ? {}
      : { timestamp: { from: timestamp.from, unit: timestamp.unit, toleranceSeconds: timestamp.tolerance } }),
  };
  // Which secrets go with which algorithms was checked when the file was read.
  switch (algorithm) {
    case 'hmac-sha1':
    case 'hmac-sha256':
    case 'hmac-sha512':
      return { kind: 'hmac', algorithm, secretEncoding: secret as SecretEncoding, ...rules };
    case 'md5':
    case 'sha1':
    case 'sha256':
    case 'sha512':
      return { kind: 'digest', algorithm, secretEncoding: secret as SecretEncoding, ...rules };
    default:
      return {
        kind: 'public-key',
        algorithm: algorithm satisfies PublicKeyAlgorithm,
        keyEncoding: key === undefined ? (secret as PublicKeyEncoding) : 'pem',
        ...(key === undefined ? {} : { published: compileKey(key) }),
        ...(prehash === undefined ? {} : { prehash }),
        ...rules,
      };
  }
}

function compileKey(key: NonNullable<SignedSchemeFile['key']>): PublishedKey {
  if ('certificate' in key) return { kind: 'certificate', url: key.certificate, hosts: key.hosts };
  return { kind: 'jwks', url: key.jwks, ...(key.id === undefined ? {} : { id: key.id }) };
}

function compileSignature(written: SignedSchemeFile['signature'], site: Site): SignaturePlace {
  const { encoding, prefix, prefixOptional, list } = written;
  return {
    from: signatureSource(written, site),
    encoding,
    ...(prefix === undefined ? {} : { prefix }),
    ...(prefixOptional === undefined ? {} : { isPrefixOptional: true }),
    ...(list === undefined ? {} : { list: compileList(list, site) }),
  };
}

function signatureSource(
  { header, headers, at }: SignedSchemeFile['signature'],
  site: Site,
): SignaturePlace['from'] {
  if (typeof header === 'string') return { kind: 'numbered-headers', stem: header.slice(0, -1) };
  if (header !== undefined) return { kind: 'header', names: header.map(name => filledIn(name, site)) };
  if (headers !== undefined) return { kind: 'headers', names: headers };
  return at ?? { kind: 'header', names: [] };
}

function compileList(written: NonNullable<SignedSchemeFile['signature']['list']>, site: Site): SignatureList {
  const { separator, pair, key, leading, group } = written;
  return {
    separator,
    pair,
    ...(key === undefined ? {} : { keys: [key].flat().map(text => filledIn(text, site)) }),
    ...(leading === undefined ? {} : { leading }),
    ...(group === undefined ? {} : { group }),
  };
}

function compileToken(
  token: Extract<SchemeFile, { token: unknown }>['token'],
  site: Site,
): Rules<TokenScheme> {
  if (token === 'basic') return { kind: 'token', place: { kind: 'basic' } };
  const { header, at, prefix } = token;
  const ref: TokenRef =
    at === undefined
      ? { kind: 'header', names: (header ?? []).map(name => filledIn(name, site).toLowerCase()) }
      : at.kind === 'query'
        ? { kind: 'query', name: filledIn(at.name, site) }
        : at;
  return { kind: 'token', place: { kind: 'value', ref, ...(prefix === undefined ? {} : { prefix }) } };
}

function compileJwt(written: JwtSchemeFile['jwt'], site: Site): Rules<JwtScheme> {
  const { prefix, algorithms, key, issuer, audience, subject, claims, body, url, maxAge, mustExpire } =
    written;
  const one = (parts: readonly WrittenPart[]): ContentPart => {
    const [part] = compileParts(parts, site);
    return part ?? { kind: 'literal', text: '' };
  };
  return {
    kind: 'jwt',
    place: written.in === 'body' ? { kind: 'body' } : { kind: 'value', ref: written.in },
    ...(prefix === undefined ? {} : { prefix }),
    algorithms,
    key:
      key === 'secret' || key === 'public-key' ? { kind: key } : { kind: 'jwks', url: filledIn(key, site) },
    ...(issuer === undefined ? {} : { issuers: [issuer].flat().map(text => filledIn(text, site)) }),
    ...(audience === undefined ? {} : { audience: one(audience) }),
    ...(subject === undefined ? {} : { subject: one(subject) }),
    ...(claims === undefined ? {} : { claims: filledInEach(claims, site) }),
    ...(body === undefined ? {} : { bodyDigest: body }),
    ...(url === undefined
      ? {}
      : { urlDigest: { ...url, url: { kind: 'url', address: site.url(), form: 'whole' } } }),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }),
    ...(mustExpire === undefined ? {} : { mustExpire }),
    leewaySeconds: written.leeway,
  };
}

const filledInEach = (
  claims: Readonly<Record<string, string | boolean>>,
  site: Site,
): Record<string, string | boolean> =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      typeof value === 'string' ? filledIn(value, site) : value,
    ]),
  );

function compileParts(parts: readonly WrittenPart[], site: Site): ContentPart[] {
  return parts.map((part): ContentPart => {
    switch (part.kind) {
      case 'parameter':
        return { kind: 'literal', text: site.parameter(part.name) };
      case 'url':
        return { ...part, address: site.url() };
      case 'when-present':
        return { ...part, parts: compileParts(part.parts, site) };
      default:
        return part;
    }
  });
}

/** `{parameter.region}` within a text of the catalogue. */
function filledIn(text: string, site: Site): string {
  const pieces = readTemplate(text);
  if (typeof pieces === 'string') return text;
  return pieces
    .map(piece =>
      'literal' in piece
        ? piece.literal
        : piece.name.startsWith('parameter.')
          ? site.parameter(piece.name.slice('parameter.'.length))
          : `{${piece.name}}`,
    )
    .join('');
}
