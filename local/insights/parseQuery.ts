/**
 * The part of the Logs Insights language that the product's fixed queries are written in: `fields`, `filter`, `sort` and
 * `limit`. Anything else is refused as the service refuses what it cannot parse, so that a query which works here is one
 * that works there.
 */
export class MalformedQueryError extends Error {
  override readonly name = 'MalformedQueryError';
}

export interface ParsedQuery {
  readonly fields: readonly string[];
  readonly filters: readonly Condition[];
  readonly sort?: { readonly field: string; readonly order: 'asc' | 'desc' };
  readonly limit?: number;
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'ispresent'; readonly field: string }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly Literal[] }
  | { readonly kind: 'like'; readonly field: string; readonly text: string }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly field: string;
      readonly value: Literal;
    };

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Literal = string | number;

const COMPARISONS: readonly Comparison[] = ['=', '!=', '<=', '>=', '<', '>'];

type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'field'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'symbol'; readonly text: string };

const TOKEN =
  /\s*(?:(?<comment>#[^\n]*)|`(?<field>[^`]+)`|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|(?<number>-?\d+(?:\.\d+)?)(?![\w.])|(?<word>[@\w][\w.@]*)|(?<symbol><=|>=|!=|[=<>()[\],|]))/y;

export function parseQuery(text: string): ParsedQuery {
  return new Parser(tokens(text)).query();
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) {
      if (text.slice(at).trim() === '') break;
      throw new MalformedQueryError(
        `unexpected symbol found ${text.slice(at).trim().slice(0, 20)} at position ${at}`,
      );
    }
    const { field, double, single, number, word, symbol } = groups;
    if (field !== undefined) found.push({ kind: 'field', text: field });
    else if (double !== undefined || single !== undefined)
      found.push({ kind: 'string', text: (double ?? single ?? '').replace(/\\(.)/g, '$1') });
    else if (number !== undefined) found.push({ kind: 'number', value: Number(number) });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
    else if (symbol !== undefined) found.push({ kind: 'symbol', text: symbol });
  }
  return found;
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  query(): ParsedQuery {
    const fields: string[] = [];
    const filters: Condition[] = [];
    let sort: ParsedQuery['sort'];
    let limit: number | undefined;
    this.#takeSymbol('|');
    while (this.#peek() !== undefined) {
      switch (this.#word('a command')) {
        case 'fields':
          do fields.push(this.#field());
          while (this.#takeSymbol(','));
          break;
        case 'filter':
          filters.push(this.#either());
          break;
        case 'sort': {
          const field = this.#field();
          const order = this.#takeWord('asc') ? 'asc' : 'desc';
          if (order === 'desc') this.#takeWord('desc');
          sort = { field, order };
          break;
        }
        case 'limit': {
          const token = this.#next();
          if (token?.kind !== 'number' || !Number.isInteger(token.value) || token.value < 1)
            throw this.#unexpected(token, 'a whole number');
          limit = token.value;
          break;
        }
        default:
          throw this.#unexpected(this.#tokens[this.#position - 1], 'fields, filter, sort or limit');
      }
      if (this.#peek() !== undefined && !this.#takeSymbol('|')) throw this.#unexpected(this.#peek(), '|');
    }
    if (fields.length === 0 && filters.length === 0 && sort === undefined && limit === undefined) {
      throw new MalformedQueryError('the query is empty');
    }
    return { fields, filters, ...(sort && { sort }), ...(limit !== undefined && { limit }) };
  }

  #either(): Condition {
    const conditions = [this.#both()];
    while (this.#takeWord('or')) conditions.push(this.#both());
    const [only] = conditions;
    return only !== undefined && conditions.length === 1 ? only : { kind: 'or', conditions };
  }

  #both(): Condition {
    const conditions = [this.#one()];
    while (this.#takeWord('and')) conditions.push(this.#one());
    const [only] = conditions;
    return only !== undefined && conditions.length === 1 ? only : { kind: 'and', conditions };
  }

  #one(): Condition {
    if (this.#takeWord('not')) return { kind: 'not', condition: this.#one() };
    if (this.#takeSymbol('(')) {
      const inside = this.#either();
      this.#symbol(')');
      return inside;
    }
    if (this.#takeWord('ispresent')) {
      this.#symbol('(');
      const field = this.#field();
      this.#symbol(')');
      return { kind: 'ispresent', field };
    }
    const field = this.#field();
    const negated = this.#takeWord('not');
    const condition = this.#test(field, negated);
    return negated ? { kind: 'not', condition } : condition;
  }

  #test(field: string, negated: boolean): Condition {
    if (this.#takeWord('in')) {
      this.#symbol('[');
      const values = [this.#literal()];
      while (this.#takeSymbol(',')) values.push(this.#literal());
      this.#symbol(']');
      return { kind: 'in', field, values };
    }
    if (this.#takeWord('like')) {
      const token = this.#next();
      if (token?.kind !== 'string') throw this.#unexpected(token, 'a string');
      return { kind: 'like', field, text: token.text };
    }
    const token = this.#next();
    const operator = COMPARISONS.find(candidate => token?.kind === 'symbol' && token.text === candidate);
    if (operator === undefined || negated) throw this.#unexpected(token, 'a comparison');
    return { kind: 'compare', operator, field, value: this.#literal() };
  }

  #literal(): Literal {
    const token = this.#next();
    if (token?.kind === 'string') return token.text;
    if (token?.kind === 'number') return token.value;
    throw this.#unexpected(token, 'a string or a number');
  }

  #field(): string {
    const token = this.#next();
    if (token?.kind !== 'word' && token?.kind !== 'field') throw this.#unexpected(token, 'a field');
    return token.text;
  }

  #word(expected: string): string {
    const token = this.#next();
    if (token?.kind !== 'word') throw this.#unexpected(token, expected);
    return token.text.toLowerCase();
  }

  #takeWord(text: string): boolean {
    const token = this.#peek();
    const taken = token?.kind === 'word' && token.text.toLowerCase() === text;
    if (taken) this.#position += 1;
    return taken;
  }

  #takeSymbol(text: string): boolean {
    const token = this.#peek();
    const taken = token?.kind === 'symbol' && token.text === text;
    if (taken) this.#position += 1;
    return taken;
  }

  #symbol(text: string): void {
    if (!this.#takeSymbol(text)) throw this.#unexpected(this.#peek(), text);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#position];
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#position];
    this.#position += 1;
    return token;
  }

  #unexpected(token: Token | undefined, expected: string): MalformedQueryError {
    const found =
      token === undefined ? 'the end of the query' : 'value' in token ? String(token.value) : token.text;
    return new MalformedQueryError(`unexpected ${found}; expected ${expected}`);
  }
}
