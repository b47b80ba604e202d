/** Whether the relay may send to a URL: asked of the files, and again at run time of a URL that is a secret. */
import { isIP } from 'node:net';
import { isAllowedAddress, isInRange, isNeverAllowed, isPrivateHost } from './address.ts';

/** Visible ASCII, no backslash. Parsers mend the rest each in its own way: what one drops, the next one obeys. */
const PLAIN_URL = /^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i;

type AddressProblem =
  | 'not-a-url'
  | 'not-https'
  | 'private-address'
  | 'url-holds-credentials'
  | 'url-not-plain';

/** Undefined when the relay may send there. The same rule holds again at run time, for the resolved address. */
export function judgeUrl(
  text: string,
  allowPrivate: readonly string[],
): { code: AddressProblem; message: string; hint?: string } | undefined {
  if (!URL.canParse(text))
    return { code: 'not-a-url', message: `"${text}" is not a URL`, hint: 'write https://host/path' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return {
      code: 'url-holds-credentials',
      message: 'a URL may not hold a user or password',
      hint: 'use auth: { type: basic, secret: … }',
    };
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isInAllowList =
    isAllowedAddress(host, allowPrivate) && allowPrivate.some(range => isInRange(range, host));
  // Which range a name lies in is known, and checked, when its address is.
  const isAllowed = isIP(host) === 0 ? allowPrivate.length > 0 : isInAllowList;
  if (isPrivateHost(host) && !isAllowed) {
    if (isIP(host) !== 0 && isNeverAllowed(host)) {
      return {
        code: 'private-address',
        message: `${host} is a private address that no allowPrivate opens: the machine's own, nobody's, or IPv4 in disguise`,
        hint: 'write the address of the system that you mean as it is',
      };
    }
    return {
      code: 'private-address',
      message: `${host} is a private address`,
      hint: `if that is meant, name its range: allowPrivate: [${host.includes(':') ? `${host}/128` : /^[0-9.]+$/.test(host) ? `${host}/32` : '10.0.0.0/8'}]`,
    };
  }
  if (url.protocol === 'http:' && !(isPrivateHost(host) && isInAllowList)) {
    return {
      code: 'not-https',
      message: `${url.protocol}// would send data in the clear`,
      hint: 'write https://',
    };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return {
      code: 'not-https',
      message: `${url.protocol} is not a protocol we deliver by`,
      hint: 'write https://',
    };
  }
  if (url.port === '0')
    return { code: 'not-a-url', message: 'port 0 is no port', hint: 'leave it out for 443' };
  if (!PLAIN_URL.test(text)) {
    return {
      code: 'url-not-plain',
      message: 'a URL begins with https:// and holds visible ASCII characters alone, no backslash',
      hint: `write what is meant: ${url.href}`,
    };
  }
  return undefined;
}
