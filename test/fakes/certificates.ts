/**
 * X.509 certificates made on the spot, good ones and bad ones: nothing that expires lies in the repository. Only as much
 * DER as TLS asks for; RFC 5280 names the fields.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Identity {
  /** PEM, as TLS options take them. */
  readonly key: string;
  readonly cert: string;
}

export interface CertificateOptions {
  /** Subject alternative names. */
  readonly names?: readonly string[];
  /** Seconds from now. */
  readonly notBefore?: number;
  readonly notAfter?: number;
}

export interface Authority {
  readonly cert: string;
  readonly issue: (options?: CertificateOptions) => Identity;
}

const HOUR = 3_600;

export function createAuthority(name: string): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = nameOf(name);
  const cert = certificate(
    { issuer: subject, subject, publicKey: own.publicKey, extensions: [IS_AUTHORITY] },
    own.privateKey,
  );
  return {
    cert,
    issue: options => {
      const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const filled = { issuer: subject, subject: nameOf('leaf'), publicKey: leaf.publicKey, ...options };
      return { key: pemOf(leaf.privateKey), cert: certificate(filled, own.privateKey) };
    },
  };
}

/** A certificate that nobody vouches for but itself. */
export function selfSigned(options: CertificateOptions = {}): Identity {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = nameOf('self');
  const filled = { issuer: subject, subject, publicKey: own.publicKey, ...options };
  return { key: pemOf(own.privateKey), cert: certificate(filled, own.privateKey) };
}

interface Fields extends CertificateOptions {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly extensions?: readonly Buffer[];
}

function certificate(fields: Fields, signer: KeyObject): string {
  const { issuer, subject, publicKey, names = [], notBefore = -HOUR, notAfter = 24 * HOUR } = fields;
  const extensions = [...(fields.extensions ?? []), ...(names.length === 0 ? [] : [alternativeNames(names)])];
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    issuer,
    sequence(time(notBefore), time(notAfter)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [tagged(0xa3, sequence(...extensions))]),
  );
  const der = sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(sign('sha256', toBeSigned, signer)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}
const sequence = (...contents: readonly Uint8Array[]): Buffer => tagged(0x30, ...contents);
const integer = (bytes: Uint8Array): Buffer => tagged(0x02, bytes);
const bitString = (bytes: Uint8Array): Buffer => tagged(0x03, Buffer.from([0]), bytes);
const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const nameOf = (text: string): Buffer =>
  sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(text))))); // commonName

/** UTCTime, `YYMMDDHHMMSSZ`. */
function time(secondsFromNow: number): Buffer {
  const digits = new Date(Date.now() + secondsFromNow * 1000).toISOString().replace(/[-:T]|\.\d+Z/g, '');
  return tagged(0x17, Buffer.from(`${digits.slice(2)}Z`));
}

const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), tagged(0x04, value));

const alternativeNames = (names: readonly string[]): Buffer =>
  extension(
    '551d11',
    sequence(
      ...names.map(name =>
        /^[0-9.]+$/.test(name)
          ? tagged(0x87, Buffer.from(name.split('.').map(Number)))
          : tagged(0x82, Buffer.from(name)),
      ),
    ),
  );

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
/** basicConstraints: CA. */
const IS_AUTHORITY = extension('551d13', sequence(tagged(0x01, Buffer.from([0xff]))));
