/** A pattern left of `??` and `?:` is the one that was written, although the parser loses it. */
import { expect, test } from 'vitest';
import { BUILTINS } from '../../../core/jsonata/builtins/table.ts';
import { Pattern } from '../../../core/jsonata/regex/pattern.ts';
import { run } from '../../jsonataTools.ts';

test.each([
  ["$match('ab', /b/).index ?? 'none'", 1],
  ["$match('ab', /c/).index ?? 'none'", 'none'],
  ["$contains('ab', /b/) ?: 'none'", true],
  ["$contains('ab', /c/) ?: 'none'", 'none'],
  ["[1, ($replace('a b', /\\s+/, '-') ?? 2)]", [1, 'a-b']],
])('%s', (text, expected) => {
  const pattern = (...parts: ConstructorParameters<typeof Pattern>) => new Pattern(...parts);
  expect(run(text, {}, { builtins: BUILTINS, pattern })).toEqual(expected);
});
