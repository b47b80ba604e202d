/** Expressions of all of the language over the fields of `payloads.ts`: most make sense, many do not. */
import type { Random } from '../random.ts';

const FIELDS =
  'id name note email total paid cancelled created tags numbers empty customer items lines nested emoji absent sku qty price parts n text city address ids'.split(
    ' ',
  );
const PATHS = [
  ...[
    'items.sku',
    'items.price',
    'customer.address.city',
    'items.parts.n',
    'items.tags',
    'nested',
    'tags',
    'numbers',
    'items',
    'lines',
  ],
  ...[
    'items[0]',
    'items[-1].sku',
    'items.parts[0]',
    'items[qty > 1]',
    "items[sku = 'A-1'].price",
    'items[0].tags[]',
    'customer.ids[]',
    '$',
    '$$',
  ],
];
const TEXTS = [
  "'a'",
  "'x,y,z'",
  "''",
  "'12.5'",
  "'Ann Lee'",
  "'👩a'",
  "'2026-02-30'",
  "'0x1F'",
  "' pad '",
  "'%41 b'",
  "'aGk='",
];
const NUMBERS = ['0', '1', '2', '-1', '3', '1.5', '-2.5', '10', '100', '0.1', '1e3', '12345.678'];
const REGEXES = ['/a/', '/[a-z]+/i', '/(\\\\w)(\\\\d)?/', '/\\\\s+/', '/^.*$/m', '/x*/', '/(a|b)+/'].map(
  text => text.replaceAll('\\\\', '\\'),
);
const VARIABLES = ['$x', '$y', '$v', '$i'];

/** An expression, mostly no deeper than a person would write it. */
export function randomExpression(random: Random): string {
  return new Writer(random).expression(2 + Math.floor(random.next() * 3));
}

class Writer {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  expression(depth: number): string {
    if (depth <= 0) return this.#leaf();
    const inner = () => this.expression(depth - 1 - Math.floor(this.#random.next() * 2));
    return this.#either<string>(
      [8, () => this.#leaf()],
      [9, () => this.#call(inner)],
      [5, () => this.#path(inner)],
      [
        4,
        () =>
          `${inner()} ${this.#pick(['+', '-', '*', '/', '%', '&', '&', '=', '!=', '<', '<=', '>', '>='])} ${inner()}`,
      ],
      [2, () => `(${inner()} ${this.#pick(['and', 'or', 'in'])} ${inner()})`],
      [2, () => `(${inner()} ? ${inner()} : ${inner()})`],
      [1, () => `(${inner()} ? ${inner()})`],
      [1, () => `(${inner()} ?? ${inner()})`],
      [1, () => `(${inner()} ?: ${inner()})`],
      [3, () => `[${this.#list(inner)}]`],
      [3, () => `{${this.#pairs(inner)}}`],
      [1, () => `[${this.#pick(['1..3', '0..0', '2..1', `${inner()}..3`])}]`],
      [2, () => `(${this.#pick(VARIABLES)} := ${inner()}; ${inner()})`],
      [1, () => `(${inner()})`],
      [1, () => `-${this.#leaf()}`],
      [2, () => `${inner()} ~> ${this.#functionValue(inner)}`],
      [
        1,
        () =>
          `(${inner()} ~> |${this.#pick(['$', 'items', 'customer', '**'])}|{${this.#pairs(inner)}}${this.#pick(['', ", ['sku']", ", 'name'"])}|)`,
      ],
      [1, () => `(${this.#functionValue(inner)})(${inner()})`],
    );
  }

  #leaf(): string {
    return this.#either<string>(
      [4, () => this.#pick(PATHS)],
      [4, () => this.#pick(FIELDS)],
      [2, () => this.#pick(TEXTS)],
      [2, () => this.#pick(NUMBERS)],
      [1, () => this.#pick(['true', 'false', 'null', '[]', '{}', '*', '**', '%'])],
      [1, () => this.#pick(VARIABLES)],
    );
  }

  #path(inner: () => string): string {
    const steps = [this.#pick([...PATHS, ...FIELDS, '*', '**'])];
    const count = Math.floor(this.#random.next() * 3);
    for (let index = 0; index < count; index += 1) {
      steps.push(
        this.#either<string>(
          [6, () => `.${this.#pick(FIELDS)}`],
          [2, () => `[${inner()}]`],
          [2, () => `[${this.#pick(['0', '-1', '1', '[0,1]', '$ > 1', 'qty', 'sku'])}]`],
          [1, () => '[]'],
          [1, () => `.(${inner()})`],
          [1, () => `.{${this.#pairs(inner)}}`],
          [1, () => `.[${this.#list(inner)}]`],
          [
            1,
            () =>
              `^(${this.#pick(['', '<', '>'])}${this.#pick(['price', 'sku', 'qty', '$', 'absent', 'n'])})`,
          ],
          [1, () => `{${this.#pick(['sku', '$string(qty)', "'k'", 'name'])}: ${inner()}}`],
          [1, () => `.%.${this.#pick(FIELDS)}`],
          [1, () => `#$i[$i ${this.#pick(['>', '=', '<'])} 0]`],
          [1, () => `@$v.${this.#pick(['$v', 'sku', '$.{"v": $v}', 'tags'])}`],
          [1, () => `.$${this.#pick(['string', 'count', 'uppercase', 'number', 'sum', 'keys', 'type'])}()`],
          [1, () => this.#pick(['.*', '.**', '.$', '.%'])],
        ),
      );
    }
    return steps.join('');
  }

  #call(inner: () => string): string {
    const text = () => this.#pick([...TEXTS, 'name', 'note', 'email', 'total', 'items.sku', inner()]);
    const number = () => this.#pick([...NUMBERS, 'id', 'items[0].qty', 'numbers[0]', inner()]);
    const list = () => this.#pick(['tags', 'numbers', 'items', 'items.price', 'nested', 'empty', inner()]);
    const object = () => this.#pick(['customer', '$', 'items[0]', 'items', inner()]);
    const callee = () => this.#functionValue(inner);
    return this.#either<string>(
      [
        4,
        () =>
          `$${this.#pick(['uppercase', 'lowercase', 'trim', 'length', 'number', 'base64encode', 'base64decode', 'encodeUrl', 'encodeUrlComponent', 'decodeUrl', 'decodeUrlComponent'])}(${text()})`,
      ],
      [1, () => `$substring(${text()}, ${number()}${this.#pick(['', `, ${number()}`])})`],
      [1, () => `$${this.#pick(['substringBefore', 'substringAfter', 'contains'])}(${text()}, ${text()})`],
      [
        1,
        () =>
          `$pad(${text()}, ${this.#pick(['5', '-5', '0', '8.5'])}${this.#pick(['', ", '#'", ", 'ab'", ", ''"])})`,
      ],
      [
        1,
        () =>
          `$split(${text()}, ${this.#pick(["','", "''", "' '", ...REGEXES])}${this.#pick(['', ', 1', ', 2.5', ', -1'])})`,
      ],
      [1, () => `$join(${list()}${this.#pick(['', ", '-'", `, ${text()}`])})`],
      [1, () => `$match(${text()}, ${this.#pick(REGEXES)}${this.#pick(['', ', 1', ', 0'])})`],
      [1, () => `$contains(${text()}, ${this.#pick(REGEXES)})`],
      [
        1,
        () =>
          `$replace(${text()}, ${this.#pick(["'a'", "' '", ...REGEXES])}, ${this.#pick(["'-'", "'$1'", "'[$0$$]'", 'function($m){$m.match & "!"}'])}${this.#pick(['', ', 1'])})`,
      ],
      [3, () => `$${this.#pick(['abs', 'floor', 'ceil', 'round', 'sqrt'])}(${number()})`],
      [1, () => `$round(${number()}, ${this.#pick(['0', '1', '2', '-1'])})`],
      [1, () => `$power(${number()}, ${this.#pick(['2', '0.5', '-1'])})`],
      [
        1,
        () =>
          `$formatNumber(${number()}, ${this.#pick(["'#,##0.00'", "'0.0e0'", "'#0%'", "'00'", "'0;(0)'"])})`,
      ],
      [1, () => `$formatBase(${number()}, ${this.#pick(['2', '16', '1', '36'])})`],
      [1, () => `$formatInteger(${number()}, ${this.#pick(["'w'", "'I'", "'#,##0'", "'0;o'", "'A'"])})`],
      [
        1,
        () =>
          `$parseInteger(${this.#pick(["'12'", "'1,234'", "'twelve'", "'XII'"])}, ${this.#pick(["'0'", "'#,##0'", "'w'", "'I'"])})`,
      ],
      [
        4,
        () =>
          `$${this.#pick(['sum', 'max', 'min', 'average', 'count', 'reverse', 'distinct', 'sort', 'zip', 'exists', 'boolean', 'not', 'type', 'string'])}(${list()})`,
      ],
      [
        2,
        () =>
          `$${this.#pick(['keys', 'spread', 'merge', 'type', 'string', 'boolean', 'clone', 'exists', 'count'])}(${object()})`,
      ],
      [1, () => `$string(${object()}, ${this.#pick(['true', 'false'])})`],
      [1, () => `$lookup(${object()}, ${this.#pick(["'sku'", "'name'", "'absent'", text()])})`],
      [1, () => `$append(${list()}, ${list()})`],
      [1, () => `$zip(${list()}, ${list()})`],
      [3, () => `$${this.#pick(['map', 'filter', 'single'])}(${list()}, ${callee()})`],
      [
        1,
        () =>
          `$reduce(${list()}, ${this.#pick(['function($a, $b){$a & $b}', 'function($a, $b){$append($a, $b)}', 'function($a,$b,$i){$i}', callee()])}${this.#pick(['', `, ${inner()}`])})`,
      ],
      [
        1,
        () =>
          `$sort(${list()}, ${this.#pick(['function($a, $b){$a.price > $b.price}', 'function($a, $b){$a < $b}', 'function($a,$b){$string($a) > $string($b)}'])})`,
      ],
      [2, () => `$${this.#pick(['each', 'sift'])}(${object()}, ${callee()})`],
      [
        1,
        () =>
          `$fromMillis(${this.#pick(['0', '1700000000000', number()])}${this.#pick(['', ", '[Y]-[M01]-[D01]'", ", '[FNn] [D1o] [MNn]'", ", '[H01]:[m01]', '+0200'", ", '[H01]:[m01] [Z]', 'Europe/Berlin'", ", '[Y,*-400]'"])})`,
      ],
      [
        1,
        () =>
          `$toMillis(${this.#pick(['created', "'2024-02-29'", "'2024-02-30'", "'2024-13-01'", "'2024-02-29T10:00:00.123+01:00'", "'x'", "'2024-01-15T10:00:00Z'"])}${this.#pick(['', ", '[Y0001]-[M01]-[D01]'"])})`,
      ],
      [1, () => `$assert(${inner()}, 'no')`],
    );
  }

  #functionValue(inner: () => string): string {
    return this.#pick([
      ...[
        '$string',
        '$uppercase',
        '$count',
        '$sum',
        '$boolean',
        '$type',
        '$number',
        '$length',
        '$keys',
        '$substring(?, 1)',
        '$append(?, 1)',
      ],
      ...[
        'function($v){$v}',
        'function($v, $i){$i}',
        'function($v, $i, $a){$count($a)}',
        'function($v){$v.price}',
        'function($v){$v > 1}',
      ],
      `function($v){${inner()}}`,
      `function($v, $i){${inner()}}`,
      'function($x)<s:s>{$x & "!"}',
      '($uppercase ~> $length)',
    ]);
  }

  #list(inner: () => string): string {
    return Array.from({ length: Math.floor(this.#random.next() * 4) }, inner).join(', ');
  }

  #pairs(inner: () => string): string {
    const keys = ["'a'", "'b'", "'c'", 'name', "'k' & id", '$string(qty)', "'d'"];
    const count = Math.floor(this.#random.next() * 3);
    return Array.from(
      { length: count },
      (_, index) => `${this.#random.next() < 0.8 ? keys[index] : this.#pick(keys)}: ${inner()}`,
    ).join(', ');
  }

  #pick<Item>(items: readonly Item[]): Item {
    return this.#random.pick(items);
  }

  /** One of the ways by its weight. */
  #either<Result>(...ways: readonly (readonly [weight: number, make: () => Result])[]): Result {
    let at = this.#random.next() * ways.reduce((total, [weight]) => total + weight, 0);
    for (const [weight, make] of ways) {
      at -= weight;
      if (at < 0) return make();
    }
    throw new RangeError('there is nothing to choose from');
  }
}
