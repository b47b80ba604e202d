import { describe, expect, test } from 'vitest';
import { judgeUrl } from '../../../core/delivery/judgeUrl.ts';

const code = (url: string, allowPrivate: string[] = []): string =>
  judgeUrl(url, allowPrivate)?.code ?? 'allowed';

describe('without an allow-list', () => {
  test.each([
    ['https://example.com/hooks', 'allowed'],
    ['https://example.com:8443/hooks?a=b#c', 'allowed'],
    ['HTTPS://EXAMPLE.COM', 'allowed'],
    ['https://8.8.8.8/', 'allowed'],
    ['https://[2606:4700:4700::1111]/', 'allowed'],
    ['http://example.com/', 'not-https'],
    ['ftp://example.com/', 'not-https'],
    ['file:///etc/passwd', 'not-https'],
    ['data:text/plain,x', 'not-https'],
    ['javascript:alert(1)', 'not-https'],
    ['example.com/hooks', 'not-a-url'],
    ['/hooks', 'not-a-url'],
    ['https://', 'not-a-url'],
    ['', 'not-a-url'],
    ['https://user:password@example.com/', 'url-holds-credentials'],
    ['https://user@example.com/', 'url-holds-credentials'],
    ['https://:password@example.com/', 'url-holds-credentials'],
    ['https://localhost/', 'private-address'],
    ['https://localhost./', 'private-address'],
    ['https://api.localhost/', 'private-address'],
    ['https://metadata.google.internal/', 'private-address'],
    ['https://127.0.0.1/', 'private-address'],
    ['https://169.254.169.254/latest/meta-data/', 'private-address'],
    ['http://169.254.169.254/latest/meta-data/', 'private-address'],
    ['https://[::1]/', 'private-address'],
    ['https://[::ffff:169.254.169.254]/', 'private-address'],
    ['https://[64:ff9b::a9fe:a9fe]/', 'private-address'],
    ['https://[fd00:ec2::254]/', 'private-address'],
  ])('%s: %s', (url, expected) => {
    expect(code(url)).toBe(expected);
  });
});

describe('a URL is plain text', () => {
  test.each([
    ['a line break', 'https://example.com/a\r\nx-evil: 1'],
    ['a bare line feed', 'https://example.com/a\nb'],
    ['a tab', 'https://example.com/a\tb'],
    ['a NUL', 'https://example.com/a\0'],
    ['a space', 'https://example.com/a b'],
    ['a space before', ' https://example.com/'],
    ['another script in the path', 'https://example.com/\u00e4'],
    ['another script in the host', 'https://ex\u00e4mple.com/'],
    ['a host that only looks like ASCII', 'https://ex\u0430mple.com/'],
    ['a backslash', 'https://example.com\\@evil.example.com/'],
    ['backslashes for slashes', 'https:\\\\example.com/'],
    ['no slashes', 'https:example.com'],
    ['one slash', 'https:/example.com'],
  ])('%s is refused', (_, url) => {
    expect(code(url)).toBe('url-not-plain');
  });

  test('and the hint is one that passes', () => {
    const hint = judgeUrl('https://ex\u00e4mple.com/a b', [])?.hint ?? '';
    expect(hint).toContain('https://xn--exmple-cua.com/a%20b');
    expect(code(hint.replace('write what is meant: ', ''))).toBe('allowed');
  });

  test.each([
    ['https://example.com:0/', 'not-a-url'],
    ['https://example.com:65536/', 'not-a-url'],
    ['https://example.com:-1/', 'not-a-url'],
    ['https://example.com:22/', 'allowed'],
    ['https://example.com./', 'allowed'],
    ['https://127.0.0.1./', 'private-address'],
    ['https://169.254.169.254./', 'private-address'],
    ['https://[fe80::1%25eth0]/', 'not-a-url'],
    ['https://1.2.3.4.5/', 'not-a-url'],
    ['https://127.0.0.1%00.example.com/', 'not-a-url'],
    ['https://example.com/?a=%0d%0ab', 'allowed'],
  ])('%s: %s', (url, expected) => {
    expect(code(url)).toBe(expected);
  });
});

describe('an address in another notation is the same address', () => {
  test.each([
    ['decimal', 'https://2130706433/'],
    ['hex', 'https://0x7f000001/'],
    ['hex in parts', 'https://0x7f.0x0.0x0.0x1/'],
    ['octal', 'https://0177.0.0.1/'],
    ['octal as a whole', 'https://017700000001/'],
    ['short', 'https://127.1/'],
    ['full width digits', 'https://１２７.０.０.１/'],
    ['circled digits', 'https://①②⑦.⓪.⓪.①/'],
    ['another full stop', 'https://127。0。0。1/'],
    ['escaped', 'https://%31%32%37.0.0.1/'],
    ['a tab within', 'https://127.0.\t0.1/'],
    ['the metadata service in decimal', 'https://2852039166/'],
  ])('%s', (_, url) => {
    expect(code(url)).toBe('private-address');
  });
});

describe('with an allow-list', () => {
  test.each([
    ['https://10.1.2.3/', ['10.1.0.0/16'], 'allowed'],
    ['https://10.2.2.3/', ['10.1.0.0/16'], 'private-address'],
    ['http://127.0.0.1:9000/', ['127.0.0.1/32'], 'allowed'],
    ['http://127.0.0.2:9000/', ['127.0.0.1/32'], 'private-address'],
    ['http://[::1]:9000/', ['::1/128'], 'allowed'],
    ['http://[::1]:9000/', ['127.0.0.1/32'], 'private-address'],
    // In the clear only where the address is private and named: a name could lead anywhere.
    ['http://example.com/', ['10.0.0.0/8'], 'not-https'],
    ['http://8.8.8.8/', ['0.0.0.0/0'], 'not-https'],
    ['http://169.254.169.254/', ['169.254.0.0/16', '0.0.0.0/0'], 'private-address'],
    ['https://[::ffff:10.0.0.1]/', ['10.0.0.0/8', '::/0'], 'private-address'],
    ['https://0.0.0.0/', ['0.0.0.0/8'], 'private-address'],
    ['http://billing.internal/', ['10.0.0.0/8'], 'not-https'],
    // The address of a name is checked when it is connected to.
    ['https://billing.internal/', ['10.0.0.0/8'], 'allowed'],
    ['https://user:x@10.1.2.3/', ['10.0.0.0/8'], 'url-holds-credentials'],
  ])('%s, %j: %s', (url, allowPrivate, expected) => {
    expect(code(url, allowPrivate)).toBe(expected);
  });

  test.each([
    'https://10.1.2.3/',
    'https://[fd00::1]/',
    'https://billing.internal/',
    'http://127.0.0.1:9000/',
  ])('the hint for %s, followed, is the way to allow it', url => {
    const range = /allowPrivate: \[(.+)\]/.exec(judgeUrl(url, [])?.hint ?? '')?.[1] ?? '';
    expect(code(url, [range])).toBe('allowed');
  });
});

test('no judgement repeats a password', () => {
  expect(JSON.stringify(judgeUrl('https://user:hunter2@example.com/', []))).not.toContain('hunter2');
});
