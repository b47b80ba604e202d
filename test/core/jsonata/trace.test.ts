import { describe, expect, it } from 'vitest';
import { type InputPath, Trace } from '../../../core/jsonata/trace.ts';
import type { Value } from '../../../core/jsonata/values.ts';
import { compileText, faultOf, linkText, run } from '../../jsonataTools.ts';

const order = {
  customer: { name: 'Ada' },
  paid: true,
  lines: [
    { sku: 'x', price: 2 },
    { sku: 'y', price: '1' },
  ],
};

function traced(text: string, input: Value = order): { trace: Trace; output: Value } {
  const trace = new Trace();
  const output = linkText(text, { observer: trace }).evaluate(input, { now: 0, random: () => 0 });
  return { trace, output };
}

const pathsOf = (reads: readonly { path: InputPath; type: string }[] | undefined) =>
  (reads ?? []).map(read => `${read.path.join('.')} ${read.type}`);

describe('a trace', () => {
  it('tells what was read, and with which type', () => {
    const { trace } = traced('{ "n": customer.name, "t": custmer, "skus": lines[price > 1].sku }', {
      ...order,
      lines: [{ sku: 'x', price: 2 }, { sku: 'y' }],
    });
    expect(pathsOf(trace.reads)).toEqual([
      'customer object',
      'customer.name string',
      'custmer nothing',
      'lines array',
      'lines.0.price number',
      'lines.1.price nothing',
      'lines.0.sku string',
    ]);
  });

  it('tells which branches ran', () => {
    const text = 'paid ? "yes" : "no"';
    const program = compileText(text);
    const { root } = program;
    if (root.op !== 'condition') throw new Error('not a condition');
    const { trace } = traced(text);
    expect(trace.reached.has(root.then.id)).toBe(true);
    expect(trace.reached.has(root.otherwise?.id ?? -1)).toBe(false);
  });

  it('tells where an output value came from', () => {
    const { trace, output } = traced(
      '($c := customer; { "who": $c.name, "all": lines.{ "s": sku }, "n": $uppercase($c.name) })',
    );
    expect(pathsOf(trace.originOf(output, ['who'])?.reads)).toEqual([
      'customer object',
      'customer.name string',
    ]);
    expect(pathsOf(trace.originOf(output, ['all', 1, 's'])?.reads)).toEqual(['lines.1.sku string']);
    expect(pathsOf(trace.originOf(output, ['n'])?.reads)).toContain('customer.name string');
  });

  it('finds the place in the input of what was moved as it is', () => {
    const { trace, output } = traced('{ "lines": lines }');
    expect(pathsOf(trace.originOf(output, ['lines', 1, 'sku'])?.reads)).toEqual(['lines.1.sku string']);
  });

  it('knows what the expression that failed was looking at', () => {
    const trace = new Trace();
    const linked = linkText('lines.(price * 2)', { observer: trace });
    expect(faultOf(() => linked.evaluate(order, { now: 0, random: () => 0 })).code).toBe('T2001');
    expect(trace.failure?.context).toEqual(['lines', 1]);
    expect(pathsOf(trace.failure?.reads)).toEqual(['lines.1.price string']);
  });

  it('changes nothing of what an evaluation gives', () => {
    const text = '{ "a": lines[sku = "x"].price, "b": lines{ sku: price }, "c": [lines.sku, customer.*] }';
    expect(traced(text).output).toEqual(run(text, order));
  });
});
