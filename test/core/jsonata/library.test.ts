import { expect, it } from 'vitest';
import { Trace } from '../../../core/jsonata/trace.ts';
import { compileText, faultOf, linkText, run } from '../../jsonataTools.ts';

const double = { name: 'double', program: compileText('function($x) { $x * 2 }', { id: 1000, at: 100_000 }) };
const twice = { name: 'twice', program: compileText('function($x) { $double($double($x)) }') };

it('shared programs are bound by name, and may use those before them', () => {
  expect(run('$twice(a)', { a: 3 }, { library: [double, twice] })).toBe(12);
});

it('a shared program sees neither the input nor the variables of the mapping', () => {
  const nosy = { name: 'nosy', program: compileText('function() { [$, $$, $secret] }') };
  expect(run('($secret := 1; $nosy())', { a: 3 }, { library: [nosy] })).toEqual([]);
});

it('nodes and places of programs that are linked together can be told apart', () => {
  const trace = new Trace();
  const linked = linkText('$double(a)', { library: [double], observer: trace });
  const fault = faultOf(() => linked.evaluate({ a: 'x' }, { now: 0, random: () => 0 }));
  expect(fault.position).toBe(100_019);
  expect([...trace.reached].some(id => id >= 1000)).toBe(true);
});
