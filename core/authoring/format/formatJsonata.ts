/**
 * One way to write a mapping. The breaks between lines stay the author's, because they say what belongs together; what is
 * between them is not a matter of taste any more: indentation, blanks, blank lines, and lines too long to read.
 */
import { readTokens, type Token } from '../../files/jsonataTokens.ts';

const WIDTH = 110;
const INDENT = 2;

/** @throws Unreadable for a text that is no JSONata. */
export function formatJsonata(text: string): string {
  const layout = new Layout(readTokens(text));
  // Each turn opens one bracket of each line that is too long; there are only so many brackets.
  while (layout.openLongLines()) layout.settle();
  return layout.print();
}

interface Piece {
  readonly token: Token;
  /** Whether it begins a line. */
  startsLine: boolean;
  readonly blankLineBefore: boolean;
  /** The index of the bracket's other end; of the `?` that a `:` belongs to. -1 for all others. */
  partner: number;
}

interface Line {
  readonly first: number;
  readonly end: number;
  readonly indent: number;
  readonly text: string;
}

/** What stands above a line. */
interface Written {
  /** The indentation of the line on which each open bracket stands. */
  readonly open: readonly number[];
  /** The last token that is no comment. */
  readonly before: Token | undefined;
  readonly lines: readonly Line[];
}

class Layout {
  readonly #pieces: Piece[];

  constructor(tokens: readonly Token[]) {
    this.#pieces = tokens.map((token, index) => ({
      token,
      startsLine: index === 0 || token.breaks > 0,
      blankLineBefore: index > 0 && token.breaks > 1,
      partner: -1,
    }));
    this.#findPartners();
    this.settle();
  }

  #findPartners(): void {
    const open: number[] = [];
    /** The conditions that wait for their `:`, for each open bracket. */
    const conditions: number[][] = [[]];
    for (const [index, piece] of this.#pieces.entries()) {
      const { role, text } = piece.token;
      if (role === 'open') {
        open.push(index);
        conditions.push([]);
      } else if (role === 'close') {
        piece.partner = open.pop() ?? -1;
        this.#at(piece.partner).partner = index;
        conditions.pop();
      } else if (role === 'separator') conditions.at(-1)?.splice(0);
      else if (role === 'infix' && text === '?') conditions.at(-1)?.push(index);
      else if (role === 'infix' && text === ':') piece.partner = conditions.at(-1)?.pop() ?? -1;
    }
  }

  #at(index: number): Piece {
    const piece = this.#pieces[index];
    if (piece === undefined) throw new Error(`there is no piece ${index}`);
    return piece;
  }

  /** A bracket that opens at the end of a line closes at the start of one; a separator never starts one. */
  settle(): void {
    for (const [index, piece] of this.#pieces.entries()) {
      const { token, partner } = piece;
      if (token.role === 'open' && partner > index + 1 && this.#at(index + 1).startsLine) {
        this.#at(partner).startsLine = true;
      }
      if (token.role === 'separator' && index > 0 && this.#at(index - 1).token.role !== 'comment') {
        piece.startsLine = false;
      }
    }
  }

  openLongLines(): boolean {
    let changed = false;
    for (const line of this.#lines()) {
      if (line.indent + line.text.length <= WIDTH || line.text.includes('\n')) continue;
      const bracket = this.#bracketToOpen(line);
      if (bracket === undefined) continue;
      this.#open(bracket, line.indent + INDENT);
      changed = true;
    }
    return changed;
  }

  /** One thing a line; a list of short words as many as fit. */
  #open(bracket: number, indent: number): void {
    const { partner } = this.#at(bracket);
    this.#at(bracket + 1).startsLine = true;
    this.#at(partner).startsLine = true;
    const inner = this.#pieces.slice(bracket + 1, partner);
    const isList = inner.every(({ token }) => token.role === 'operand' || token.role === 'separator');
    let depth = 0;
    let column = indent;
    for (const [offset, { token }] of inner.entries()) {
      const index = bracket + 1 + offset;
      if (token.role === 'close') depth -= 1;
      const isItem =
        depth === 0 && this.#at(index - 1).token.role === 'separator' && token.role !== 'comment';
      const overflows = column + token.text.length + 1 > WIDTH;
      if (isItem && (!isList || overflows)) {
        this.#at(index).startsLine = true;
        column = indent;
      }
      column += token.text.length + (token.role === 'separator' ? 1 : 0);
      if (token.role === 'open') depth += 1;
    }
  }

  /**
   * The outermost bracket with several things in it that stands on this line from end to end. A call's arguments stay
   * together, unless the call is what the line ends with.
   */
  #bracketToOpen(line: Line): number | undefined {
    let call: number | undefined;
    for (let index = line.first; index < line.end; index += 1) {
      const { token, partner } = this.#at(index);
      if (token.role !== 'open' || partner >= line.end || partner === index + 1) continue;
      if (!this.#hasSeveral(index, partner)) continue;
      if (token.bracket !== 'call') return index;
      const after = this.#pieces.slice(partner + 1, line.end);
      if (after.every(piece => piece.token.role === 'separator')) call ??= index;
    }
    return call;
  }

  #hasSeveral(open: number, close: number): boolean {
    let depth = 0;
    for (let index = open + 1; index < close; index += 1) {
      const { role } = this.#at(index).token;
      if (role === 'open') depth += 1;
      if (role === 'close') depth -= 1;
      if (depth === 0 && (role === 'separator' || role === 'pair')) return true;
    }
    return false;
  }

  #lines(): Line[] {
    const lines: Line[] = [];
    /** The indentation of the line on which each open bracket stands. */
    const open: number[] = [];
    let before: Token | undefined;
    for (let first = 0; first < this.#pieces.length; ) {
      let end = first + 1;
      while (end < this.#pieces.length && !this.#at(end).startsLine) end += 1;
      const indent = this.#indentOf(first, end, { open, before, lines });
      let text = '';
      for (let index = first; index < end; index += 1) {
        const { token } = this.#at(index);
        const written =
          token.role === 'comment' && index === first ? moved(token.text, indent - token.indent) : token.text;
        text += index > first && this.#isSpaced(index - 1, index) ? ` ${written}` : written;
        if (token.role === 'open') open.push(indent);
        if (token.role === 'close') open.pop();
        if (token.role !== 'comment') before = token;
      }
      lines.push({ first, end, indent, text });
      first = end;
    }
    return lines;
  }

  #indentOf(first: number, end: number, { open, before, lines }: Written): number {
    let closing = 0;
    while (first + closing < end && this.#at(first + closing).token.role === 'close') closing += 1;
    if (closing > 0) return open[open.length - closing] ?? 0;
    const outer = open.at(-1);
    const base = outer === undefined ? 0 : outer + INDENT;
    if (before === undefined) return base;
    if (outer !== undefined && (before.role === 'open' || before.role === 'separator')) return base;
    return this.#indentOfCondition(first, lines) ?? base + INDENT;
  }

  /** Where a line goes on with the `:` of a condition that began its own line, both stand in one column. */
  #indentOfCondition(first: number, lines: readonly Line[]): number | undefined {
    const { token, partner } = this.#at(first);
    if (token.text !== ':' || partner < 0) return undefined;
    const line = lines.findLast(candidate => candidate.first <= partner);
    if (line === undefined) return undefined;
    const before = this.#pieces.slice(line.first, partner);
    const isInside = before.some(piece => piece.token.text === ':=' || piece.token.role === 'pair');
    return isInside ? undefined : line.indent;
  }

  print(): string {
    const lines = this.#lines();
    let text = '';
    for (const { first, indent, text: line } of lines) {
      const isInside = first > 0 && this.#at(first - 1).token.role === 'open';
      const isEnd = this.#at(first).token.role === 'close';
      if (this.#at(first).blankLineBefore && !isInside && !isEnd) text += '\n';
      text += `${' '.repeat(indent)}${line}\n`;
    }
    return text;
  }

  /** Whether a blank stands between two neighbours on one line. */
  #isSpaced(left: number, right: number): boolean {
    const a = this.#at(left).token;
    const b = this.#at(right).token;
    if (a.role === 'comment' || b.role === 'comment') return true;
    if (b.role === 'separator' || b.role === 'pair' || b.role === 'signature') return false;
    if (a.role === 'separator' || a.role === 'pair' || a.role === 'signature') return true;
    if (a.role === 'open') return isBraced(a) && !this.#isFunctionBlock(left) && b.role !== 'close';
    if (b.role === 'close') return isBraced(b) && !this.#isFunctionBlock(this.#at(right).partner);
    if (a.role === 'prefix') return false;
    if (a.role === 'infix') return !TIGHT.has(a.text);
    if (b.role === 'infix') return !TIGHT.has(b.text);
    if (b.role === 'open') return b.bracket === 'body' || a.role === 'bar';
    return true;
  }

  /** `{(` … `)}`: a function's body that is one block. */
  #isFunctionBlock(open: number): boolean {
    const { token, partner } = this.#at(open);
    if (token.bracket !== 'body') return false;
    const inner = this.#pieces[open + 1];
    return inner?.token.bracket === 'block' && inner.token.role === 'open' && inner.partner === partner - 1;
  }
}

const TIGHT: ReadonlySet<string> = new Set(['.', '..', '^', '@', '#']);

const isBraced = ({ text }: Token): boolean => text === '{' || text === '}';

/** A comment's further lines move with its first one. */
function moved(comment: string, columns: number): string {
  const [first = '', ...rest] = comment.split('\n');
  const lines = rest.map(line => {
    const trimmed = line.trim();
    if (trimmed === '') return '';
    const indent = (/^\s*/.exec(line)?.[0] ?? '').replaceAll('\t', '  ').length;
    return `${' '.repeat(Math.max(0, indent + columns))}${trimmed}`;
  });
  return [first.trimEnd(), ...lines].join('\n');
}
