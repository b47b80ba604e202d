/**
 * CloudWatch's metric math, as far as the alarms use it. Both sides read it here: the template is not made with an
 * expression that the local stack could not evaluate, and what the local stack evaluates is what was deployed.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export type MetricMath =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'metric'; readonly id: string }
  | {
      readonly kind: 'operation';
      readonly operator: '+' | '-' | '*' | '/';
      readonly left: MetricMath;
      readonly right: MetricMath;
    }
  /** What is missing becomes this number. */
  | { readonly kind: 'fill'; readonly of: MetricMath; readonly value: number }
  /** The difference from the point before it; the first point has none. */
  | { readonly kind: 'diff'; readonly of: MetricMath }
  /** The largest of several at each point; what is missing is passed over. */
  | { readonly kind: 'max'; readonly of: readonly MetricMath[] };

/** One value for each period, oldest first; undefined where there is none. */
export type Points = readonly (number | undefined)[];

export class MetricMathError extends Error {
  override readonly name = 'MetricMathError';
}

const TOKEN = /\s*(?:(?<number>\d+(?:\.\d+)?)|(?<word>[A-Za-z][A-Za-z0-9_]*)|(?<symbol>[-+*/(),[\]]))/y;

/** @throws MetricMathError naming what it does not know. */
export function parseMetricMath(text: string): MetricMath {
  const tokens = tokensOf(text);
  const parser = new Parser(tokens, text);
  return parser.whole();
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new MetricMathError(`"${text}": cannot read "${text.slice(at).trim()}"`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #text: string;
  #position = 0;

  constructor(tokens: readonly string[], text: string) {
    this.#tokens = tokens;
    this.#text = text;
  }

  whole(): MetricMath {
    const math = this.#sum();
    if (this.#peek() !== undefined) throw this.#unexpected('an operator');
    return math;
  }

  #sum(): MetricMath {
    let left = this.#product();
    for (let sign = this.#take('+', '-'); sign !== undefined; sign = this.#take('+', '-')) {
      left = { kind: 'operation', operator: sign, left, right: this.#product() };
    }
    return left;
  }

  #product(): MetricMath {
    let left = this.#one();
    for (let sign = this.#take('*', '/'); sign !== undefined; sign = this.#take('*', '/')) {
      left = { kind: 'operation', operator: sign, left, right: this.#one() };
    }
    return left;
  }

  #one(): MetricMath {
    const token = this.#peek();
    if (token === undefined) throw this.#unexpected('a metric');
    if (token === '(') {
      this.#expect('(');
      const inside = this.#sum();
      this.#expect(')');
      return inside;
    }
    if (/^\d/.test(token)) return { kind: 'number', value: this.#number() };
    this.#position += 1;
    // Ids of metrics begin with a small letter, functions are written in capitals.
    if (/^[a-z]/.test(token)) return { kind: 'metric', id: token };
    return this.#call(token);
  }

  #call(name: string): MetricMath {
    switch (name) {
      case 'FILL': {
        this.#expect('(');
        const of = this.#sum();
        this.#expect(',');
        const value = this.#number();
        this.#expect(')');
        return { kind: 'fill', of, value };
      }
      case 'DIFF': {
        this.#expect('(');
        const of = this.#sum();
        this.#expect(')');
        return { kind: 'diff', of };
      }
      case 'MAX': {
        this.#expect('(');
        this.#expect('[');
        const of = [this.#sum()];
        while (this.#take(',') !== undefined) of.push(this.#sum());
        this.#expect(']');
        this.#expect(')');
        return { kind: 'max', of };
      }
      default:
        throw new MetricMathError(
          `"${this.#text}": ${name} is not known (+ - * / FILL(m, number) DIFF(m) MAX([m, …]) are)`,
        );
    }
  }

  #number(): number {
    const token = this.#peek();
    if (token === undefined || !/^\d/.test(token)) throw this.#unexpected('a number');
    this.#position += 1;
    return Number(token);
  }

  #take<Symbol extends string>(...symbols: readonly Symbol[]): Symbol | undefined {
    const found = symbols.find(symbol => symbol === this.#peek());
    if (found !== undefined) this.#position += 1;
    return found;
  }

  #expect(symbol: string): void {
    if (this.#take(symbol) === undefined) throw this.#unexpected(symbol);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#position];
  }

  #unexpected(expected: string): MetricMathError {
    return new MetricMathError(
      `"${this.#text}": expected ${expected}, and found ${this.#peek() ?? 'the end'}`,
    );
  }
}

/** The ids of the metrics that an expression takes, each once. */
export function metricIdsOf(math: MetricMath): readonly string[] {
  switch (math.kind) {
    case 'number':
      return [];
    case 'metric':
      return [math.id];
    case 'operation':
      return [...new Set([...metricIdsOf(math.left), ...metricIdsOf(math.right)])];
    case 'fill':
    case 'diff':
      return metricIdsOf(math.of);
    case 'max':
      return [...new Set(math.of.flatMap(metricIdsOf))];
    default:
      return math satisfies never;
  }
}

/** How many points before the first one that is asked for the expression looks at. */
export function lookBehind(math: MetricMath): number {
  switch (math.kind) {
    case 'number':
    case 'metric':
      return 0;
    case 'operation':
      return Math.max(lookBehind(math.left), lookBehind(math.right));
    case 'fill':
      return lookBehind(math.of);
    case 'diff':
      return lookBehind(math.of) + 1;
    case 'max':
      return Math.max(...math.of.map(lookBehind));
    default:
      return math satisfies never;
  }
}

/**
 * @param pointsOf - of each metric, all of the same length.
 * @param length - of what is returned, and of each metric.
 */
export function evaluateMetricMath(
  math: MetricMath,
  pointsOf: (id: string) => Points,
  length: number,
): Points {
  const evaluate = (part: MetricMath): Points => evaluateMetricMath(part, pointsOf, length);
  switch (math.kind) {
    case 'number':
      return Array.from({ length }, () => math.value);
    case 'metric':
      return pointsOf(math.id);
    case 'operation': {
      const [left, right] = [evaluate(math.left), evaluate(math.right)];
      return left.map((value, index) => calculate(math.operator, value, right[index]));
    }
    case 'fill':
      return evaluate(math.of).map(value => value ?? math.value);
    case 'diff': {
      const of = evaluate(math.of);
      return of.map((value, index) => calculate('-', value, of[index - 1]));
    }
    case 'max': {
      const all = math.of.map(evaluate);
      return Array.from({ length }, (_, index) => {
        const present = all.map(points => points[index]).filter(value => value !== undefined);
        return present.length === 0 ? undefined : Math.max(...present);
      });
    }
    default:
      return math satisfies never;
  }
}

/** Missing in, missing out; a division by zero gives no point. */
function calculate(
  operator: '+' | '-' | '*' | '/',
  left: number | undefined,
  right: number | undefined,
): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : left / right;
    default:
      return operator satisfies never;
  }
}
