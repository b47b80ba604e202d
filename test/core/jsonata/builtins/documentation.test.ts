/** Each example of docs/jsonata-functions.md gives what it says, and no built-in is missing there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BUILTINS } from '../../../../core/jsonata/builtins/table.ts';
import { Fault } from '../../../../core/jsonata/fault.ts';
import { Pattern } from '../../../../core/jsonata/regex/pattern.ts';
import type { Value } from '../../../../core/jsonata/values.ts';
import { run } from '../../../jsonataTools.ts';

const page = readFileSync(new URL('../../../../docs/jsonata-functions.md', import.meta.url), 'utf8');
const payload = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as Value;
const examples = [...page.matchAll(/^\| `(\$[^`]*)` \| `([^`]*)` \|$/gm)].map(
  ([, text = '', result = '']) => [text, result] as const,
);

test.each(examples)('%s is %s', (text, result) => {
  const evaluated = () =>
    run(text, payload, {
      builtins: BUILTINS,
      pattern: (source, flags, budget) => new Pattern(source, flags, budget),
    });
  if (result === 'error') expect(evaluated).toThrow(Fault);
  else expect(evaluated()).toEqual(result === 'nothing' ? undefined : JSON.parse(result));
});

test('every built-in has an example', () => {
  const shown = examples.map(([text]) => text).join(' ');
  const missing = BUILTINS.filter(({ name }) => !shown.includes(`$${name}(`)).map(({ name }) => name);
  expect(missing).toEqual([]);
});
