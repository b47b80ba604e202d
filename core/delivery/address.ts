/**
 * Which addresses a delivery may go to. Private, link-local, metadata, multicast and unspecified ranges are refused in
 * every notation, IPv4 inside IPv6 included, unless the destination's own allow-list names a range.
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
const REFUSED_IPV6 = [
  '::/128',
  '::1/128',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];
/** Prefixes that carry an IPv4 address in their last 32 bits: mapped, translated (NAT64), compatible. */
const EMBEDS_IPV4 = ['::ffff:0:0/96', '64:ff9b::/96', '::/96'];
/** 6to4 and Teredo carry one elsewhere; nobody serves webhooks there. */
const TUNNELS = ['2002::/16', '64:ff9b:1::/48'];

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
const refusedIpv6 = listOf([...REFUSED_IPV6, ...TUNNELS]);
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
  if (refusedIpv6.check(address, 'ipv6')) return true;
  if (!embedsIpv4.check(address, 'ipv6')) return false;
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

export const isAllowedAddress = (address: string, allowPrivate: readonly string[]): boolean =>
  !isPrivateAddress(address) || allowPrivate.some(range => isInRange(range, address));

function embeddedIpv4(address: string): string | undefined {
  const dotted = /:([0-9]{1,3}(?:\.[0-9]{1,3}){3})$/.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  // The URL parser writes an IPv6 address in its shortest form, in hex groups throughout.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':');
  const [high, low] = groups.slice(-2).map(group => Number.parseInt(group === '' ? '0' : group, 16));
  if (high === undefined || low === undefined) return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
