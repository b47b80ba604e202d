import { describe, expect, it } from 'vitest';
import { authoringEngine } from '../../../../authoring/authoringEngine.ts';
import { watchedText } from '../../../../authoring/watchedText.ts';
import { withoutAccepted } from '../../../../core/authoring/lint/acceptedHere.ts';
import { lintMapping } from '../../../../core/authoring/lint/lintMapping.ts';

const engine = await authoringEngine();
const FILE = 'mapping.jsonata';

/** `code column`, of a mapping that ran over these payloads. */
function lint(text: string, ...payloads: readonly unknown[]): string[] {
  const watched = watchedText(engine, { file: FILE, line: 1, text }, () => 0);
  for (const payload of payloads) watched.evaluate({ payload } as never);
  return withoutAccepted(lintMapping(watched), FILE, text).map(
    ({ code, line, column }) => `${code} ${line}:${column}`,
  );
}

const ITEMS = { items: [{ sku: 'a' }, { sku: 'b' }] };

describe('a rule', () => {
  it.each<[string, unknown, string[]]>([
    ['{ "a": payload.items.sku }', ITEMS, ['singleton-collapse 1:8']],
    ['{ "a": $map(payload.items, function($v) { $v.sku }) }', ITEMS, ['singleton-collapse 1:8']],
    ['{ "a": [payload.items.sku] }', ITEMS, []],
    ['{ "a": payload.items.sku[] }', ITEMS, []],
    ['{ "a": payload.items[].sku }', ITEMS, []],
    ['{ "a": payload.items[0].sku }', ITEMS, []],
    ['{ "a": payload.id = "1" }', { id: 1 }, ['type-comparison 1:19']],
    ['{ "a": payload.id = null }', { id: 1 }, []],
    ['{ "a": payload.id = 2 }', { id: 1 }, []],
    ['{ "a": payload.id != 2 }', {}, ['unequal-to-nothing 1:19']],
    ['{ "a": payload.id != 2 }', { id: 1 }, []],
    ['{ "a": $not(payload.on) }', {}, ['not-of-nothing 1:8']],
    ['{ "a": $not(payload.on = true) }', {}, []],
    ['{ "a": "note: " & payload.note }', { note: null }, ['null-in-text 1:19']],
    ['{ "a": "note: " & payload.note }', { note: 'x' }, []],
    ['($a := 1; $b := 2; $b)', {}, ['unused-binding 1:5']],
    ['($a := function($x) { $x }; $b := $a)', {}, []],
    ['{ "a": $random() }', {}, ['not-repeatable 1:8']],
    ['/* accept not-repeatable: a dice */ { "a": $random() }', {}, []],
    ['/* accept not-repeatable: a dice */\n{ "a": $random() }', {}, []],
    ['/* accept not-repeatable: a dice */\n\n{ "a": $random() }', {}, ['not-repeatable 3:8']],
    ['/* accept null-in-text: a dice */ { "a": $random() }', {}, ['not-repeatable 1:42']],
  ])('says of %s with %j: %j', (text, payload, found) => {
    expect(lint(text, payload)).toEqual(found);
  });
});
