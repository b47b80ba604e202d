import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonProblem, writtenJsonProblem } from '../../../core/files/jsonText.ts';

describe('a text that is no JSON is told where, and what was expected', () => {
  it.each<[string, string, string]>([
    ['{ "a": x }', '1:8 this is not JSON: expected a value', 'look at this place'],
    ['{ "a": 1,\n}', '2:1 this is not JSON: expected a key in double quotes', 'delete the comma before it'],
    ['[1, 2,]', '1:7 this is not JSON: expected a value', 'delete the comma before it'],
    ['{ a: 1 }', '1:3 this is not JSON: expected a key in double quotes', 'look at'],
    ["{ 'a': 1 }", '1:3 this is not JSON: expected a key in double quotes', 'double quotes alone'],
    ['{ "a" 1 }', '1:7 this is not JSON: expected a colon', 'look at'],
    ['{ "a": 1 "b": 2 }', '1:10 this is not JSON: expected a comma or }', 'look at'],
    ['{ "a": 1', '1:9 the text ends where a comma or } was expected', 'look at'],
    ['', '1:1 the text ends where a value was expected', 'look at'],
    ['{} // done', '1:4 this is not JSON: expected nothing more', 'no comments'],
    ['{"a": "x\ny"}', '1:7 this is not JSON: expected a value', 'look at'],
    ['[01]', '1:3 this is not JSON: expected a comma or ]', 'look at'],
    ['[+1]', '1:2 this is not JSON: expected a value', 'look at'],
  ])('%j', (text, said, hint) => {
    const problem = jsonProblem('f', text);
    expect(`${problem?.line}:${problem?.column} ${problem?.message}`).toBe(said);
    expect(problem?.hint).toContain(hint);
  });
});

it('a key that stands twice in one object is told of what people write, and of nothing that is sent', () => {
  const text = '{ "a": { "b": 1 },\n  "c": [{ "b": 1 }],\n  "\\u0061": 2 }';
  expect(writtenJsonProblem('f', text)).toMatchObject({
    line: 3,
    column: 3,
    message: expect.stringContaining('twice'),
  });
  expect(jsonProblem('f', text)).toBeUndefined();
  expect(writtenJsonProblem('f', '[{ "a": 1 }, { "a": 1, "b": { "a": 1 } }]')).toBeUndefined();
});

it('what JSON.parse takes has no problem, and what it does not has one, however deep', () => {
  fc.assert(
    fc.property(fc.json(), text => {
      expect(writtenJsonProblem('f', text)).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', '"', '{', ']', ',', ':', 'x', '1', '\\'),
      (text, at, put) => {
        const changed =
          text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1);
        let isJson = true;
        try {
          JSON.parse(changed);
        } catch {
          isJson = false;
        }
        const problem = jsonProblem('f', changed);
        expect(problem === undefined).toBe(isJson);
        if (!isJson) expect(problem?.message).not.toBe('this is not JSON');
      },
    ),
  );
  const deep = `${'['.repeat(100_000)}x`;
  expect(jsonProblem('f', deep)).toMatchObject({ line: 1, column: 100_001 });
});
