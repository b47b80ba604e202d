/**
 * A lookup table in CSV (RFC 4180): a header, then a row for each key. Of two columns it is an object of texts by key; of
 * more, an object of objects. Everything is text, as it stands: `007` stays `007`.
 */

export type TableProblem = {
  /** 1-indexed. */
  readonly line: number;
  readonly code: 'table-ragged' | 'table-syntax' | 'table-key-twice';
  readonly message: string;
  readonly hint?: string;
};

export type ParsedTable =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>>; readonly rows: number }
  | { readonly ok: false; readonly problems: readonly TableProblem[] };

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table with a mistake in each row tells of the first ones. */
const MAX_PROBLEMS = 10;

export function parseCsv(text: string): ParsedTable {
  const read = readRows(text.replace(/^\uFEFF/, ''));
  if ('problem' in read) return { ok: false, problems: [read.problem] };
  const [header, ...rows] = read.rows;
  if (header === undefined || header.cells.length < 2) {
    const message = 'a table begins with a line of column names: the key, and at least one more';
    return { ok: false, problems: [{ line: 1, code: 'table-syntax', message, hint: 'such as: code,name' }] };
  }
  const problems: TableProblem[] = [];
  const seen = new Map<string, number>();
  for (const [index, name] of header.cells.entries()) {
    if (name.trim() !== '' && header.cells.indexOf(name) === index) continue;
    const message =
      name.trim() === '' ? `column ${index + 1} has no name` : `two columns are called "${name}"`;
    problems.push({ line: header.line, code: 'table-syntax', message });
  }
  const columns = header.cells.length;
  const value: Record<string, unknown> = {};
  for (const { line, cells } of rows) {
    if (cells.length !== columns) {
      const message = `this row has ${cells.length} cells, and the header has ${columns}`;
      const hint =
        cells.length > columns
          ? 'put a cell that has a comma in it into quotes'
          : 'write an empty cell as ,,';
      problems.push({ line, code: 'table-ragged', message, hint });
      continue;
    }
    const [key = '', ...rest] = cells;
    const before = seen.get(key);
    if (before !== undefined) {
      const message = `the key "${key}" stands in line ${before}, too`;
      problems.push({ line, code: 'table-key-twice', message, hint: 'keep one of the rows' });
      continue;
    }
    seen.set(key, line);
    const entry =
      rest.length === 1
        ? rest[0]
        : fromEntries(rest.map((cell, index) => [header.cells[index + 1] ?? '', cell]));
    define(value, key, entry);
  }
  return problems.length === 0
    ? { ok: true, value, rows: rows.length }
    : { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
}

function fromEntries(entries: readonly (readonly [string, string])[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, cell] of entries) define(made, name, cell);
  return made;
}

/** A key may be called `__proto__`, and is a key all the same. */
const define = (target: Record<string, unknown>, key: string, value: unknown): void => {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
};

/** A field in quotes may hold commas, line breaks and, doubled, quotes. Empty lines are no rows. */
function readRows(text: string): { readonly rows: Row[] } | { readonly problem: TableProblem } {
  const rows: Row[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const row: { line: number; cells: string[] } = { line, cells: [] };
    for (;;) {
      if (text[at] === '"') {
        const end = endOfQuoted(text, at);
        if (end === -1) {
          const message = 'a quote is opened here and never closed';
          return {
            problem: { line, code: 'table-syntax', message, hint: 'a quote within quotes is written twice' },
          };
        }
        const cell = text.slice(at + 1, end).replaceAll('""', '"');
        row.cells.push(cell);
        line += cell.match(/\n/g)?.length ?? 0;
        at = end + 1;
        if (at < text.length && !/[,\r\n]/.test(text[at] ?? '')) {
          const message = 'there is text behind a closing quote';
          return {
            problem: { line, code: 'table-syntax', message, hint: 'a quote within quotes is written twice' },
          };
        }
      } else {
        const rest = /[,\r\n]/.exec(text.slice(at, at + MAX_CELL));
        const end = rest === null ? Math.min(text.length, at + MAX_CELL) : at + rest.index;
        row.cells.push(text.slice(at, end).trim());
        at = end;
      }
      if (text[at] !== ',') break;
      at += 1;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push(row);
  }
  return { rows };
}

/** Longer ones are no cells of a lookup table; they are cut where they are read, and the row is ragged then. */
const MAX_CELL = 10_000;

function endOfQuoted(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return at;
    at += 1;
  }
  return -1;
}
