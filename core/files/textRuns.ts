/**
 * Where the characters of a YAML text stand in its file. A block's indentation, folded lines and escapes are in the file
 * and not in the text, so a position in the one is no position in the other.
 */
import type { TextRun } from '../configuration.ts';

export interface WrittenText {
  /** The text as YAML reads it. */
  readonly value: string;
  /** The scalar as it stands in the file, and the offset at which it begins there. */
  readonly written: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** 1-indexed line and column of an offset in `written`. */
  readonly placeAt: (offset: number) => { readonly line: number; readonly column: number };
}

/** The pieces of the text that stand in the file in one go, in order. Blanks belong to the piece before them. */
export function textRuns({ value, written, style, placeAt }: WrittenText): TextRun[] {
  const runs: TextRun[] = [];
  // A block's text begins on the line below its `|` or `>`; a quoted one behind its quote.
  let at = style === 'block' ? written.indexOf('\n') + 1 : style === 'plain' ? 0 : 1;
  let last: { index: number; offset: number; line: number } | undefined;
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index] ?? '';
    if (BLANK.test(character)) continue;
    const found = findCharacter(written, at, character, style);
    if (found === undefined) break;
    const { line, column } = placeAt(found.offset);
    const continues =
      last !== undefined && line === last.line && found.offset - last.offset === index - last.index;
    if (!continues) runs.push({ at: index, line, column });
    last = { index, offset: found.offset, line };
    at = found.end;
  }
  return runs;
}

const BLANK = /\s/;
const DOUBLE_QUOTED_BLANK = /\\(?:[nrtbvfeN_LP0 \t]|\r?\n)/y;
const DOUBLE_QUOTED_ESCAPE = /\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)/y;

function findCharacter(
  written: string,
  from: number,
  character: string,
  style: WrittenText['style'],
): { offset: number; end: number } | undefined {
  let offset = from;
  for (;;) {
    const here = written[offset];
    if (here === undefined) return undefined;
    if (BLANK.test(here)) {
      offset += 1;
      continue;
    }
    if (style === 'double' && here === '\\') {
      const blank = matchAt(DOUBLE_QUOTED_BLANK, written, offset);
      if (blank !== undefined) {
        offset += blank;
        continue;
      }
      return { offset, end: offset + (matchAt(DOUBLE_QUOTED_ESCAPE, written, offset) ?? 1) };
    }
    if (here !== character) return undefined;
    return { offset, end: offset + (style === 'single' && here === "'" ? 2 : 1) };
  }
}

function matchAt(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0].length;
}
