/** Sets of characters, asked of RegExp itself one character at a time: no rule of case or class is told again here. */

const PAGE = 256;

export class CharacterSet {
  readonly #member: RegExp;
  /** By the upper byte of the code: 0 unknown, 1 outside, 2 inside. */
  readonly #pages: (Uint8Array | undefined)[] = [];

  /** @param source - what matches one character: `a`, `\d`, `[^>]`, `.`. */
  constructor(source: string, ignoresCase: boolean) {
    this.#member = new RegExp(source, ignoresCase ? 'i' : '');
  }

  /** @param code - a UTF-16 code unit. NaN, behind the end of a text, is in no set. */
  has(code: number): boolean {
    if (Number.isNaN(code)) return false;
    const page = this.#pages[code >> 8] ?? new Uint8Array(PAGE);
    this.#pages[code >> 8] = page;
    const known = page[code & 255];
    if (known !== 0) return known === 2;
    const isMember = this.#member.test(String.fromCharCode(code));
    page[code & 255] = isMember ? 2 : 1;
    return isMember;
  }
}
