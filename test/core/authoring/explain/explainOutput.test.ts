/** Of a value: the expression and what it read. Of a missing one: the step that found nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authoringEngine } from '../../../../authoring/authoringEngine.ts';
import { explainOutput } from '../../../../core/authoring/explain/explainOutput.ts';
import { readOutputPath, writePath } from '../../../../core/authoring/explain/outputPath.ts';
import type { Value } from '../../../../core/jsonata/values.ts';
import { sourceText } from '../../../mappingEngine.ts';

const PAYLOAD = {
  id: 7,
  issue: { title: 'Broken', milestone: null, labels: [{ name: 'bug' }, { name: 'ui' }] },
  lines: [{ sku: 'A', qty: 2 }],
};

async function explain(mapping: string, path: string, payload: unknown = PAYLOAD) {
  const engine = await authoringEngine();
  const text = sourceText(mapping);
  const value = { payload: payload as Value, headers: {}, event: { id: 'e' } } as Value;
  const { evaluation, trace } = engine.trace(text, { value, now: 0 });
  const program = engine.programOf(text);
  if (evaluation.kind !== 'value' || program === undefined) throw new Error('the mapping gives nothing');
  const found = explainOutput(program, trace, evaluation.value, readOutputPath(path) ?? []);
  const reads = found.reads.map(read => `${read.path} ${read.type}`);
  // Behind its last token, as jsonata counts.
  const at =
    found.node === undefined ? undefined : mapping.slice(0, found.node.at).trimEnd().split(/\s/).at(-1);
  return { ...found, reads, at };
}

describe('a value', () => {
  test.each([
    ['{ "t": payload.issue.title }', 't', ['payload.issue.title string']],
    ['{ "t": payload.issue.title & payload.id }', 't', ['payload.issue.title string', 'payload.id number']],
    ['($i := payload.issue; { "t": $i.title })', 't', ['payload.issue.title string']],
    [
      '{ "l": [payload.issue.labels.name] }',
      'l[1]',
      ['payload.issue.labels[0].name string', 'payload.issue.labels[1].name string'],
    ],
    ['{ "l": [payload.lines.{ "s": sku }] }', 'l[0].s', ['payload.lines[0].sku string']],
    ['{ "i": payload.issue }', 'i.labels[1].name', ['payload.issue.labels[1].name string']],
    ['payload.issue', 'title', ['payload.issue.title string']],
    ['{ "c": 1 }', 'c', []],
  ])('%s at %s', async (mapping, path, reads) => {
    expect(await explain(mapping, path)).toMatchObject({ isThere: true, reads });
  });
});

describe('a missing value', () => {
  test.each([
    ['{ "t": payload.issue.titel }', 't', 'payload.issue.titel is not there'],
    ['{ "m": payload.issue.milestone.title }', 'm', 'payload.issue.milestone is null'],
    ['($m := payload.issue.milestone; { "a": { "m": $m.title } })', 'a.m', 'payload.issue.milestone is null'],
    ['{ "x": payload.id > 10 ? 1 }', 'x', 'its condition is not true, and there is nothing behind a colon'],
    ['{ "x": payload.lines[qty > 5] }', 'x', 'the expression gave nothing'],
    [
      'payload.id > 10 ? { "x": 1 } : { "y": 1 }',
      'x',
      'the expression that writes it did not run for this event',
    ],
    ['{ "a": 1 }', 'b', 'the mapping writes no "b"'],
    ['{ "a": [1] }', 'a[3]', 'the list at a ends before it'],
    ['{ "a": "text" }', 'a.b', 'a is no object but a string'],
    ['{ "a": { "b": 1 } }', 'a[0]', 'a is no list but an object'],
    ['[1]', 'constructor', 'the output is no object but an array'],
    ['{ "a": 1 }', 'toString', 'the mapping writes no "toString"'],
  ])('%s at %s', async (mapping, path, why) => {
    expect(await explain(mapping, path)).toMatchObject({ isThere: false, type: 'nothing', why });
  });
});

test('the expression that is named is the one that gave the value', async () => {
  expect((await explain('{ "a": 1, "t": payload.issue.title }', 't')).at).toBe('payload');
});

describe('a place in an output', () => {
  test.each([
    ['', []],
    ['/', []],
    ['a.b', ['a', 'b']],
    ['a[0].b', ['a', 0, 'b']],
    ['[0][1]', [0, 1]],
    ['`a b`.c', ['a b', 'c']],
    ['/a/0/b~1c', ['a', 0, 'b/c']],
  ])('%j', (text, path) => {
    expect(readOutputPath(text)).toEqual(path);
  });

  test.each(['a..b', 'a[', 'a[x]', 'a[0'])('%j is none', text => {
    expect(readOutputPath(text)).toBeUndefined();
  });

  test('is read as it is written', () => {
    const part = fc.oneof(fc.nat(99), fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9 _-]{0,8}$/));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), path => {
        expect(readOutputPath(writePath(path))).toEqual(path);
      }),
    );
  });
});
