import { describe, expect, it } from 'vitest';
import { faultOf, linkText, run } from '../../jsonataTools.ts';

const order = {
  name: 'a',
  lines: [
    { sku: 'x', price: 2, tags: ['p', 'q'] },
    { sku: 'y', price: 1, tags: ['r'] },
  ],
  empty: [],
  one: [7],
};

describe('a path', () => {
  it.each<[string, unknown]>([
    ['name', 'a'],
    ['lines.sku', ['x', 'y']],
    ['lines.tags', ['p', 'q', 'r']],
    ['lines[0].tags[1]', 'q'],
    ['lines[-1].sku', 'y'],
    ['lines[price > 1].sku', 'x'],
    ['lines[price > 1].sku[]', ['x']],
    ['one', [7]],
    ['empty', []],
    ['empty.x', undefined],
    ['nothing.x', undefined],
    ['lines^(price).sku', ['y', 'x']],
    ['lines.{ "s": sku }', [{ s: 'x' }, { s: 'y' }]],
    ['lines{ sku: price }', { x: 2, y: 1 }],
    ['lines.*[0]', ['x', 'y']],
    ['*[0][]', ['a']],
    ['**.sku', ['x', 'y']],
    ['lines@$l.one@$o.($l.sku & $o)', ['x7', 'y7']],
    ['lines#$i.tags.($i & $)', ['0p', '0q', '1r']],
    ['lines.tags.(%.sku & $)', ['xp', 'xq', 'yr']],
  ])('%s', (text, expected) => {
    expect(JSON.parse(JSON.stringify({ got: run(text, order) }))).toEqual(
      expected === undefined ? {} : { got: expected },
    );
  });

  it('reads nothing of a prototype, nor of a function', () => {
    expect(run('constructor', {})).toBe(undefined);
    expect(run('__proto__', {})).toBe(undefined);
    expect(run('lines.length', order)).toBe(undefined);
    expect(run('($f := function($x){$x}; $f.arity)', {})).toBe(undefined);
  });

  it('reads keys that the prototype has, where the payload has them', () => {
    const payload = JSON.parse('{"constructor":1,"__proto__":{"a":2},"arity":3}');
    expect(run('[constructor, __proto__.a, arity]', payload)).toEqual([1, 2, 3]);
  });
});

describe('variables', () => {
  it('are looked for outside while they are not yet bound inside', () => {
    expect(run('($x := 1; ($y := $x; $x := 2; [$y, $x]))')).toEqual([1, 2]);
  });

  it('are kept by functions, one for each time the block runs', () => {
    expect(run('($fs := lines.($p := price; function(){ $p }); $fs[0]() & $fs[1]())', order)).toBe('21');
  });

  it('are fresh in each run of a block', () => {
    expect(run('[1,2].($ = 1 ? ($x := 5; $x) : ($x))')).toBe(5);
  });
});

describe('functions', () => {
  it('call themselves in tail position without end of the stack', () => {
    expect(run('($f := function($n, $a) { $n = 0 ? $a : $f($n - 1, $a + $n) }; $f(20000, 0))')).toBe(
      200010000,
    );
  });

  it('end at the bound of depth elsewhere', () => {
    const fault = faultOf(() => run('($f := function($n) { 1 + $f($n) }; $f(1))'));
    expect(fault.code).toBe('D1011');
  });

  it('end at the bound of steps where they loop', () => {
    expect(faultOf(() => run('($f := function() { $f() }; $f())')).code).toBe('STEPS_EXCEEDED');
  });

  it('are refused their arguments by place and type, and never with a value', () => {
    const fault = faultOf(() => run('{ "a": $uppercase(name) }', { name: 5 }));
    expect(fault).toMatchObject({
      code: 'T0410',
      token: 'uppercase',
      argument: 1,
      met: 'number',
      position: 18,
    });
  });

  it('take the context item where an argument is left out', () => {
    expect(run('lines.sku.$uppercase()', order)).toEqual(['X', 'Y']);
  });
});

it('a transform changes its copy alone, even where its pattern leads to the payload', () => {
  const clone = {
    name: 'clone',
    signature: '<(oa)-:o>',
    run: (_host: unknown, value: unknown) => structuredClone(value) as never,
  };
  const payload = { a: { b: 1 }, other: { b: 1 } };
  const linked = linkText('a ~> |$|{"c": 2}|', { builtins: [clone] });
  expect(linked.evaluate(payload, { now: 0, random: () => 0 })).toEqual({ b: 1, c: 2 });
  linkText('a ~> |$$.other|{"c": 2}|', { builtins: [clone] }).evaluate(payload, { now: 0, random: () => 0 });
  expect(payload).toEqual({ a: { b: 1 }, other: { b: 1 } });
});

describe('a result', () => {
  it('is plain: ordinary arrays and objects without extra properties', () => {
    const output = run('{ "a": lines.sku, "b": lines.[sku], "c": { "d": lines } }', order);
    expect(output).toEqual({ a: ['x', 'y'], b: [['x'], ['y']], c: { d: order.lines } });
    const { a } = output as unknown as { a: unknown[] };
    expect(Object.getPrototypeOf(a)).toBe(Array.prototype);
    expect(Object.keys(a)).toEqual(['0', '1']);
  });

  it('cannot hold a function, or a number that JSON lacks', () => {
    expect(faultOf(() => run('{ "a": [$sum] }')).code).toBe('NOT_DATA');
    expect(faultOf(() => run('{ "a": 1 / 0 }')).code).toBe('NOT_FINITE');
  });
});

it('refuses $eval by name, at the place where it stands', () => {
  expect(faultOf(() => linkText('{ "a": $eval("1") }'))).toMatchObject({
    code: 'NAME_NOT_AVAILABLE',
    token: 'eval',
    position: 12,
  });
});

describe('what a mapping is linked with', () => {
  it('values by name', () => {
    expect(run('$rates.eur', {}, { bindings: { rates: { eur: 2 } } })).toBe(2);
  });
});
