/**
 * CloudWatch Logs' filter patterns, as far as metric filters use them here: comparisons of fields with texts, in lines of JSON
 * or of words. The template is not made with a pattern that the local stack could not match.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
export type FilterPattern =
  | { readonly kind: 'json'; readonly condition: Condition }
  /** The line is words with spaces between them; those in quotes or brackets are one. */
  | { readonly kind: 'words'; readonly columns: readonly Column[] };

export type Condition =
  | { readonly kind: 'is'; readonly field: string; readonly text: string }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] };

interface Column {
  /** `...` stands for all words that the others do not name. */
  readonly name: string;
  /** What the word has to be. */
  readonly text?: string;
}

export type LineFields = Readonly<Record<string, unknown>>;

class FilterPatternError extends Error {
  override readonly name = 'FilterPatternError';
}

const REST = '...';
const COLUMN = /^(?<name>\w+|\.\.\.)(?: = "(?<text>[^"*]*)")?$/;
const TOKEN = /\s*(?:\$\.(?<field>\w+)|"(?<text>[^"*]*)"|(?<symbol>[=()]|&&|\|\|))/y;

/** @throws FilterPatternError naming what it does not know. */
export function parseFilterPattern(pattern: string): FilterPattern {
  const inside = pattern.slice(1, -1).trim();
  if (/^\{.*\}$/s.test(pattern)) return { kind: 'json', condition: new Parser(tokensOf(inside)).whole() };
  if (/^\[.*\]$/s.test(pattern)) return { kind: 'words', columns: inside.split(/,\s*/).map(columnOf) };
  throw new FilterPatternError(`'${pattern}' is neither { $.field = "text" } nor [name, name = "text", ...]`);
}

/** A line that several patterns may look at: its JSON is read once, and only if one of them wants it. */
export interface FilteredLine {
  readonly text: string;
  /** Undefined when it is no JSON. */
  readonly json: () => LineFields | undefined;
}

export function filteredLine(text: string): FilteredLine {
  let read: { readonly fields: LineFields | undefined } | undefined;
  return {
    text,
    json: () => {
      read ??= { fields: jsonFields(text) };
      return read.fields;
    },
  };
}

/** The fields of a line that the pattern is about; undefined when it does not match. */
export function matchFilterPattern(pattern: FilterPattern, line: FilteredLine): LineFields | undefined {
  if (pattern.kind === 'words') return matchWords(pattern.columns, line.text);
  const fields = line.json();
  return fields !== undefined && holds(pattern.condition, fields) ? fields : undefined;
}

function columnOf(written: string): Column {
  const { name, text } = COLUMN.exec(written)?.groups ?? {};
  if (name === undefined)
    throw new FilterPatternError(`"${written}" is no column such as name or name = "text"`);
  return { name, ...(text === undefined ? {} : { text }) };
}

interface Token {
  readonly kind: 'field' | 'text' | 'symbol';
  readonly value: string;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw new FilterPatternError(`cannot read "${text.slice(at).trim()}"`);
    for (const kind of ['field', 'text', 'symbol'] as const) {
      const value = groups[kind];
      if (value !== undefined) tokens.push({ kind, value });
    }
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Condition {
    const condition = this.#condition();
    if (this.#tokens[this.#position] !== undefined) throw this.#unexpected('the end');
    return condition;
  }

  /** What is mixed needs parentheses, so that nobody has to know which of the two binds closer. */
  #condition(): Condition {
    const first = this.#one();
    const sign = this.#take('symbol', '&&') ?? this.#take('symbol', '||');
    if (sign === undefined) return first;
    const of = [first, this.#one()];
    while (this.#take('symbol', sign) !== undefined) of.push(this.#one());
    return { kind: sign === '&&' ? 'all' : 'any', of };
  }

  #one(): Condition {
    if (this.#take('symbol', '(') !== undefined) {
      const inside = this.#condition();
      this.#expect('symbol', ')');
      return inside;
    }
    const field = this.#expect('field');
    this.#expect('symbol', '=');
    return { kind: 'is', field, text: this.#expect('text') };
  }

  #take(kind: Token['kind'], value?: string): string | undefined {
    const token = this.#tokens[this.#position];
    if (token?.kind !== kind || (value !== undefined && token.value !== value)) return undefined;
    this.#position += 1;
    return token.value;
  }

  #expect(kind: Token['kind'], value?: string): string {
    const taken = this.#take(kind, value);
    if (taken === undefined) throw this.#unexpected(value ?? `a ${kind}`);
    return taken;
  }

  #unexpected(expected: string): FilterPatternError {
    const found = this.#tokens[this.#position]?.value ?? 'the end';
    return new FilterPatternError(`expected ${expected}, and found ${found}`);
  }
}

function holds(condition: Condition, fields: LineFields): boolean {
  switch (condition.kind) {
    case 'is':
      return fields[condition.field] === condition.text;
    case 'all':
      return condition.of.every(one => holds(one, fields));
    case 'any':
      return condition.of.some(one => holds(one, fields));
    default:
      return condition satisfies never;
  }
}

function matchWords(columns: readonly Column[], line: string): LineFields | undefined {
  const words = line.match(/"[^"]*"|\[[^\]]*\]|\S+/g) ?? [];
  const rest = columns.findIndex(({ name }) => name === REST);
  if (rest < 0 ? words.length !== columns.length : words.length < columns.length - 1) return undefined;
  const fields: Record<string, string> = {};
  for (const [index, { name, text }] of columns.entries()) {
    if (name === REST) continue;
    const word = words[rest < 0 || index < rest ? index : words.length - columns.length + index];
    if (word === undefined || (text !== undefined && word !== text)) return undefined;
    fields[name] = word;
  }
  return fields;
}

function jsonFields(line: string): LineFields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as LineFields) : undefined;
  } catch {
    return undefined;
  }
}
