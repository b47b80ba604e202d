/**
 * Which addresses a delivery may go to. Private, link-local, metadata, multicast and unspecified ranges are refused in
 * every notation, IPv4 inside IPv6 included. A destination's own allow-list may name a private network; it opens that
 * range and nothing beside it, and never the machine's own services.
 */
import { BlockList, isIP } from 'node:net';

/** IANA special-purpose registries (RFC 6890 and updates). */
const REFUSED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** All of IPv6 that is handed out to anyone (RFC 4291, section 2.4); the rest is special or not in use. */
const GLOBAL_IPV6 = ['2000::/3'];
/** Within it: protocol assignments with Teredo, documentation, and 6to4, which carries an IPv4 address. */
const REFUSED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
/** Prefixes that carry an IPv4 address in their last 32 bits: mapped, and translated by NAT64 (RFC 6052). */
const EMBEDS_IPV4 = ['::ffff:0:0/96', '64:ff9b::/96'];

/**
 * No network of anyone's, but the machine's own services (the metadata service and Lambda's runtime among them), and
 * addresses that are nobody's in particular. An allow-list does not open them.
 */
const NEVER_ALLOWED = ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'];
const NEVER_ALLOWED_IPV6 = ['::/128', 'fd00:ec2::/32', 'fe80::/10', 'ff00::/8'];
/** The largest private networks there are: 10.0.0.0/8 and fc00::/7. A wider range names no network. */
const WIDEST = { ipv4: 8, ipv6: 7 } as const;

export interface Cidr {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** `10.0.0.0/8` or `fd00::/8`; undefined for anything else. */
export function readCidr(text: string): Cidr | undefined {
  const match = /^([0-9a-fA-F.:]+)\/([0-9]{1,3})$/.exec(text);
  const address = match?.[1] ?? '';
  const prefix = Number(match?.[2]);
  const version = isIP(address);
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) return undefined;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

const listOf = (ranges: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const cidr = readCidr(range);
    if (cidr !== undefined) list.addSubnet(cidr.address, cidr.prefix, cidr.family);
  }
  return list;
};

const refusedIpv4 = listOf(REFUSED_IPV4);
const globalIpv6 = listOf(GLOBAL_IPV6);
const refusedIpv6 = listOf(REFUSED_IPV6);
const neverAllowed = listOf([...NEVER_ALLOWED, ...NEVER_ALLOWED_IPV6]);
const embedsIpv4 = listOf(EMBEDS_IPV4);

/** Whether an IP address lies in a CIDR range. */
export function isInRange(range: string, address: string): boolean {
  const cidr = readCidr(range);
  const version = isIP(address);
  if (cidr === undefined || version === 0) return false;
  if (cidr.family !== (version === 4 ? 'ipv4' : 'ipv6')) return false;
  return listOf([range]).check(address, cidr.family);
}

/** Whether a connection to this IP address is refused unless an allow-list names it. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return refusedIpv4.check(address, 'ipv4');
  if (version !== 6) return true;
  if (!embedsIpv4.check(address, 'ipv6')) {
    return !globalIpv6.check(address, 'ipv6') || refusedIpv6.check(address, 'ipv6');
  }
  const inner = embeddedIpv4(address);
  return inner === undefined || refusedIpv4.check(inner, 'ipv4');
}

/** What may be said of a host before DNS: an address literal, or a name that never leaves the machine. */
export function isPrivateHost(host: string): boolean {
  if (isIP(host) !== 0) return isPrivateAddress(host);
  const name = host.toLowerCase().replace(/\.$/, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name.endsWith('.internal') ||
    name.endsWith('.local')
  );
}

/** Addresses that no allow-list opens. */
export function isNeverAllowed(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return true;
  if (version === 4) return neverAllowed.check(address, 'ipv4');
  // A private IPv4 address in other clothes: no range of IPv6 says that it was meant.
  if (embedsIpv4.check(address, 'ipv6')) return isPrivateAddress(address);
  return neverAllowed.check(address, 'ipv6');
}

/** Why a range may not stand in an allow-list; undefined when it may. */
export function judgeRange(range: string): string | undefined {
  const cidr = readCidr(range);
  if (cidr === undefined) return `"${range}" is not a CIDR range such as 10.1.0.0/16`;
  if (cidr.prefix < WIDEST[cidr.family]) return `"${range}" is wider than any private network`;
  if (isNeverAllowed(cidr.address))
    return `"${range}" is no network that may be named: the machine's own services, or IPv4 within IPv6`;
  return undefined;
}

export const isAllowedAddress = (address: string, allowPrivate: readonly string[]): boolean =>
  !isPrivateAddress(address) ||
  (!isNeverAllowed(address) && allowPrivate.some(range => isInRange(range, address)));

function embeddedIpv4(address: string): string | undefined {
  const dotted = /:([0-9]{1,3}(?:\.[0-9]{1,3}){3})$/.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  // The URL parser writes an IPv6 address in its shortest form, in hex groups throughout.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':');
  const [high, low] = groups.slice(-2).map(group => Number.parseInt(group === '' ? '0' : group, 16));
  if (high === undefined || low === undefined) return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
