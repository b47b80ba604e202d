import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { formatJsonata } from '../../../../core/authoring/format/formatJsonata.ts';
import { readTokens, Unreadable } from '../../../../core/files/jsonataTokens.ts';

const meaning = (text: string): string =>
  JSON.stringify(jsonata(text).ast(), (key, value: unknown) =>
    key === 'position' ? undefined : value instanceof RegExp ? String(value) : value,
  );

const commentsIn = (text: string): string[] =>
  readTokens(text)
    .filter(({ role }) => role === 'comment')
    .map(({ text: comment }) => comment.replace(/\s+/g, ' '));

/** Blanks, breaks and comments as nobody should write them. */
const gap = fc.constantFrom(
  '',
  ' ',
  '  ',
  '\n',
  '\n\n\n',
  '\t',
  ' /* why */ ',
  '\n  /* two\n     lines */\n',
  '\r\n',
);
const word = fc.constantFrom(
  'a',
  '$x',
  'payload.b',
  '1.5',
  '"t: {"',
  "'q'",
  '`a b`',
  '$$',
  'null',
  '*',
  '-2',
);

const expression: fc.Arbitrary<string> = fc.letrec<{ e: string; item: string }>(tie => ({
  e: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'e' },
    word,
    fc
      .tuple(
        tie('e'),
        gap,
        fc.constantFrom('+', '&', '=', 'and', 'in', '~>', '!=', '??', '?:', '/'),
        gap,
        tie('e'),
      )
      .map(([a, g, operator, h, b]) => `(${a})${g} ${operator} ${h}(${b})`),
    fc.tuple(tie('item'), tie('item')).map(([a, b]) => `{"k":${a},"longer key":${b}}`),
    fc.tuple(tie('item'), tie('item'), tie('item')).map(items => `[${items.join(',')}]`),
    fc.tuple(tie('item'), tie('item')).map(([a, b]) => `($v:=${a};${b};)`),
    fc.tuple(tie('item'), tie('item'), tie('item')).map(([a, b, c]) => `((${a})?${b}:${c})`),
    fc.tuple(tie('item'), tie('item')).map(([a, b]) => `$f(${a},?,${b})`),
    fc.tuple(tie('item'), gap).map(([a, g]) => `function($a,$b)<nn:n>${g}{${a}}`),
    fc.tuple(tie('item'), gap).map(([a, g]) => `function($a)${g}{(${a})}`),
    fc.tuple(tie('item'), tie('item')).map(([a, b]) => `x[${a}]^(>a,${b}).y[]`),
    fc.tuple(tie('item'), tie('item')).map(([a, b]) => `z{a:${a},"b":${b}}`),
    fc.tuple(tie('item')).map(([a]) => `payload~>|a.b|{"c":${a}},"d"|`),
    fc.constant('$replace(a, /[/"](b|c)\\/ \\{/i, "")'),
    fc.constant('a@$b.c#$i.[$b, 1..$i]'),
  ),
  item: fc.tuple(gap, tie('e'), gap).map(([before, e, after]) => `${before}${e}${after}`),
})).item;

describe('formatting a mapping', () => {
  it('changes nothing that it means, loses no comment, and finds nothing to do the second time', () => {
    fc.assert(
      fc.property(expression, text => {
        const formatted = formatJsonata(text);
        expect(meaning(formatted)).toBe(meaning(text));
        expect(commentsIn(formatted)).toEqual(commentsIn(text));
        expect(formatJsonata(formatted)).toBe(formatted);
        expect(formatted).not.toMatch(/[ \t]\n/);
      }),
      { seed: 11, numRuns: 400 },
    );
  });

  it.each([
    ['{"a":payload.a,"b":1}', '{ "a": payload.a, "b": 1 }\n'],
    ['{ }', '{}\n'],
    ['[ 1..5 ]', '[1..5]\n'],
    ['a . b [ 0 ] . c', 'a.b[0].c\n'],
    ['a=1and b', 'a = 1and b\n'.replace('1and', '1 and')],
    ['$f := function( $x ){$x}', '$f := function($x) { $x }\n'],
    ['function($x){( $x )}', 'function($x) {($x)}\n'],
    ['function($x) <n:n> {-$x}', 'function($x)<n:n> { -$x }\n'],
    ['a?b:c', 'a ? b : c\n'],
    ['x^( >a , <b )', 'x^(>a, <b)\n'],
    ['p ~>|a|{"b":1}|', 'p ~> | a | { "b": 1 } |\n'],
    ['(\n$a:=1;\n\n\n\n/* why */\n$a\n)', '(\n  $a := 1;\n\n  /* why */\n  $a\n)\n'],
    ['{\n"a":1}', '{\n  "a": 1\n}\n'],
    ['{\n"a": x ? 1\n: y ? 2\n: 3}', '{\n  "a": x ? 1\n    : y ? 2\n    : 3\n}\n'],
    ['(\nx ? 1\n: y ? 2\n: 3\n)', '(\n  x ? 1\n  : y ? 2\n  : 3\n)\n'],
    ['  /*\n    x\n  */\n a', '/*\n  x\n*/\na\n'],
    ['a /* why */ . b', 'a /* why */ .b\n'],
  ])('writes %j so', (text, formatted) => {
    expect(formatJsonata(text)).toBe(formatted);
  });

  it('breaks what is too long where it falls apart by itself', () => {
    const long = `{ "first": ${'payload.a & '.repeat(7)}"x", "second": [${'"a long text", '.repeat(9)}"z"] }`;
    for (const line of formatJsonata(long).split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  });

  it.each(['"no end', '(1', '1)', '/* no end', 'a[1}', '`a'])('refuses %j, which is no JSONata', text => {
    expect(() => formatJsonata(text)).toThrow(Unreadable);
  });

  it.each(globSync('mappings/**/*.jsonata'))('has nothing to do in %s', file => {
    const text = readFileSync(file, 'utf8');
    expect(formatJsonata(text)).toBe(text);
  });
});
