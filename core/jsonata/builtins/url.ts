/** `$encodeUrl`, `$encodeUrlComponent`, `$decodeUrl` and `$decodeUrlComponent`. */
import type { Builtin } from '../builtin.ts';
import { Fault } from '../fault.ts';
import { define } from './define.ts';

/** A lone surrogate has no encoding, and not every percent sign begins one: D3140. */
const converter = (name: string, convert: (text: string) => string): Builtin =>
  define({
    name,
    signature: '<s-:s>',
    run: ({ budget }, text: string | undefined) => {
      if (text === undefined) return undefined;
      budget.text(text.length);
      let converted: string;
      try {
        converted = convert(text);
      } catch {
        throw new Fault('D3140', { token: name });
      }
      budget.text(converted.length);
      return converted;
    },
  });

export const encodeUrl = converter('encodeUrl', encodeURI);
export const encodeUrlComponent = converter('encodeUrlComponent', encodeURIComponent);
export const decodeUrl = converter('decodeUrl', decodeURI);
export const decodeUrlComponent = converter('decodeUrlComponent', decodeURIComponent);
