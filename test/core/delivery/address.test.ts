import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isAllowedAddress,
  isInRange,
  isNeverAllowed,
  isPrivateAddress,
  isPrivateHost,
  judgeRange,
  readCidr,
} from '../../../core/delivery/address.ts';

describe('an address that nobody outside may reach is private', () => {
  test.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.0', '10.255.255.255', '100.64.0.1', '100.127.255.255'],
    ...['127.0.0.1', '127.255.255.254', '169.254.169.254', '169.254.170.2', '172.16.0.1', '172.31.255.255'],
    ...[
      '192.0.0.1',
      '192.0.2.1',
      '192.88.99.1',
      '192.168.0.1',
      '192.168.255.255',
      '198.18.0.1',
      '198.19.255.255',
    ],
    ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '100::1', '2001::1', '2001:db8::1', '3fff::1', '5f00::1', 'fc00::1', 'fd00:ec2::254'],
    ...['fdff:ffff::1', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', 'fe80::1%eth0'],
    // IPv4 within IPv6, in every notation of the same address.
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::FFFF:7F00:0001',
      '0:0:0:0:0:ffff:7f00:1',
      '::ffff:169.254.169.254',
    ],
    ...['::ffff:a9fe:a9fe', '::ffff:10.0.0.1', '::127.0.0.1', '::7f00:1', '::a00:1'],
    ...['64:ff9b::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b::10.1.2.3', '64:ff9b:1::1'],
    ...['2002:7f00:1::', '2002:808:808::1', '2001:0:4136:e378::1'],
    // Never handed out to anyone: only 2000::/3 is, and IPv4 behind a translator.
    ...[
      '::ffff:0:127.0.0.1',
      '::ffff:0:808:808',
      '::8.8.8.8',
      '1::1',
      '64:ff9a::1',
      '4000::1',
      'a000::1',
      'fbff::1',
    ],
  ])('%s', address => {
    expect(isPrivateAddress(address)).toBe(true);
  });
});

describe('an address of the open internet is not', () => {
  test.each([
    ...[
      '1.1.1.1',
      '8.8.8.8',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
    ],
    ...['128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255'],
    ...['192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255', '3.5.140.2'],
    ...['2606:4700:4700::1111', '2a00:1450:4001::1', '2600:1f18::1', '::ffff:8.8.8.8', '::ffff:808:808'],
    ...['64:ff9b::8.8.8.8', '64:ff9b::808:808', '2003::1'],
  ])('%s', address => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

test.each(['', 'example.com', '127.0.0.1.', '1.2.3', '0x7f000001', '2130706433', '127.1', '::g', '[::1]'])(
  'what is no address (%j) counts as private: nothing is known of it',
  text => {
    expect(isPrivateAddress(text)).toBe(true);
  },
);

test('an IPv4 address is judged the same when it is mapped into IPv6, in dots or in hex', () => {
  const octet = () => fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(octet(), octet(), octet(), octet(), (a, b, c, d) => {
      const plain = isPrivateAddress(`${a}.${b}.${c}.${d}`);
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      expect(isPrivateAddress(`::ffff:${a}.${b}.${c}.${d}`)).toBe(plain);
      expect(isPrivateAddress(`::ffff:${hex}`)).toBe(plain);
      expect(isPrivateAddress(`64:ff9b::${hex}`)).toBe(plain);
    }),
    { seed: 20_260_115, numRuns: 1_000 },
  );
});

describe('a host before it is looked up', () => {
  test.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'metadata.google.internal',
    'printer.local',
    '10.0.0.1',
    '::1',
  ])('%s is private', host => {
    expect(isPrivateHost(host)).toBe(true);
  });

  test.each(['example.com', 'localhost.example.com', 'notlocalhost', 'internal', 'local', '8.8.8.8'])(
    '%s is not, as far as its name tells',
    host => {
      expect(isPrivateHost(host)).toBe(false);
    },
  );
});

describe('ranges', () => {
  test.each(['10.0.0.0/8', '127.0.0.1/32', '0.0.0.0/0', 'fd00::/8', '::1/128'])('%s is one', text => {
    expect(readCidr(text)).toBeDefined();
  });

  test.each([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    '10.0.0.0/8 ',
    '10.0.0.0/-1',
    'example.com/8',
    '10.0.0.0/8/8',
  ])('%j is none', text => {
    expect(readCidr(text)).toBeUndefined();
  });

  test.each([
    ['10.1.0.0/16', '10.1.255.255', true],
    ['10.1.0.0/16', '10.2.0.0', false],
    ['127.0.0.1/32', '127.0.0.1', true],
    ['127.0.0.1/32', '127.0.0.2', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fc00::1', false],
    ['0.0.0.0/0', '::1', false],
    ['10.0.0.0/8', 'example.com', false],
    ['nonsense', '10.0.0.1', false],
  ])('%s and %s: %s', (range, address, expected) => {
    expect(isInRange(range, address)).toBe(expected);
  });

  test('an allow-list opens what it names, and nothing beside it', () => {
    expect(isAllowedAddress('10.1.2.3', [])).toBe(false);
    expect(isAllowedAddress('10.1.2.3', ['10.1.0.0/16'])).toBe(true);
    expect(isAllowedAddress('10.2.0.1', ['10.1.0.0/16'])).toBe(false);
    expect(isAllowedAddress('169.254.169.254', ['10.0.0.0/8', '127.0.0.1/32'])).toBe(false);
    expect(isAllowedAddress('8.8.8.8', [])).toBe(true);
  });

  test('what it opens is private and lies in one of its ranges, for any address', () => {
    const octets = fc.tuple(
      ...Array.from({ length: 4 }, () => fc.oneof(fc.nat(255), fc.constantFrom(10, 127, 169, 254))),
    );
    const groups = fc.tuple(
      ...Array.from({ length: 8 }, () => fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 0xffff, 0xfd00))),
    );
    const address = fc.oneof(
      octets.map(parts => parts.join('.')),
      groups.map(parts => parts.map(part => part.toString(16)).join(':')),
    );
    const ranges = fc.subarray([
      '10.0.0.0/8',
      '127.0.0.1/32',
      '169.254.0.0/16',
      'fd00::/8',
      '64:ff9b::/96',
      '::/0',
    ]);
    fc.assert(
      fc.property(address, ranges, (ip, allowed) => {
        if (!isPrivateAddress(ip)) {
          expect(isAllowedAddress(ip, allowed)).toBe(true);
          expect(isNeverAllowed(ip)).toBe(false);
        } else if (isAllowedAddress(ip, allowed)) {
          expect(allowed.some(range => isInRange(range, ip))).toBe(true);
          expect(isNeverAllowed(ip)).toBe(false);
        }
      }),
      { seed: 20_260_115, numRuns: 2_000 },
    );
  });

  test.each([
    ...['169.254.169.254', '169.254.170.2', '0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'fd00:ec2::254'],
    ...['fe80::1', 'ff02::1', '::ffff:169.254.169.254', '::ffff:10.0.0.1', '64:ff9b::a00:1', 'localhost', ''],
  ])('%j is opened by none', address => {
    expect(isAllowedAddress(address, ['0.0.0.0/0', '::/0', '169.254.0.0/16', '10.0.0.0/8'])).toBe(false);
  });

  test.each([
    '10.0.0.0/8',
    '10.1.2.3/32',
    '192.168.0.0/16',
    '100.64.0.0/10',
    'fc00::/7',
    'fd12::/48',
    '127.0.0.1/32',
  ])('%s may be named', range => {
    expect(judgeRange(range)).toBeUndefined();
  });

  test.each([
    ['0.0.0.0/0', 'wider than any private network'],
    ['8.0.0.0/7', 'wider than any private network'],
    ['::/0', 'wider than any private network'],
    ['169.254.169.254/32', "the machine's own services"],
    ['fe80::/10', "the machine's own services"],
    ['::ffff:10.0.0.0/104', 'IPv4 within IPv6'],
    ['64:ff9b::/96', 'IPv4 within IPv6'],
    ['10.0.0.0', 'not a CIDR range'],
  ])('%s may not: %s', (range, said) => {
    expect(judgeRange(range)).toContain(said);
  });
});
